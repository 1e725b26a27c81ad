package otherworld.protocol.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import otherworld.protocol.schema.Schema.Code;
import otherworld.protocol.schema.Schema.CodeOf;
import otherworld.protocol.schema.Schema.Codes;
import otherworld.protocol.schema.Schema.Constant;
import otherworld.protocol.schema.Schema.Encoding;
import otherworld.protocol.schema.Schema.Field;
import otherworld.protocol.schema.Schema.From;
import otherworld.protocol.schema.Schema.ListOf;
import otherworld.protocol.schema.Schema.PartOf;
import otherworld.protocol.schema.Schema.Plain;
import otherworld.protocol.schema.Schema.Rest;
import otherworld.protocol.schema.Schema.Span;
import otherworld.protocol.schema.Schema.Struct;
import otherworld.protocol.schema.Schema.Text;

/** Reads a schema: blocks of a line at the margin and indented lines under it. */
public final class SchemaFile {
    private static final String SPAN = "(?:\\s+since (\\d+))?(?:\\s+until (\\d+))?";
    private static final Pattern LINE = Pattern.compile("(\\S.*?)(?:\\s+#\\s*(.*))?");
    private static final Pattern FIELD =
            Pattern.compile("([a-z]\\w*)\\s+(\\S.*?)" + SPAN + "(?:\\s+= (\\S+))?");
    private static final Pattern CODE =
            Pattern.compile("(\\d+)\\s+([A-Z][A-Z0-9_]*)(?:\\s+since (\\d+)\\s+= (\\w+))?");
    private static final Pattern REASON = Pattern.compile("()([A-Z][A-Z0-9_]*)()()");
    private static final Pattern TEXT = Pattern.compile("(string|name|prose)\\((\\w+)\\)");
    private static final Pattern REST = Pattern.compile("rest\\((\\w+)\\)");
    private static final Pattern MESSAGE =
            Pattern.compile("(client|server) (\\d+) ([A-Z]\\w*)( lasting)?" + SPAN);
    private static final Pattern LIST = Pattern.compile("list\\((\\w+)\\) (\\S.*)");

    /** Names that a generated codec has for itself. */
    private static final Set<String> RESERVED =
            Set.of("type", "in", "out", "message", "class", "var", "func", "default", "new");

    private int version;
    private int oldest;
    private final List<Block> blocks = new ArrayList<>();
    private final Map<String, Constant> constants = new LinkedHashMap<>();
    private final Map<String, Codes> codes = new LinkedHashMap<>();
    private final Map<String, Struct> parts = new LinkedHashMap<>();

    /** A line and what stands under it. */
    private record Block(int number, String[] head, String meaning, List<Line> lines) {}

    private record Line(int number, String text, String meaning) {}

    private SchemaFile() {}

    public static Schema read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    /**
     * @throws IllegalArgumentException if it is none; the message names the line
     */
    public static Schema parse(String text) {
        SchemaFile file = new SchemaFile();
        file.split(text);
        return file.schema();
    }

    private void split(String text) {
        String meaning = "";
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            if (line.startsWith("#")) {
                meaning = (meaning + " " + line.substring(1).strip()).strip();
            } else if (line.isBlank()) {
                meaning = "";
            } else {
                Matcher parsed = LINE.matcher(line.strip());
                if (!parsed.matches()) {
                    throw bad(number, "no text before #");
                }
                String said = parsed.group(2) == null ? "" : parsed.group(2);
                if (!line.startsWith(" ")) {
                    String[] head = parsed.group(1).split(" ", -1);
                    blocks.add(new Block(number, head, meaning, new ArrayList<>()));
                } else if (blocks.isEmpty()) {
                    throw bad(number, "an indented line under nothing");
                } else {
                    blocks.getLast().lines().add(new Line(number, parsed.group(1), said));
                }
                meaning = "";
            }
        }
    }

    private Schema schema() {
        List<Code> reasons = List.of();
        for (Block block : blocks) {
            switch (block.head()[0]) {
                case "version" -> version = number(block.number(), word(block, 1));
                case "oldest" -> oldest = number(block.number(), word(block, 1));
                case "constant" -> {
                    String name = word(block, 1);
                    put(
                            block,
                            constants,
                            name,
                            new Constant(name, word(block, 2), block.meaning()));
                }
                case "codes" -> {
                    String name = word(block, 1);
                    put(block, codes, name, new Codes(name, block.meaning(), codes(block, CODE)));
                }
                case "malformed" -> reasons = codes(block, REASON);
                case "part", "client", "server" -> {}
                default -> throw bad(block.number(), "unknown block " + block.head()[0]);
            }
        }
        for (Block block : blocks) {
            if (block.head()[0].equals("part")) {
                String name = word(block, 1);
                Span always = new Span(0, Span.FOR_EVER);
                put(block, parts, name, struct(0, name, From.NOBODY, always, false, block));
            }
        }
        if (oldest < 1 || oldest > version) {
            throw bad(1, "oldest %d is not 1 to version %d".formatted(oldest, version));
        }
        return new Schema(
                version,
                oldest,
                List.copyOf(constants.values()),
                messages(),
                parts,
                codes,
                reasons);
    }

    private List<Struct> messages() {
        Map<Integer, Struct> byType = new LinkedHashMap<>();
        Set<String> names = new LinkedHashSet<>(parts.keySet());
        names.addAll(codes.keySet());
        for (Block block : blocks) {
            String from = block.head()[0];
            if (from.equals("client") || from.equals("server")) {
                Matcher head = MESSAGE.matcher(String.join(" ", block.head()));
                if (!head.matches()) {
                    throw bad(block.number(), "no message: " + String.join(" ", block.head()));
                }
                int type = number(block.number(), head.group(2));
                String name = head.group(3);
                boolean lasting = head.group(4) != null;
                Span span = span(block.number(), head.group(5), head.group(6));
                From side = From.valueOf(from.toUpperCase(Locale.ROOT));
                if (lasting && !span.isAlways()) {
                    throw bad(block.number(), name + " is lasting: every version has it");
                }
                Struct struct = struct(type, name, side, span, lasting, block);
                if (type < 1 || type > 255 || byType.put(type, struct) != null) {
                    throw bad(block.number(), "type " + type + " is not 1 to 255, or there twice");
                }
                if (!names.add(name)) {
                    throw bad(block.number(), name + " is there twice");
                }
            }
        }
        return List.copyOf(byType.values());
    }

    private Struct struct(
            int type, String name, From from, Span span, boolean lasting, Block block) {
        Map<String, Field> fields = new LinkedHashMap<>();
        boolean closed = false;
        for (Line line : block.lines()) {
            Matcher field = FIELD.matcher(line.text());
            if (!field.matches() || RESERVED.contains(field.group(1))) {
                throw bad(line.number(), "no field: " + line.text());
            }
            String named = field.group(1);
            Encoding encoding = encoding(line.number(), field.group(2));
            Span its = span(line.number(), field.group(3), field.group(4));
            String instead = field.group(5) == null ? "" : field.group(5);
            boolean varies = field.group(3) != null || field.group(4) != null;
            checkInstead(line.number(), encoding, varies, instead, lasting);
            if (closed || (encoding instanceof Rest && from == From.NOBODY)) {
                throw bad(line.number(), "rest is the last field of a message");
            }
            closed = encoding instanceof Rest;
            if (fields.put(named, new Field(named, encoding, its, instead, line.meaning()))
                    != null) {
                throw bad(line.number(), named + " is there twice");
            }
        }
        return new Struct(
                type, name, from, span, lasting, block.meaning(), List.copyOf(fields.values()));
    }

    /** Since when, and until when; 0 and {@link Span#FOR_EVER} where all versions have it. */
    private Span span(int line, String since, String until) {
        int first = since == null ? 0 : number(line, since);
        int last = until == null ? Span.FOR_EVER : number(line, until);
        if (first > version || (until != null && last >= version) || first > last) {
            throw bad(line, "since and until are of versions up to " + version);
        }
        return new Span(first <= oldest ? 0 : first, last);
    }

    /** What is read where nothing was told is stated where it can be, and makes sense. */
    private static void checkInstead(
            int line, Encoding encoding, boolean varies, String instead, boolean lasting) {
        boolean isCode = encoding instanceof CodeOf;
        if (isCode && (lasting || varies)) {
            boolean known =
                    ((CodeOf) encoding)
                            .codes().values().stream().anyMatch(c -> c.name().equals(instead));
            if (!known) {
                throw bad(line, "no code in place of one that is not known: " + instead);
            }
        } else if (!instead.isEmpty()
                && (!varies
                        || !(encoding instanceof Plain plain)
                        || !plain.isNumber()
                        || !instead.matches("-?\\d+(\\.\\d+)?"))) {
            throw bad(line, "nothing can be read in its place: " + instead);
        }
        if (encoding instanceof PartOf && varies) {
            throw bad(line, "a part has nothing in its place; a list of parts has");
        }
    }

    private Encoding encoding(int number, String written) {
        for (Plain plain : Plain.values()) {
            if (plain.word().equals(written)) {
                return plain;
            }
        }
        Matcher text = TEXT.matcher(written);
        if (text.matches()) {
            return new Text(text.group(1), limit(number, text.group(2)));
        }
        Matcher rest = REST.matcher(written);
        if (rest.matches()) {
            return new Rest(limit(number, rest.group(1)));
        }
        Matcher list = LIST.matcher(written);
        if (list.matches()) {
            return new ListOf(limit(number, list.group(1)), encoding(number, list.group(2)));
        }
        if (codes.containsKey(written)) {
            return new CodeOf(codes.get(written));
        }
        if (parts.containsKey(written)) { // so a part is above those that hold it: no circles
            return new PartOf(parts.get(written));
        }
        throw bad(number, "unknown encoding " + written);
    }

    private Constant limit(int number, String name) {
        Constant limit = constants.get(name);
        if (limit == null || !limit.isNumber()) {
            throw bad(number, "no constant with a number: " + name);
        }
        return limit;
    }

    /** In the order of their numbers, 1 and up without a gap. */
    private List<Code> codes(Block block, Pattern pattern) {
        List<Code> codes = new ArrayList<>();
        for (Line line : block.lines()) {
            Matcher code = pattern.matcher(line.text());
            if (!code.matches() || line.meaning().isEmpty()) {
                throw bad(line.number(), "no code with a meaning: " + line.text());
            }
            int number = code.group(1).isEmpty() ? 0 : number(line.number(), code.group(1));
            if (number > 255 || (number != 0 && number != codes.size() + 1)) {
                throw bad(line.number(), "the next code is " + (codes.size() + 1));
            }
            boolean added = code.group(3) != null && !code.group(3).isEmpty();
            int since = added ? span(line.number(), code.group(3), null).since() : 0;
            String instead = since == 0 ? "" : code.group(4);
            if (since < (codes.isEmpty() ? 0 : codes.getLast().since())) {
                throw bad(line.number(), "codes are added behind the last");
            }
            if (since > 0 && codes.stream().noneMatch(c -> c.name().equals(instead))) {
                throw bad(line.number(), "no code above to say in its place: " + instead);
            }
            codes.add(new Code(number, code.group(2), since, instead, line.meaning()));
        }
        return List.copyOf(codes);
    }

    private static <T> void put(Block block, Map<String, T> into, String name, T value) {
        if (into.put(name, value) != null) {
            throw bad(block.number(), name + " is there twice");
        }
    }

    private static String word(Block block, int index) {
        if (index >= block.head().length) {
            throw bad(block.number(), "too short: " + String.join(" ", block.head()));
        }
        return block.head()[index];
    }

    private static int number(int line, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw bad(line, text + " is no number");
        }
    }

    private static IllegalArgumentException bad(int line, String why) {
        return new IllegalArgumentException("line %d: %s".formatted(line, why));
    }
}
