package otherworld.protocol.schema;

import java.util.List;
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

/** The codec of pages: an ES module on top of clients/web/wire.js, and its types. */
final class WebCodec {
    private static final String HEADER =
            """
            // Generated from protocol/schema/otherworld.schema, which says how to change it.

            """;

    /** No rotation, in its 32 bits. */
    private static final long IDENTITY = 0xdff7fdffL;

    private final Schema schema;

    private WebCodec(Schema schema) {
        this.schema = schema;
    }

    static String source(Schema schema) {
        return HEADER + new WebCodec(schema).source();
    }

    static String types(Schema schema) {
        return HEADER + new WebCodec(schema).types();
    }

    private String source() {
        StringBuilder text =
                new StringBuilder(
                        """
                        import { Reader, Writer } from './wire.js';

                        export { packRotation, unpackRotation } from './wire.js';

                        """);
        text.append("export const VERSION = %d;\n".formatted(schema.version()));
        text.append("export const OLDEST = %d;\n".formatted(schema.oldest()));
        for (Constant constant : schema.constants()) {
            text.append("export const %s = %s;\n".formatted(constant.name(), literal(constant)));
        }
        for (Codes codes : schema.codes().values()) {
            text.append("\nexport const %s = Object.freeze({\n".formatted(codes.name()));
            for (Code code : codes.values()) {
                text.append("    %s: %d,\n".formatted(code.name(), code.number()));
            }
            text.append("});\n");
        }
        text.append("\nconst codeNames = codes => ['', ...Object.keys(codes)];\n");
        for (String name : schema.codes().keySet()) {
            text.append("const %1$s_NAMES = codeNames(%1$s);\n".formatted(name));
        }
        for (Codes codes : schema.codes().values()) {
            if (!codes.isSettled()) {
                text.append(codesOfVersions(codes));
            }
        }
        schema.parts().values().forEach(part -> text.append(functions(part)));
        schema.messages().forEach(message -> text.append(functions(message)));
        for (From from : List.of(From.CLIENT, From.SERVER)) {
            text.append(
                    "\n/** By type: the longest, in bytes, what reads it, and which versions have it. */\nconst OF_%s = new Map([\n"
                            .formatted(from));
            schema.messages(from)
                    .forEach(m ->
                            text.append(
                                    "    [%d, [%d, read%s%s]],\n"
                                            .formatted(m.type(), schema.maxBytes(m), m, span(m))));
            text.append("]);\n");
        }
        text.append(
                "\n/** By name: the type, what writes the fields, and which versions have it. */\nconst WRITERS = {\n");
        schema.messages()
                .forEach(m ->
                        text.append(
                                "    %1$s: [%2$d, write%1$s%3$s],\n"
                                        .formatted(m, m.type(), span(m))));
        return text
                + """
                };

                const scratch = new Writer(%d);

                export const decodeClient = (bytes, version = VERSION) => decode(OF_CLIENT, bytes, version);

                export const decodeServer = (bytes, version = VERSION) => decode(OF_SERVER, bytes, version);

                export const encode = message => encodeFor(VERSION, message);

                export function encodeFor(version, message) {
                    const [type, write, since = 0, until = Infinity] = WRITERS[message.type];
                    if (version < since || version > until) return undefined;
                    scratch.start(type, version);
                    write(scratch, message);
                    return scratch.bytes();
                }

                function decode(messages, bytes, version) {
                    if (bytes.length === 0) return malformed('EMPTY');
                    const known = messages.get(bytes[0]);
                    if (known === undefined) return malformed('UNKNOWN_TYPE');
                    const [longest, read, since = 0, until = Infinity] = known;
                    if (version < since || version > until) return malformed('UNKNOWN_TYPE');
                    if (bytes.length > longest) return malformed('TOO_LONG');
                    const reader = new Reader(bytes, version);
                    const message = read(reader);
                    return reader.done() ? message : malformed(reader.malformed);
                }

                const malformed = reason => ({ type: 'Malformed', reason });
                """
                        .formatted(
                                Math.max(
                                        schema.maxBytes(From.CLIENT),
                                        schema.maxBytes(From.SERVER)));
    }

    /** Behind what writes or reads a message: since when, and until when. */
    private static String span(Struct message) {
        Span span = message.span();
        return span.isAlways()
                ? ""
                : ", %d%s"
                        .formatted(
                                span.since(),
                                span.until() == Span.FOR_EVER ? "" : ", " + span.until());
    }

    private String codesOfVersions(Codes codes) {
        StringBuilder cases = new StringBuilder();
        for (Code code : codes.values()) {
            if (code.since() > 0) {
                cases.append(
                        "    if (name === '%s' && version < %d) return %s_of('%s', version);\n"
                                .formatted(
                                        code.name(), code.since(), codes.name(), code.instead()));
            }
        }
        StringBuilder last = new StringBuilder();
        for (int version = schema.version(); version > schema.oldest(); version--) {
            if (codes.count(version) > codes.count(version - 1)) {
                last.append("version >= %d ? %d : ".formatted(version, codes.count(version)));
            }
        }
        return """

        /** What a peer of that version is told, and the last that it tells. */
        function %1$s_of(name, version) {
        %2$s    return name;
        }
        const %1$s_last = version => %3$s%4$d;
        """
                .formatted(codes.name(), cases, last, codes.count(schema.oldest()));
    }

    private static String functions(Struct struct) {
        return "\n" + reading(struct) + "\n" + writing(struct);
    }

    private static String reading(Struct struct) {
        List<Field> fields = struct.fields();
        String type = struct.isMessage() ? "    type: '%s',\n".formatted(struct) : "";
        if (fields.isEmpty()) {
            return "const read%1$s = () => ({ type: '%1$s' });\n".formatted(struct);
        }
        String object =
                type
                        + fields.stream()
                                .map(f -> "    %s: %s,\n".formatted(f.name(), read(struct, f)))
                                .collect(Collectors.joining());
        if (!struct.lasting()) {
            return "const read%s = reader => ({\n%s});\n".formatted(struct, object);
        }
        if (!struct.beginsWithVersion()) {
            return "const read%s = reader => reader.lasting({\n%s});\n".formatted(struct, object);
        }
        String first = fields.getFirst().name();
        String nothing =
                fields.stream()
                        .skip(1)
                        .map(f -> ", %s: %s".formatted(f.name(), instead(f)))
                        .collect(Collectors.joining());
        return """
        function read%1$s(reader) {
            const %2$s = reader.u16();
            // The rest of an older one was laid out in another way.
            if (%2$s < OLDEST) return reader.lasting({ type: '%1$s', %2$s%3$s });
            reader.version = %2$s;
            return reader.lasting({
        %4$s    });
        }
        """
                .formatted(
                        struct,
                        first,
                        nothing,
                        object.replace(first + ": reader.u16()", first)
                                .replaceAll("(?m)^", "    ")
                                .replaceAll(" +$", ""));
    }

    private static String writing(Struct struct) {
        if (struct.fields().isEmpty()) {
            return "const write%s = () => {};\n".formatted(struct);
        }
        String name = struct.isMessage() ? "message" : "part";
        String statements =
                struct.fields().stream()
                        .map(f -> {
                            String write = write(f.encoding(), name + "." + f.name());
                            return f.span().isAlways()
                                    ? "    %s;\n".formatted(write)
                                    : "    if (%s) %s;\n"
                                            .formatted(
                                                    f.span().condition("writer.version", " && "),
                                                    write);
                        })
                        .collect(Collectors.joining());
        String version =
                struct.beginsWithVersion() && struct.varies()
                        ? "    writer.version = %s.%s;\n"
                                .formatted(name, struct.fields().getFirst().name())
                        : "";
        return "function write%s(writer, %s) {\n%s%s}\n"
                .formatted(struct, name, version, statements);
    }

    private static String read(Struct struct, Field field) {
        String read =
                struct.lasting() && field.encoding() instanceof CodeOf(Codes codes)
                        ? "reader.codeOr(%s_NAMES, '%s')".formatted(codes.name(), field.instead())
                        : read(field.encoding());
        return field.span().isAlways()
                ? read
                : "%s ? %s : %s"
                        .formatted(
                                field.span().condition("reader.version", " && "),
                                read,
                                instead(field));
    }

    private static String read(Encoding encoding) {
        return switch (encoding) {
            case Plain plain -> "reader.%s()".formatted(plain.word());
            case Text text ->
                    "reader.%s(%s)"
                            .formatted(
                                    text.kind().equals("name") ? "name" : "string",
                                    text.limit().name());
            case ListOf list ->
                    "reader.list(%s, %s)"
                            .formatted(
                                    list.limit().name(),
                                    list.item() instanceof PartOf part
                                            ? "read" + part.part()
                                            : "item => "
                                                    + read(list.item())
                                                            .replace("reader.", "item."));
            case PartOf part -> "read%s(reader)".formatted(part.part());
            case Rest _ -> "reader.rest()";
            case CodeOf code ->
                    code.codes().isSettled()
                            ? "reader.code(%s_NAMES)".formatted(code.codes().name())
                            : "reader.code(%1$s_NAMES, %1$s_last(reader.version))"
                                    .formatted(code.codes().name());
        };
    }

    private static String write(Encoding encoding, String value) {
        return switch (encoding) {
            case Plain plain -> "writer.%s(%s)".formatted(plain.word(), value);
            case Rest rest -> "writer.rest(%s, %s)".formatted(value, rest.limit().name());
            case Text text ->
                    "writer.%s(%s, %s)".formatted(text.kind(), value, text.limit().name());
            case ListOf list ->
                    "writer.list(%s, %s, %s)"
                            .formatted(
                                    value,
                                    list.limit().name(),
                                    list.item() instanceof PartOf part
                                            ? "write" + part.part()
                                            : "(to, item) => "
                                                    + write(list.item(), "item")
                                                            .replace("writer.", "to."));
            case PartOf part -> "write%s(writer, %s)".formatted(part.part(), value);
            case CodeOf code -> {
                String name = code.codes().name();
                yield code.codes().isSettled()
                        ? "writer.code(%s, %s)".formatted(value, name)
                        : "writer.code(%1$s_of(%2$s, writer.version), %1$s)".formatted(name, value);
            }
        };
    }

    /** What a field holds that was not told. */
    private static String instead(Field field) {
        return switch (field.encoding()) {
            case Text _ -> "''";
            case Rest _ -> "new Uint8Array()";
            case ListOf _ -> "[]";
            case CodeOf _ -> "'%s'".formatted(field.instead());
            case PartOf part -> throw new IllegalArgumentException(part.part().name());
            case Plain plain ->
                    switch (plain) {
                        case FLAG -> "false";
                        case POSE -> "{ x: 0, y: 0, z: 0, rotation: %d }".formatted(IDENTITY);
                        case ROTATION -> Long.toString(IDENTITY);
                        case VARUINT64 -> (field.instead().isEmpty() ? "0" : field.instead()) + "n";
                        default -> field.instead().isEmpty() ? "0" : field.instead();
                    };
        };
    }

    private String types() {
        StringBuilder text =
                new StringBuilder(
                        """
                        /** The newest version that this module speaks. */
                        export const VERSION: %d;
                        /** The oldest one. */
                        export const OLDEST: %d;
                        """
                                .formatted(schema.version(), schema.oldest()));
        for (Constant constant : schema.constants()) {
            text.append(doc("", constant.meaning()));
            text.append("export const %s: %s;\n".formatted(constant.name(), literal(constant)));
        }
        for (Codes codes : schema.codes().values()) {
            text.append("\n" + doc("", codes.meaning()));
            text.append("export const %s: {\n".formatted(codes.name()));
            for (Code code : codes.values()) {
                text.append(doc("    ", code.meaning()));
                text.append("    readonly %s: %d;\n".formatted(code.name(), code.number()));
            }
            text.append("};\n");
            text.append("export type %1$s = keyof typeof %1$s;\n".formatted(codes.name()));
        }
        text.append(
                """

                /** Where something is, in metres, y up, and how it is turned: see {@link unpackRotation}. */
                export interface Pose {
                    x: number;
                    y: number;
                    z: number;
                    /** 32 bits, unsigned: quantised once, then passed on as they are. */
                    rotation: number;
                }
                """);
        schema.structs().forEach(struct -> text.append(type(struct)));
        text.append("\n/** Why bytes are not a message. */\nexport type MalformedReason =\n");
        for (Code reason : schema.reasons()) {
            text.append("    /** %s */\n    | '%s'\n".formatted(reason.meaning(), reason.name()));
        }
        text.setLength(text.length() - 1);
        text.append(
                ";\n\nexport interface Malformed {\n    type: 'Malformed';\n    reason: MalformedReason;\n}\n");
        text.append(union("What a client sends.", "ClientMessage", From.CLIENT));
        text.append(union("What an instance sends.", "ServerMessage", From.SERVER));
        return text
                + """

                /**
                 * Reads one message of an instance, in the version of the session (Welcome's). Never throws: bytes that are none are
                 * answered with Malformed.
                 */
                export function decodeServer(bytes: Uint8Array, version?: number): ServerMessage | Malformed;

                /** Reads one message of a client. Never throws. */
                export function decodeClient(bytes: Uint8Array, version?: number): ClientMessage | Malformed;

                /** The message in an array of its own. Throws a RangeError if a field is beyond its limit. */
                export function encode(message: ClientMessage | ServerMessage): Uint8Array;

                /** The same for a session of another version: undefined if that does not have the message. */
                export function encodeFor(version: number, message: ClientMessage | ServerMessage): Uint8Array | undefined;

                /** A quaternion of any length but zero as the 32 bits of a pose's rotation. */
                export function packRotation(x: number, y: number, z: number, w: number): number;

                /** The unit quaternion [x, y, z, w]; written into `out` if that is given. */
                export function unpackRotation<T extends { [index: number]: number } = number[]>(rotation: number, out?: T): T;
                """;
    }

    private static String type(Struct struct) {
        String fields =
                struct.fields().stream()
                        .map(f ->
                                doc("    ", f.meaning())
                                        + "    %s: %s;\n".formatted(f.name(), type(f.encoding())))
                        .collect(Collectors.joining());
        String type = struct.isMessage() ? "    type: '%s';\n".formatted(struct) : "";
        return "\n%sexport interface %s {\n%s%s}\n"
                .formatted(doc("", struct.meaning()), struct, type, fields);
    }

    private static String type(Encoding encoding) {
        return switch (encoding) {
            case Plain plain ->
                    switch (plain) {
                        case U8, U16, U32, VARUINT, INDEX, F32, ROTATION -> "number";
                        case VARUINT64 -> "bigint";
                        case FLAG -> "boolean";
                        case POSE -> "Pose";
                    };
            case Text _ -> "string";
            case Rest _ -> "Uint8Array";
            case ListOf list -> type(list.item()) + "[]";
            case PartOf part -> part.part().name();
            case CodeOf code -> code.codes().name();
        };
    }

    private String union(String meaning, String name, From from) {
        Stream<String> names = schema.messages(from).map(m -> "\n    | " + m);
        return "\n/** %s */\nexport type %s =%s;\n"
                .formatted(meaning, name, names.collect(Collectors.joining()));
    }

    private static String literal(Constant constant) {
        return constant.isNumber() ? constant.value() : "'%s'".formatted(constant.value());
    }

    private static String doc(String indent, String meaning) {
        return meaning.isEmpty() ? "" : "%s/** %s */\n".formatted(indent, meaning);
    }
}
