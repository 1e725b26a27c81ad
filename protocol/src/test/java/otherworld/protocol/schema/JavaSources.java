package otherworld.protocol.schema;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

/**
 * The records of messages and parts, the enums of codes, the constants. How lines break is
 * Spotless's affair.
 */
final class JavaSources {
    private static final String HEADER =
            """
            // Generated from protocol/schema/otherworld.schema, which says how to change it.
            package otherworld.protocol;

            """;

    private static final Pattern NAME = Pattern.compile("`(\\w+)`");

    private final Schema schema;
    private final Map<String, String> files = new LinkedHashMap<>();

    private JavaSources(Schema schema) {
        this.schema = schema;
    }

    /** Texts by the file's name. */
    static Map<String, String> of(Schema schema) {
        JavaSources sources = new JavaSources(schema);
        sources.all();
        return sources.files;
    }

    private void all() {
        files.put("Protocol.java", HEADER + constants());
        files.put("ClientMessage.java", HEADER + side(From.CLIENT, "What a client sends."));
        files.put("ServerMessage.java", HEADER + side(From.SERVER, "What an instance sends."));
        schema.structs().forEach(s -> files.put(s.name() + ".java", HEADER + record(s)));
        for (Codes codes : schema.codes().values()) {
            files.put(codes.name() + ".java", HEADER + codes(codes));
        }
    }

    private String constants() {
        StringBuilder text = new StringBuilder();
        for (Constant constant : schema.constants()) {
            text.append(constant.meaning().isEmpty() ? "" : "\n" + doc(constant.meaning()));
            text.append(
                    constant.isNumber()
                            ? "    public static final int %s = %s;\n"
                                    .formatted(constant.name(), grouped(constant.value()))
                            : "    public static final String %s = \"%s\";\n"
                                    .formatted(constant.name(), constant.value()));
        }
        return """
        /** Numbers and names that both sides agree on. */
        public final class Protocol {
            /** The newest version that this build speaks. */
            public static final int VERSION = %d;

            /** The oldest one. */
            public static final int OLDEST = %d;
        %s
            private Protocol() {}
        }
        """
                .formatted(schema.version(), schema.oldest(), text);
    }

    private String side(From from, String meaning) {
        String name = from == From.CLIENT ? "ClientMessage" : "ServerMessage";
        String cases =
                schema.messages(from)
                        .map(m ->
                                "            case %1$s.TYPE -> %1$s.read(in%2$s.limited(%1$s.MAX_BYTES));\n"
                                        .formatted(m, m.span().isAlways() ? "" : spoken(m.span())))
                        .collect(Collectors.joining());
        return """
        import otherworld.protocol.MalformedMessage.Reason;

        /** %s */
        public sealed interface %s extends Message permits %s {
            /** None is longer. */
            int LONGEST_BYTES = %d;

            /** Reads what follows the type byte, up to the message's end. */
            static %s read(int type, Reader in) throws MalformedMessage {
                return switch (type) {
        %s            default -> throw Reason.UNKNOWN_TYPE.exception();
                };
            }
        }
        """
                .formatted(
                        meaning,
                        name,
                        joined(schema.messages(from).map(Struct::name)),
                        schema.maxBytes(from),
                        name,
                        cases);
    }

    private static String spoken(Span span) {
        String until =
                span.until() == Span.FOR_EVER
                        ? "Integer.MAX_VALUE"
                        : Integer.toString(span.until());
        return ".spoken(%d, %s)".formatted(span.since(), until);
    }

    private String record(Struct struct) {
        boolean lists = struct.fields().stream().anyMatch(f -> f.encoding() instanceof ListOf);
        String components =
                joined(struct.fields().stream().map(f -> type(f.encoding()) + " " + f.name()));
        String implemented =
                struct.isMessage()
                        ? " implements "
                                + (struct.from() == From.CLIENT ? "ClientMessage" : "ServerMessage")
                        : "";
        return (lists ? "import java.util.List;\n\n" : "")
                + recordDoc(struct)
                + "public record %s(%s)%s {\n".formatted(struct, components, implemented)
                + (struct.isMessage()
                        ? "    public static final int TYPE = %d;\n    public static final int MAX_BYTES = %d;\n"
                                .formatted(struct.type(), schema.maxBytes(struct))
                        : "    static final int MAX_BYTES = %d;\n"
                                .formatted(schema.maxBytes(struct)))
                + (startsLists(struct) ? smallHeader(struct) : "")
                + (hasRest(struct) ? header(struct) : "")
                + cutting(struct)
                + reading(struct)
                + writing(struct)
                + "}\n";
    }

    /** Texts for people never fail a message: they are cut. */
    private static String cutting(Struct struct) {
        String cut =
                struct.fields().stream()
                        .filter(JavaSources::isProse)
                        .map(f ->
                                "        %1$s = Text.cut(%1$s, %2$s);\n"
                                        .formatted(f.name(), limit(((Text) f.encoding()).limit())))
                        .collect(Collectors.joining());
        return cut.isEmpty() ? "" : "\n    public %s {\n%s    }\n".formatted(struct, cut);
    }

    private static String reading(Struct struct) {
        String throwing = struct.fields().isEmpty() ? "" : " throws MalformedMessage";
        String head = "\n    static %s read(Reader in)%s {\n".formatted(struct, throwing);
        List<Field> fields = struct.fields();
        if (!struct.lasting()) {
            String read = joined(fields.stream().map(f -> read(f, false)));
            return head + "        return new %s(%s);\n    }\n".formatted(struct, read);
        }
        StringBuilder body = new StringBuilder();
        Stream<String> values = fields.stream().map(f -> read(f, true));
        if (struct.beginsWithVersion()) {
            String version = fields.getFirst().name();
            String nothing = joined(fields.stream().skip(1).map(JavaSources::instead));
            body.append(
                    """
                            int %1$s = in.u16();
                            if (%1$s < Protocol.OLDEST) { // the rest was laid out in another way
                                in.skipRest();
                                return new %2$s(%1$s, %3$s);
                            }
                    """
                            .formatted(version, struct, nothing));
            values =
                    Stream.concat(
                            Stream.of(version), fields.stream().skip(1).map(f -> read(f, true)));
            if (struct.varies()) {
                body.append("        int session = in.version();\n");
                body.append("        in.speak(%s);\n".formatted(version));
            }
        }
        body.append("        %1$s read = new %1$s(%2$s);\n".formatted(struct, joined(values)));
        if (struct.beginsWithVersion() && struct.varies()) {
            body.append("        in.speak(session);\n");
        }
        return head
                + body
                + "        in.skipRest(); // what a later version says behind its fields\n"
                + "        return read;\n    }\n";
    }

    private static String read(Field field, boolean lasting) {
        String read =
                lasting && field.encoding() instanceof CodeOf(Codes codes)
                        ? "%1$s.read(in, %1$s.%2$s)".formatted(codes.name(), field.instead())
                        : read(field.encoding());
        return field.span().isAlways()
                ? read
                : "%s ? %s : %s"
                        .formatted(
                                field.span().condition("in.version()", " && "),
                                read,
                                instead(field));
    }

    private static String writing(Struct struct) {
        String written = written(struct.fields().stream());
        if (!struct.isMessage()) {
            return "\n    void write(Writer out) {\n%s    }\n".formatted(written)
                    + (struct.isFlat() ? flat(struct) : "");
        }
        if (struct.beginsWithVersion() && struct.varies()) {
            written =
                    "        int session = out.version();\n        out.speak(%s);\n%s        out.speak(session);\n"
                            .formatted(struct.fields().getFirst().name(), written);
        }
        String spoken =
                struct.span().isAlways()
                        ? ""
                        : """

                            @Override
                            public boolean isIn(int version) {
                                return %s;
                            }
                        """
                                .formatted(struct.span().condition("version", " && "));
        return """

            @Override
            public int type() {
                return TYPE;
            }

            @Override
            public void writeFields(Writer out) {%s}
        """
                        .formatted(written.isEmpty() ? "" : "\n" + written + "    ")
                + spoken
                + (startsLists(struct) || hasRest(struct) ? start(struct) : "");
    }

    /** A part without lists is what a server writes most: without an object, and measured. */
    private static String flat(Struct part) {
        Stream<String> parameters =
                part.fields().stream()
                        .map(f ->
                                f.encoding() == Plain.POSE
                                        ? "float x, float y, float z, int rotation"
                                        : type(f.encoding()) + " " + f.name());
        String written =
                part.fields().stream()
                        .map(f ->
                                f.encoding() == Plain.POSE
                                        ? "        Pose.write(out, x, y, z, rotation);\n"
                                        : written(Stream.of(f)))
                        .collect(Collectors.joining());
        List<Field> varying = part.fields().stream().filter(f -> isVarying(f.encoding())).toList();
        int fixed = 0;
        for (Field field : part.fields()) {
            fixed += isVarying(field.encoding()) ? 0 : Schema.fixedBytes(field.encoding());
        }
        Stream<String> sizes =
                Stream.concat(
                        Stream.of(Integer.toString(fixed)),
                        varying.stream().map(f -> "Writer.bytes(%s)".formatted(f.name())));
        return """

            /** The same without records, for hot paths. */
            public static void write(Writer out, %s) {
        %s    }

            /** Its length on the wire. */
            public static int bytes(%s) {
                return %s;
            }
        """
                .formatted(
                        joined(parameters),
                        written,
                        joined(varying.stream().map(f -> type(f.encoding()) + " " + f.name())),
                        sizes.collect(Collectors.joining(" + ")));
    }

    /** Messages with lists of flat parts can be written without records too. */
    private static boolean startsLists(Struct struct) {
        return struct.fields().stream()
                .anyMatch(f ->
                        f.encoding() instanceof ListOf(_, PartOf(Struct part)) && part.isFlat());
    }

    private static boolean hasRest(Struct struct) {
        return struct.fields().stream().anyMatch(f -> f.encoding() instanceof Rest);
    }

    private String header(Struct struct) {
        int bytes = 1;
        for (Field field : struct.fields()) {
            bytes += field.encoding() instanceof Rest ? 0 : schema.maxBytes(field.encoding());
        }
        return """

            /** The most that stands before the rest. */
            public static final int MAX_HEADER_BYTES = %d;
        """
                .formatted(bytes);
    }

    private String smallHeader(Struct struct) {
        int bytes = 1;
        for (Field field : struct.fields()) {
            bytes += field.encoding() instanceof ListOf ? 1 : schema.maxBytes(field.encoding());
        }
        return """

            /** The most that all but the items takes while no list has more than 127 of them. */
            public static final int MAX_SMALL_HEADER_BYTES = %d;
        """
                .formatted(bytes);
    }

    private static String start(Struct struct) {
        List<Field> before =
                struct.fields().stream()
                        .takeWhile(f ->
                                !(f.encoding() instanceof ListOf || f.encoding() instanceof Rest))
                        .toList();
        Stream<Field> lists = struct.fields().stream().skip(before.size());
        String doc =
                hasRest(struct)
                        ? "All up to the rest, which follows."
                        : "All up to the first list. Then follow, each a {@link Writer#count} and its items: %s."
                                .formatted(
                                        joined(
                                                lists.map(f ->
                                                        "%s (%s)"
                                                                .formatted(
                                                                        f.name(),
                                                                        item(
                                                                                (ListOf)
                                                                                        f
                                                                                                .encoding())))));
        return """

            /** %s */
            public static void writeStart(Writer out, %s) {
                out.u8(TYPE);
        %s    }
        """
                .formatted(
                        doc,
                        joined(before.stream().map(f -> type(f.encoding()) + " " + f.name())),
                        written(before.stream()));
    }

    private static String item(ListOf list) {
        return list.item() instanceof PartOf(Struct part)
                ? "{@link %s}".formatted(part)
                : Schema.written(list.item());
    }

    private String codes(Codes codes) {
        StringBuilder constants = new StringBuilder();
        for (Code code : codes.values()) {
            constants.append(doc(code.meaning()));
            constants.append("    %s(%d)".formatted(code.name(), code.number()));
            constants.append(code.equals(codes.values().getLast()) ? ";\n" : ",\n");
        }
        return """
        import otherworld.protocol.MalformedMessage.Reason;

        /** %1$s Codes are stable. */
        public enum %2$s {
        %3$s
            private static final %2$s[] BY_CODE = new %2$s[values().length + 1];

            static {
                for (%2$s value : values()) {
                    BY_CODE[value.code] = value;
                }
            }

            private final int code;

            %2$s(int code) {
                this.code = code;
            }

            /** The number on the wire. */
            public int code() {
                return code;
            }

            static %2$s read(Reader in) throws MalformedMessage {
                int code = in.u8();
                if (code == 0 || code > %4$s) {
                    throw Reason.UNKNOWN_CODE.exception();
                }
                return BY_CODE[code];
            }
        %5$s%6$s}
        """
                .formatted(
                        javadoc(codes.meaning()),
                        codes.name(),
                        constants,
                        last(codes),
                        codes.isSettled() ? "" : codesOfVersions(codes),
                        isLasting(codes) ? lenient(codes) : "");
    }

    /** The last code that the peer knows. */
    private String last(Codes codes) {
        if (codes.isSettled()) {
            return Integer.toString(codes.values().size());
        }
        return "last(in.version())";
    }

    private String codesOfVersions(Codes codes) {
        StringBuilder last = new StringBuilder();
        StringBuilder cases = new StringBuilder();
        for (int version = schema.version(); version > schema.oldest(); version--) {
            if (codes.count(version) > codes.count(version - 1)) {
                last.append("version >= %d ? %d : ".formatted(version, codes.count(version)));
            }
        }
        for (Code code : codes.values()) {
            if (code.since() > 0) {
                cases.append(
                        "            case %s -> version >= %d ? code : %s.code(version);\n"
                                .formatted(code.name(), code.since(), code.instead()));
            }
        }
        return """

            /** The number that a peer of that version is told. */
            int code(int version) {
                return switch (this) {
        %s            default -> code;
                };
            }

            private static int last(int version) {
                return %s%d;
            }
        """
                .formatted(cases, last, codes.count(schema.oldest()));
    }

    private static String lenient(Codes codes) {
        return """

            /** The same where versions are not agreed. */
            static %1$s read(Reader in, %1$s unknown) throws MalformedMessage {
                int code = in.u8();
                return code == 0 || code >= BY_CODE.length ? unknown : BY_CODE[code];
            }
        """
                .formatted(codes.name());
    }

    private boolean isLasting(Codes codes) {
        return schema.messages().stream()
                .filter(Struct::lasting)
                .flatMap(m -> m.fields().stream())
                .anyMatch(f -> f.encoding() instanceof CodeOf(Codes of) && of.equals(codes));
    }

    private static String type(Encoding encoding) {
        return switch (encoding) {
            case Plain plain ->
                    switch (plain) {
                        case U8, U16, U32, VARUINT, INDEX, ROTATION -> "int";
                        case VARUINT64 -> "long";
                        case FLAG -> "boolean";
                        case F32 -> "float";
                        case POSE -> "Pose";
                    };
            case Text _ -> "String";
            case Rest _ -> "Rest";
            case ListOf list ->
                    switch (type(list.item())) {
                        case "int" -> "List<Integer>";
                        case "long" -> "List<Long>";
                        case String item -> "List<%s>".formatted(item);
                    };
            case PartOf part -> part.part().name();
            case CodeOf code -> code.codes().name();
        };
    }

    private static String read(Encoding encoding) {
        return switch (encoding) {
            case Plain plain ->
                    plain == Plain.POSE ? "Pose.read(in)" : "in.%s()".formatted(plain.word());
            case Text text ->
                    "in.%s(%s)"
                            .formatted(
                                    text.kind().equals("name") ? "name" : "string",
                                    limit(text.limit()));
            case Rest rest -> "in.rest(%s)".formatted(limit(rest.limit()));
            case ListOf list -> {
                String reader =
                        list.item() instanceof Plain plain && plain != Plain.POSE
                                ? "Reader::" + plain.word()
                                : type(list.item()) + "::read";
                yield "in.list(%s, %s)".formatted(limit(list.limit()), reader);
            }
            case PartOf _, CodeOf _ -> type(encoding) + ".read(in)";
        };
    }

    private static String written(Stream<Field> fields) {
        return fields.map(f -> written(f)).collect(Collectors.joining());
    }

    private static String written(Field field) {
        String written = "        " + write(field.encoding(), field.name()) + ";\n";
        return field.span().isAlways()
                ? written
                : "        if (%s) {\n%s        }\n"
                        .formatted(field.span().condition("out.version()", " && "), written);
    }

    private static String write(Encoding encoding, String value) {
        return switch (encoding) {
            case Plain plain ->
                    switch (plain) {
                        case POSE -> value + ".write(out)";
                        default -> "out.%s(%s)".formatted(plain.word(), value);
                    };
            case Text text -> "out.string(%s, %s)".formatted(value, limit(text.limit()));
            case Rest rest -> "out.rest(%s, %s)".formatted(value, limit(rest.limit()));
            case ListOf list -> {
                String writer =
                        list.item() instanceof Plain plain && plain != Plain.POSE
                                ? "(item, to) -> to.%s(item)".formatted(plain.word())
                                : type(list.item()) + "::write";
                yield "out.list(%s, %s, %s)".formatted(value, limit(list.limit()), writer);
            }
            case PartOf _ -> value + ".write(out)";
            case CodeOf code ->
                    "out.u8(%s.code(%s))"
                            .formatted(value, code.codes().isSettled() ? "" : "out.version()");
        };
    }

    /** What a field holds that was not told. */
    private static String instead(Field field) {
        return switch (type(field.encoding())) {
            case "String" -> "\"\"";
            case "boolean" -> "false";
            case "Pose" -> "Pose.ORIGIN";
            case "Rest" -> "Rest.NONE";
            case String list when list.startsWith("List") -> "List.of()";
            case "float" -> field.instead().isEmpty() ? "0" : field.instead() + "f";
            case "int", "long" ->
                    field.encoding() == Plain.ROTATION
                            ? "Rotation.IDENTITY"
                            : field.instead().isEmpty() ? "0" : field.instead();
            case String type -> "%s.%s".formatted(type, field.instead());
        };
    }

    private static boolean isVarying(Encoding encoding) {
        return encoding == Plain.VARUINT
                || encoding == Plain.VARUINT64
                || encoding == Plain.INDEX
                || encoding instanceof Text;
    }

    private static boolean isProse(Field field) {
        return field.encoding() instanceof Text text && text.kind().equals("prose");
    }

    private static String limit(Constant constant) {
        return "Protocol." + constant.name();
    }

    private static String grouped(String digits) {
        return digits.length() < 5 ? digits : digits.replaceAll("(?<=\\d)(?=(\\d{3})+$)", "_");
    }

    private static String joined(Stream<String> words) {
        return words.collect(Collectors.joining(", "));
    }

    private String recordDoc(Struct struct) {
        StringBuilder text = new StringBuilder("/**\n * " + javadoc(struct.meaning()) + "\n");
        String break_ = " *\n";
        for (Field field : struct.fields()) {
            String meaning = isProse(field) ? "for people; cut at its limit" : field.meaning();
            if (!meaning.isEmpty()) {
                text.append(break_);
                text.append(" * @param %s %s\n".formatted(field.name(), javadoc(meaning)));
                break_ = "";
            }
        }
        return text + " */\n";
    }

    private String doc(String meaning) {
        return "    /** %s */\n".formatted(javadoc(meaning));
    }

    private String javadoc(String meaning) {
        Matcher name = NAME.matcher(meaning.replace("<", "&lt;"));
        return name.replaceAll(found -> {
            String word = found.group(1);
            boolean type = schema.structs().anyMatch(s -> s.name().equals(word));
            boolean constant =
                    word.equals("VERSION")
                            || schema.constants().stream().anyMatch(c -> c.name().equals(word));
            return type
                    ? "{@link %s}".formatted(word)
                    : constant
                            ? "{@link Protocol#%s}".formatted(word)
                            : "{@code %s}".formatted(word);
        });
    }
}
