package otherworld.protocol.schema;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What protocol/schema states. Everything under this package knows nothing of the codecs that are
 * generated from it: it runs when they do not compile.
 */
public record Schema(
        int version,
        List<Constant> constants,
        List<Struct> messages,
        Map<String, Struct> parts,
        Map<String, Codes> codes,
        List<Code> reasons) {
    static final int VARUINT_BYTES = 5;
    static final int VARUINT64_BYTES = 9;
    static final int POSE_BYTES = 16;

    public record Constant(String name, String value, String meaning) {
        boolean isNumber() {
            return value.matches("\\d+");
        }
    }

    /** Who says a message; of parts nobody. */
    public enum From {
        CLIENT,
        SERVER,
        NOBODY;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** A message or a part of one; a part has no type. */
    public record Struct(int type, String name, From from, String meaning, List<Field> fields) {
        boolean isMessage() {
            return from != From.NOBODY;
        }

        /** Of numbers alone: it can be written without an object. */
        boolean isFlat() {
            return fields.stream()
                    .allMatch(f -> f.encoding() instanceof Plain p && p != Plain.VERSION);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    public record Field(String name, Encoding encoding, String meaning) {}

    public sealed interface Encoding permits Plain, Text, ListOf, PartOf, CodeOf {}

    /** What takes no parameter; docs/protocol.md says what each is. */
    public enum Plain implements Encoding {
        VERSION,
        U8,
        U16,
        FLAG,
        VARUINT,
        VARUINT64,
        SVARINT,
        F32,
        POSE;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * @param kind string, name or prose
     */
    public record Text(String kind, Constant limit) implements Encoding {
        public int max() {
            return Integer.parseInt(limit.value());
        }
    }

    public record ListOf(Constant limit, Encoding item) implements Encoding {
        public int max() {
            return Integer.parseInt(limit.value());
        }
    }

    public record PartOf(Struct part) implements Encoding {}

    public record CodeOf(Codes codes) implements Encoding {}

    public record Codes(String name, String meaning, List<Code> values) {}

    /** A code and its number on the wire; a reason of malformed bytes has 0. */
    public record Code(int number, String name, String meaning) {}

    public Stream<Struct> messages(From from) {
        return messages.stream().filter(m -> m.from() == from);
    }

    public Stream<Struct> structs() {
        return Stream.concat(messages.stream(), parts.values().stream());
    }

    /** The most bytes that a whole message takes, type byte included, or a part. */
    public int maxBytes(Struct struct) {
        return (struct.isMessage() ? 1 : 0)
                + struct.fields().stream().mapToInt(f -> maxBytes(f.encoding())).sum();
    }

    public int maxBytes(From from) {
        return messages(from).mapToInt(this::maxBytes).max().orElseThrow();
    }

    int maxBytes(Encoding encoding) {
        return switch (encoding) {
            case Plain plain ->
                    switch (plain) {
                        case U8, FLAG -> 1;
                        case U16, VERSION -> 2;
                        case F32 -> 4;
                        case VARUINT, SVARINT -> VARUINT_BYTES;
                        case VARUINT64 -> VARUINT64_BYTES;
                        case POSE -> POSE_BYTES;
                    };
            case Text text -> countBytes(text.max()) + text.max();
            case ListOf list -> countBytes(list.max()) + list.max() * maxBytes(list.item());
            case PartOf part -> maxBytes(part.part());
            case CodeOf _ -> 1;
        };
    }

    /** Bytes of a count up to {@code max}. */
    static int countBytes(int max) {
        return max < 1 << 7 ? 1 : max < 1 << 14 ? 2 : 3;
    }

    /** As docs/protocol.md writes it, limits as numbers. */
    static String written(Encoding encoding) {
        return switch (encoding) {
            case Plain plain -> plain.word();
            case Text text -> "%s(%d)".formatted(text.kind(), text.max());
            case ListOf list -> "list(%d) %s".formatted(list.max(), written(list.item()));
            case PartOf part -> part.part().name();
            case CodeOf code -> code.codes().name();
        };
    }
}
