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
import otherworld.protocol.schema.Schema.Struct;
import otherworld.protocol.schema.Schema.Text;

/** The codec of pages: an ES module on top of clients/web/wire.js, and its types. */
final class WebCodec {
    private static final String HEADER =
            """
            // Generated from protocol/schema/otherworld.schema, which says how to change it.

            """;

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
        schema.parts().values().forEach(part -> text.append(functions(part)));
        schema.messages().forEach(message -> text.append(functions(message)));
        for (From from : List.of(From.CLIENT, From.SERVER)) {
            text.append(
                    "\n/** By type: the longest, in bytes, and what reads it. */\nconst OF_%s = new Map([\n"
                            .formatted(from));
            schema.messages(from)
                    .forEach(m ->
                            text.append(
                                    "    [%d, [%d, read%s]],\n"
                                            .formatted(m.type(), schema.maxBytes(m), m)));
            text.append("]);\n");
        }
        text.append("\n/** By name: the type, and what writes the fields. */\nconst WRITERS = {\n");
        schema.messages()
                .forEach(m -> text.append("    %1$s: [%2$d, write%1$s],\n".formatted(m, m.type())));
        return text
                + """
                };

                const scratch = new Writer(%d);

                export const decodeClient = bytes => decode(OF_CLIENT, bytes);

                export const decodeServer = bytes => decode(OF_SERVER, bytes);

                export function encode(message) {
                    const [type, write] = WRITERS[message.type];
                    scratch.start(type);
                    write(scratch, message);
                    return scratch.bytes();
                }

                function decode(messages, bytes) {
                    if (bytes.length === 0) return malformed('EMPTY');
                    const known = messages.get(bytes[0]);
                    if (known === undefined) return malformed('UNKNOWN_TYPE');
                    const [longest, read] = known;
                    if (bytes.length > longest) return malformed('TOO_LONG');
                    const reader = new Reader(bytes);
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

    private static String functions(Struct struct) {
        return "\n" + reading(struct) + "\n" + writing(struct);
    }

    private static String reading(Struct struct) {
        List<Field> fields = struct.fields();
        String type = struct.isMessage() ? "        type: '%s',\n".formatted(struct) : "";
        String object =
                type
                        + fields.stream()
                                .map(f ->
                                        "        %s: %s,\n".formatted(f.name(), read(f.encoding())))
                                .collect(Collectors.joining());
        if (fields.isEmpty()) {
            return "const read%1$s = () => ({ type: '%1$s' });\n".formatted(struct);
        }
        if (fields.getFirst().encoding() != Plain.VERSION) {
            return "const read%s = reader => ({\n%s});\n"
                    .formatted(struct, object.replace("        ", "    "));
        }
        String nothing =
                fields.stream()
                        .skip(1)
                        .map(f -> ", %s: %s".formatted(f.name(), nothing(f.encoding())))
                        .collect(Collectors.joining());
        return """
        function read%1$s(reader) {
            const version = reader.u16();
            // The rest of another version is in a layout that is not known here.
            if (version !== VERSION) return reader.skipRest({ type: '%1$s', version%2$s });
            return {
        %3$s    };
        }
        """
                .formatted(struct, nothing, object.replace("version: reader.u16()", "version"));
    }

    private static String writing(Struct struct) {
        if (struct.fields().isEmpty()) {
            return "const write%s = () => {};\n".formatted(struct);
        }
        String name = struct.isMessage() ? "message" : "part";
        String statements =
                struct.fields().stream()
                        .map(f -> "    %s;\n".formatted(write(f.encoding(), name + "." + f.name())))
                        .collect(Collectors.joining());
        return "function write%s(writer, %s) {\n%s}\n".formatted(struct, name, statements);
    }

    private static String read(Encoding encoding) {
        return switch (encoding) {
            case Plain plain -> "reader.%s()".formatted(method(plain));
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
            case CodeOf code -> "reader.code(%s_NAMES)".formatted(code.codes().name());
        };
    }

    private static String write(Encoding encoding, String value) {
        return switch (encoding) {
            case Plain plain -> "writer.%s(%s)".formatted(method(plain), value);
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
            case CodeOf code -> "writer.code(%s, %s)".formatted(value, code.codes().name());
        };
    }

    private static String method(Plain plain) {
        return plain == Plain.VERSION ? "u16" : plain.word();
    }

    /** What a field holds that was not read. */
    private static String nothing(Encoding encoding) {
        return switch (type(encoding)) {
            case "string" -> "''";
            case "number" -> "0";
            case "bigint" -> "0n";
            case "boolean" -> "false";
            default -> throw new IllegalArgumentException(encoding + " behind a version");
        };
    }

    private String types() {
        StringBuilder text =
                new StringBuilder("export const VERSION: %d;\n".formatted(schema.version()));
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

                /** Reads one message of an instance. Never throws: bytes that are none are answered with Malformed. */
                export function decodeServer(bytes: Uint8Array): ServerMessage | Malformed;

                /** Reads one message of a client. Never throws. */
                export function decodeClient(bytes: Uint8Array): ClientMessage | Malformed;

                /** The message in an array of its own. Throws a RangeError if a field is beyond its limit. */
                export function encode(message: ClientMessage | ServerMessage): Uint8Array;

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
                        case VERSION, U8, U16, VARUINT, SVARINT, F32 -> "number";
                        case VARUINT64 -> "bigint";
                        case FLAG -> "boolean";
                        case POSE -> "Pose";
                    };
            case Text _ -> "string";
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
