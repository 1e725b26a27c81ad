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
import otherworld.protocol.schema.Schema.Struct;
import otherworld.protocol.schema.Schema.Text;

/** Reads a schema: blocks of a line at the margin and indented lines under it. */
public final class SchemaFile {
    private static final Pattern LINE = Pattern.compile("(\\S.*?)(?:\\s+#\\s*(.*))?");
    private static final Pattern FIELD = Pattern.compile("([a-z]\\w*)\\s+(\\S.*)");
    private static final Pattern CODE = Pattern.compile("(\\d+)\\s+([A-Z][A-Z0-9_]*)");
    private static final Pattern REASON = Pattern.compile("()([A-Z][A-Z0-9_]*)");
    private static final Pattern TEXT = Pattern.compile("(string|name|prose)\\((\\w+)\\)");
    private static final Pattern LIST = Pattern.compile("list\\((\\w+)\\) (\\S.*)");

    /** Names that a generated codec has for itself. */
    private static final Set<String> RESERVED =
            Set.of("type", "in", "out", "message", "class", "var", "func", "default", "new");

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
        int version = 0;
        List<Code> reasons = List.of();
        for (Block block : blocks) {
            switch (block.head()[0]) {
                case "version" -> version = number(block.number(), word(block, 1));
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
                put(block, parts, name, struct(0, name, From.NOBODY, block));
            }
        }
        return new Schema(
                version, List.copyOf(constants.values()), messages(), parts, codes, reasons);
    }

    private List<Struct> messages() {
        Map<Integer, Struct> byType = new LinkedHashMap<>();
        Set<String> names = new LinkedHashSet<>(parts.keySet());
        names.addAll(codes.keySet());
        for (Block block : blocks) {
            String from = block.head()[0];
            if (from.equals("client") || from.equals("server")) {
                int type = number(block.number(), word(block, 1));
                String name = word(block, 2);
                Struct struct =
                        struct(type, name, From.valueOf(from.toUpperCase(Locale.ROOT)), block);
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

    private Struct struct(int type, String name, From from, Block block) {
        Map<String, Field> fields = new LinkedHashMap<>();
        for (Line line : block.lines()) {
            Matcher field = FIELD.matcher(line.text());
            if (!field.matches() || RESERVED.contains(field.group(1))) {
                throw bad(line.number(), "no field: " + line.text());
            }
            String named = field.group(1);
            Encoding encoding = encoding(line.number(), field.group(2));
            if (encoding == Plain.VERSION && (type != 1 || !fields.isEmpty())) {
                throw bad(line.number(), "version is the first field of type 1 alone");
            }
            if (fields.put(named, new Field(named, encoding, line.meaning())) != null) {
                throw bad(line.number(), named + " is there twice");
            }
        }
        return new Struct(type, name, from, block.meaning(), List.copyOf(fields.values()));
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
    private static List<Code> codes(Block block, Pattern pattern) {
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
            codes.add(new Code(number, code.group(2), line.meaning()));
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
