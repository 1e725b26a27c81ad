package otherworld.protocol.schema;

import java.util.Locale;
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

/**
 * The codec of Godot's clients: statically typed GDScript on top of wire_reader.gd and
 * wire_writer.gd.
 */
final class GodotCodec {
    private final Schema schema;
    private final StringBuilder out = new StringBuilder();

    private GodotCodec(Schema schema) {
        this.schema = schema;
    }

    static String source(Schema schema) {
        GodotCodec codec = new GodotCodec(schema);
        codec.all();
        return codec.out.toString();
    }

    private void all() {
        out.append(
                """
                # Generated from protocol/schema/otherworld.schema, which says how to change it.
                class_name OtherworldProtocol
                extends RefCounted
                ## Reads and writes the messages of clients and instances.

                const Pose := preload("pose.gd")
                const WireReader := preload("wire_reader.gd")
                const WireWriter := preload("wire_writer.gd")

                """);
        out.append("const VERSION := %d\n".formatted(schema.version()));
        for (Constant constant : schema.constants()) {
            doc("", constant.meaning());
            out.append("const %s := %s\n".formatted(constant.name(), literal(constant)));
        }
        schema.codes().values().forEach(this::codes);
        reasons();
        out.append(
                """


                ## Of either side; [Malformed] is neither's.
                class Message extends RefCounted:
                	func type() -> int:
                		return 0

                	func write(_out: WireWriter) -> void:
                		pass


                ## The answer of a decoder to bytes that are no message.
                class Malformed extends Message:
                	var reason: MalformedReason
                """);
        schema.parts().values().forEach(this::struct);
        schema.messages().forEach(this::struct);
        decoder(From.CLIENT, "client");
        decoder(From.SERVER, "server");
        out.append(
                """


                ## The message's bytes; none, and an error in the log, if a field is beyond its limit.
                static func encode(message: Message) -> PackedByteArray:
                	var out := WireWriter.new()
                	out.u8(message.type())
                	message.write(out)
                	return out.finished()


                static func _finished(message: Message, input: WireReader) -> Message:
                	return message if input.done() else _malformed(input.malformed as MalformedReason)


                static func _malformed(reason: MalformedReason) -> Malformed:
                	var message := Malformed.new()
                	message.reason = reason
                	return message
                """);
    }

    private void codes(Codes codes) {
        out.append("\n");
        doc("", codes.meaning());
        out.append("enum %s {\n".formatted(codes.name()));
        for (Code code : codes.values()) {
            doc("\t", code.meaning());
            out.append("\t%s = %d,\n".formatted(code.name(), code.number()));
        }
        out.append("}\n");
    }

    private void reasons() {
        out.append("\n## Why bytes are not a message.\nenum MalformedReason {\n");
        int number = 1;
        for (Code reason : schema.reasons()) {
            doc("\t", reason.meaning());
            out.append("\t%s = %d,\n".formatted(reason.name(), number++));
        }
        out.append("}\n");
    }

    private void struct(Struct struct) {
        out.append("\n\n");
        doc("", struct.meaning());
        out.append(
                "class %s extends %s:\n"
                        .formatted(struct, struct.isMessage() ? "Message" : "RefCounted"));
        if (struct.isMessage()) {
            out.append("\tconst TYPE := %d\n".formatted(struct.type()));
        }
        out.append("\tconst MAX_BYTES := %d\n".formatted(schema.maxBytes(struct)));
        if (!struct.fields().isEmpty()) {
            out.append("\n");
        }
        for (Field field : struct.fields()) {
            doc("\t", field.meaning());
            out.append(
                    "\tvar %s: %s%s\n"
                            .formatted(
                                    snake(field.name()),
                                    type(field.encoding()),
                                    initial(field.encoding())));
        }
        if (struct.isMessage()) {
            out.append("\n\tfunc type() -> int:\n\t\treturn TYPE\n");
        }
        writing(struct);
        reading(struct);
    }

    private void writing(Struct struct) {
        if (struct.fields().isEmpty()) {
            return;
        }
        out.append("\n\tfunc write(out: WireWriter) -> void:\n");
        for (Field field : struct.fields()) {
            String name = snake(field.name());
            if (field.encoding() instanceof ListOf list) {
                out.append(
                        "\t\tout.count(%s.size(), %s)\n\t\tfor item in %1$s:\n\t\t\t%s\n"
                                .formatted(name, list.limit().name(), write(list.item(), "item")));
            } else {
                out.append("\t\t%s\n".formatted(write(field.encoding(), name)));
            }
        }
    }

    private void reading(Struct struct) {
        String input = struct.fields().isEmpty() ? "_input" : "input";
        out.append("\n\tstatic func read(%s: WireReader) -> %s:\n".formatted(input, struct));
        if (struct.fields().isEmpty()) {
            out.append("\t\treturn %s.new()\n".formatted(struct));
            return;
        }
        String into = struct.isMessage() ? "message" : "part";
        out.append("\t\tvar %s := %s.new()\n".formatted(into, struct));
        for (Field field : struct.fields()) {
            String value = into + "." + snake(field.name());
            if (field.encoding() instanceof ListOf list) {
                out.append(
                        "\t\tfor i in input.count(%s, MalformedReason.LIST_TOO_LONG):\n"
                                .formatted(list.limit().name()));
                out.append("\t\t\tif input.malformed:\n\t\t\t\tbreak\n");
                out.append("\t\t\t%s.append(%s)\n".formatted(value, read(list.item())));
            } else {
                out.append("\t\t%s = %s\n".formatted(value, read(field.encoding())));
            }
            if (field.encoding() == Plain.VERSION) {
                out.append(
                        """
                        		if message.version != VERSION: # the rest is in a layout that is not known here
                        			input.skip_rest()
                        			return message
                        """);
            }
        }
        out.append("\t\treturn %s\n".formatted(into));
    }

    private void decoder(From from, String side) {
        out.append(
                """


                ## Reads one message of %1$s. Bytes that are none are answered with [Malformed].
                static func decode_%2$s(bytes: PackedByteArray) -> Message:
                	if bytes.is_empty():
                		return _malformed(MalformedReason.EMPTY)
                	var input := WireReader.new(bytes)
                	match bytes[0]:
                """
                        .formatted(from == From.CLIENT ? "a client" : "an instance", side));
        schema.messages(from)
                .forEach(m ->
                        out.append(
                                """
                                		%1$s.TYPE:
                                			if bytes.size() > %1$s.MAX_BYTES:
                                				return _malformed(MalformedReason.TOO_LONG)
                                			return _finished(%1$s.read(input), input)
                                """
                                        .formatted(m)));
        out.append("\treturn _malformed(MalformedReason.UNKNOWN_TYPE)\n");
    }

    private static String type(Encoding encoding) {
        return switch (encoding) {
            case Plain plain ->
                    switch (plain) {
                        case VERSION, U8, U16, VARUINT, SVARINT, VARUINT64 -> "int";
                        case FLAG -> "bool";
                        case F32 -> "float";
                        case POSE -> "Pose";
                    };
            case Text _ -> "String";
            case ListOf list when isNumber(list.item()) -> "PackedInt64Array";
            case ListOf list -> "Array[%s]".formatted(type(list.item()));
            case PartOf part -> part.part().name();
            case CodeOf code -> code.codes().name();
        };
    }

    private static boolean isNumber(Encoding encoding) {
        return type(encoding).equals("int");
    }

    private static String initial(Encoding encoding) {
        return switch (encoding) {
            case Plain plain ->
                    plain == Plain.VERSION
                            ? " = VERSION"
                            : plain == Plain.POSE ? " = Pose.new()" : "";
            case PartOf part -> " = %s.new()".formatted(part.part());
            case CodeOf code ->
                    " = %s.%s"
                            .formatted(
                                    code.codes().name(), code.codes().values().getFirst().name());
            case Text _, ListOf _ -> "";
        };
    }

    private static String read(Encoding encoding) {
        return switch (encoding) {
            case Plain plain ->
                    plain == Plain.POSE ? "input.pose()" : "input.%s()".formatted(method(plain));
            case Text text ->
                    "input.%s(%s)"
                            .formatted(
                                    text.kind().equals("name") ? "name" : "string",
                                    text.limit().name());
            case PartOf part -> "%s.read(input)".formatted(part.part());
            case CodeOf code ->
                    "input.code(%d) as %s"
                            .formatted(code.codes().values().size(), code.codes().name());
            case ListOf list -> throw new IllegalArgumentException("a list in " + list);
        };
    }

    private static String write(Encoding encoding, String value) {
        return switch (encoding) {
            case Plain plain -> "out.%s(%s)".formatted(method(plain), value);
            case Text text -> "out.%s(%s, %s)".formatted(text.kind(), value, text.limit().name());
            case PartOf _ -> "%s.write(out)".formatted(value);
            case CodeOf _ -> "out.u8(%s)".formatted(value);
            case ListOf list -> throw new IllegalArgumentException("a list in " + list);
        };
    }

    private static String method(Plain plain) {
        return plain == Plain.VERSION ? "u16" : plain.word();
    }

    /** As GDScript names variables. */
    static String snake(String camel) {
        return camel.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    private static String literal(Constant constant) {
        return constant.isNumber() ? constant.value() : "\"%s\"".formatted(constant.value());
    }

    private void doc(String indent, String meaning) {
        if (!meaning.isEmpty()) {
            out.append("%s## %s\n".formatted(indent, code(meaning)));
        }
    }

    /** Names in texts as Godot's documentation has them. */
    private static String code(String meaning) {
        return meaning.replaceAll("`(\\w+)`", "[code]$1[/code]");
    }
}
