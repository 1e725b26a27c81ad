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
import otherworld.protocol.schema.Schema.Rest;
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
        doc("", "The newest version that this add-on speaks.");
        out.append("const VERSION := %d\n".formatted(schema.version()));
        doc("", "The oldest one.");
        out.append("const OLDEST := %d\n".formatted(schema.oldest()));
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

                	## Whether a peer of that version knows it.
                	func is_in(_version: int) -> bool:
                		return true

                	func write(_out: WireWriter) -> void:
                		pass


                ## The answer of a decoder to bytes that are no message.
                class Malformed extends Message:
                	var reason: MalformedReason
                """);
        schema.parts().values().forEach(this::struct);
        schema.messages().forEach(this::struct);
        schema.codes().values().stream()
                .filter(codes -> !codes.isSettled())
                .forEach(this::codesOfVersions);
        decoder(From.CLIENT, "client");
        decoder(From.SERVER, "server");
        out.append(
                """


                ## The message's bytes in the version of the session (that of [Welcome]): none if that does not have it; none, and an
                ## error in the log, if a field is beyond its limit.
                static func encode(message: Message, version := VERSION) -> PackedByteArray:
                	if not message.is_in(version):
                		return PackedByteArray()
                	var out := WireWriter.new()
                	out.version = version
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
                                    initial(struct, field)));
        }
        if (struct.isMessage()) {
            out.append("\n\tfunc type() -> int:\n\t\treturn TYPE\n");
        }
        if (!struct.span().isAlways()) {
            out.append(
                    "\n\tfunc is_in(version: int) -> bool:\n\t\treturn %s\n"
                            .formatted(struct.span().condition("version", " and ")));
        }
        writing(struct);
        reading(struct);
    }

    private void writing(Struct struct) {
        if (struct.fields().isEmpty()) {
            return;
        }
        out.append("\n\tfunc write(out: WireWriter) -> void:\n");
        if (struct.beginsWithVersion() && struct.varies()) {
            out.append("\t\tout.version = %s\n".formatted(struct.fields().getFirst().name()));
        }
        for (Field field : struct.fields()) {
            String name = snake(field.name());
            String indent = opened(field, "out.version");
            if (field.encoding() instanceof ListOf list) {
                out.append(
                        "%4$sout.count(%1$s.size(), %2$s)\n%4$sfor item in %1$s:\n%4$s\t%3$s\n"
                                .formatted(
                                        name,
                                        list.limit().name(),
                                        write(list.item(), "item"),
                                        indent));
            } else {
                out.append("%s%s\n".formatted(indent, write(field.encoding(), name)));
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
            String indent = opened(field, "input.version");
            if (field.encoding() instanceof ListOf list) {
                out.append(
                        "%sfor i in input.count(%s, MalformedReason.LIST_TOO_LONG):\n"
                                .formatted(indent, list.limit().name()));
                out.append("%1$s\tif input.malformed:\n%1$s\t\tbreak\n".formatted(indent));
                out.append("%s\t%s.append(%s)\n".formatted(indent, value, read(list.item())));
            } else if (struct.lasting() && field.encoding() instanceof CodeOf(Codes codes)) {
                out.append(
                        "%1$s%2$s = input.code_or(%3$d, %4$s.%5$s) as %4$s\n"
                                .formatted(
                                        indent,
                                        value,
                                        codes.values().size(),
                                        codes.name(),
                                        field.instead()));
            } else {
                out.append("%s%s = %s\n".formatted(indent, value, read(field.encoding())));
            }
            if (struct.beginsWithVersion() && field.equals(struct.fields().getFirst())) {
                out.append(
                        """
                        		if %1$s < OLDEST: # the rest was laid out in another way
                        %3$s			input.skip_rest()
                        			return %2$s
                        		input.version = %1$s
                        """
                                .formatted(
                                        value,
                                        into,
                                        saysOldest(struct) ? "\t\t\tmessage.oldest = 0\n" : ""));
            }
        }
        if (struct.lasting()) {
            out.append("\t\tinput.skip_rest() # what a later version says behind its fields\n");
        }
        out.append("\t\treturn %s\n".formatted(into));
    }

    /** The condition that a field is there, and how far what is under it is indented. */
    private String opened(Field field, String version) {
        if (field.span().isAlways()) {
            return "\t\t";
        }
        out.append("\t\tif %s:\n".formatted(field.span().condition(version, " and ")));
        return "\t\t\t";
    }

    /** What a peer is told for a code that its version may not have, and the last that it has. */
    private void codesOfVersions(Codes codes) {
        out.append(
                "\n\nclass _%s:\n\tstatic func of(code: int, version: int) -> int:\n"
                        .formatted(codes.name()));
        for (Code code : codes.values()) {
            if (code.since() > 0) {
                out.append(
                        "\t\tif code == %1$s.%2$s and version < %3$d:\n\t\t\treturn of(%1$s.%4$s, version)\n"
                                .formatted(
                                        codes.name(), code.name(), code.since(), code.instead()));
            }
        }
        out.append("\t\treturn code\n");
        out.append("\n\tstatic func last(version: int) -> int:\n");
        for (int version = schema.version(); version > schema.oldest(); version--) {
            if (codes.count(version) > codes.count(version - 1)) {
                out.append(
                        "\t\tif version >= %d:\n\t\t\treturn %d\n"
                                .formatted(version, codes.count(version)));
            }
        }
        out.append("\t\treturn %d\n".formatted(codes.count(schema.oldest())));
    }

    private void decoder(From from, String side) {
        out.append(
                """


                ## Reads one message of %1$s, in the version of the session (that of [Welcome]). Bytes that are none are answered with
                ## [Malformed].
                static func decode_%2$s(bytes: PackedByteArray, version := VERSION) -> Message:
                	if bytes.is_empty():
                		return _malformed(MalformedReason.EMPTY)
                	var input := WireReader.new(bytes)
                	input.version = version
                	match bytes[0]:
                """
                        .formatted(from == From.CLIENT ? "a client" : "an instance", side));
        schema.messages(from)
                .forEach(m ->
                        out.append(
                                """
                                		%1$s.TYPE%2$s:
                                			if bytes.size() > %1$s.MAX_BYTES:
                                				return _malformed(MalformedReason.TOO_LONG)
                                			return _finished(%1$s.read(input), input)
                                """
                                        .formatted(
                                                m,
                                                m.span().isAlways()
                                                        ? ""
                                                        : " when "
                                                                + m.span()
                                                                        .condition(
                                                                                "version",
                                                                                " and "))));
        out.append("\treturn _malformed(MalformedReason.UNKNOWN_TYPE)\n");
    }

    private static String type(Encoding encoding) {
        return switch (encoding) {
            case Plain plain ->
                    switch (plain) {
                        case U8, U16, U32, VARUINT, VARUINT64, INDEX, ROTATION -> "int";
                        case FLAG -> "bool";
                        case F32 -> "float";
                        case POSE -> "Pose";
                    };
            case Text _ -> "String";
            case Rest _ -> "PackedByteArray";
            case ListOf list when isNumber(list.item()) -> "PackedInt64Array";
            case ListOf list -> "Array[%s]".formatted(type(list.item()));
            case PartOf part -> part.part().name();
            case CodeOf code -> code.codes().name();
        };
    }

    private static boolean isNumber(Encoding encoding) {
        return type(encoding).equals("int");
    }

    /** Hello, which names a range of versions. */
    private static boolean saysOldest(Struct struct) {
        return struct.beginsWithVersion() && struct.from() == From.CLIENT;
    }

    private static String initial(Struct struct, Field field) {
        if (struct.beginsWithVersion() && field.equals(struct.fields().getFirst())) {
            return " = VERSION";
        }
        if (saysOldest(struct) && field.name().equals("oldest")) {
            return " = OLDEST";
        }
        return switch (field.encoding()) {
            case Plain plain ->
                    plain == Plain.POSE
                            ? " = Pose.new()"
                            : plain == Plain.ROTATION
                                    ? " = Pose.IDENTITY"
                                    : field.instead().isEmpty() ? "" : " = " + field.instead();
            case PartOf part -> " = %s.new()".formatted(part.part());
            case CodeOf code ->
                    " = %s.%s"
                            .formatted(
                                    code.codes().name(),
                                    field.instead().isEmpty() || struct.lasting()
                                            ? code.codes().values().getFirst().name()
                                            : field.instead());
            case Text _, Rest _, ListOf _ -> "";
        };
    }

    private static String read(Encoding encoding) {
        return switch (encoding) {
            case Plain plain -> "input.%s()".formatted(plain.word());
            case Text text ->
                    "input.%s(%s)"
                            .formatted(
                                    text.kind().equals("name") ? "name" : "string",
                                    text.limit().name());
            case PartOf part -> "%s.read(input)".formatted(part.part());
            case CodeOf code ->
                    "input.code(%s) as %s"
                            .formatted(
                                    code.codes().isSettled()
                                            ? code.codes().values().size()
                                            : "_%s.last(input.version)"
                                                    .formatted(code.codes().name()),
                                    code.codes().name());
            case Rest _ -> "input.rest()";
            case ListOf list -> throw new IllegalArgumentException("a list in " + list);
        };
    }

    private static String write(Encoding encoding, String value) {
        return switch (encoding) {
            case Plain plain -> "out.%s(%s)".formatted(plain.word(), value);
            case Rest rest -> "out.rest(%s, %s)".formatted(value, rest.limit().name());
            case Text text -> "out.%s(%s, %s)".formatted(text.kind(), value, text.limit().name());
            case PartOf _ -> "%s.write(out)".formatted(value);
            case CodeOf code ->
                    code.codes().isSettled()
                            ? "out.u8(%s)".formatted(value)
                            : "out.u8(_%s.of(%s, out.version))"
                                    .formatted(code.codes().name(), value);
            case ListOf list -> throw new IllegalArgumentException("a list in " + list);
        };
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
