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
        int oldest,
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

    /** The versions that have something, from the first to the last. */
    public record Span(int since, int until) {
        static final int FOR_EVER = Integer.MAX_VALUE;

        /** A condition on the version of a session, in Java, JavaScript and GDScript alike. */
        String condition(String version, String and) {
            String least = since == 0 ? "" : "%s >= %d".formatted(version, since);
            String most = until == FOR_EVER ? "" : "%s <= %d".formatted(version, until);
            return least.isEmpty() || most.isEmpty() ? least + most : least + and + most;
        }

        boolean has(int version) {
            return version >= since && version <= until;
        }

        boolean isAlways() {
            return since == 0 && until == FOR_EVER;
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

        /** As names of Java begin. */
        public String side() {
            return name().charAt(0) + word().substring(1);
        }
    }

    /**
     * A message or a part of one; a part has no type.
     *
     * @param lasting whether it is read before a version is agreed, and so never changes
     */
    public record Struct(
            int type,
            String name,
            From from,
            Span span,
            boolean lasting,
            String meaning,
            List<Field> fields) {
        boolean isMessage() {
            return from != From.NOBODY;
        }

        /** Without lists and parts: it can be written without an object. */
        boolean isFlat() {
            return fields.stream()
                    .allMatch(f ->
                            f.span().isAlways()
                                    && (f.encoding() instanceof Plain
                                            || f.encoding() instanceof Text
                                            || (f.encoding() instanceof CodeOf(Codes codes)
                                                    && codes.isSettled())));
        }

        /** Whether it begins with the version that the rest is of. */
        boolean beginsWithVersion() {
            return lasting && fields.getFirst().encoding() == Plain.U16;
        }

        /** Whether its bytes are not the same in all versions. */
        boolean varies() {
            return fields.stream().anyMatch(f -> !f.span().isAlways() || varies(f.encoding()));
        }

        private static boolean varies(Encoding encoding) {
            return switch (encoding) {
                case ListOf list -> varies(list.item());
                case PartOf part -> part.part().varies();
                case CodeOf code -> !code.codes().isSettled();
                case Plain _, Text _, Rest _ -> false;
            };
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * @param instead what it holds where it was not told; of a code in a lasting message, what an
     *     unknown one is taken as; empty if nothing is said
     */
    public record Field(
            String name, Encoding encoding, Span span, String instead, String meaning) {}

    public sealed interface Encoding permits Plain, Text, Rest, ListOf, PartOf, CodeOf {}

    /** What takes no parameter; docs/protocol.md says what each is. */
    public enum Plain implements Encoding {
        U8,
        U16,
        U32,
        FLAG,
        VARUINT,
        VARUINT64,
        INDEX,
        F32,
        ROTATION,
        POSE;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }

        boolean isNumber() {
            return this != FLAG && this != ROTATION && this != POSE;
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

    /** All that is left of the message. */
    public record Rest(Constant limit) implements Encoding {
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

    public record Codes(String name, String meaning, List<Code> values) {
        /** Whether all versions have all of them. */
        boolean isSettled() {
            return values.stream().allMatch(c -> c.since() == 0);
        }

        /** How many a version has: codes are only added behind the last. */
        int count(int version) {
            return (int) values.stream().filter(c -> c.since() <= version).count();
        }
    }

    /**
     * A code and its number on the wire; a reason of malformed bytes has 0.
     *
     * @param since the first version that has it, 0 if all have
     * @param instead what an older peer is told; empty if all have it
     */
    public record Code(int number, String name, int since, String instead, String meaning) {}

    /** The constant of that name. */
    String constant(String name) {
        return constants.stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no constant " + name))
                .value();
    }

    public Stream<Struct> messages(From from) {
        return messages.stream().filter(m -> m.from() == from);
    }

    public Stream<Struct> structs() {
        return Stream.concat(messages.stream(), parts.values().stream());
    }

    /** The most bytes that a whole message takes, type byte included, or a part. */
    public int maxBytes(Struct struct) {
        return struct.lasting()
                ? Integer.parseInt(constant("MAX_LASTING_BYTES"))
                : fieldBytes(struct);
    }

    /** The same without what may follow the fields of a lasting message. */
    public int fieldBytes(Struct struct) {
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
                        case U16, INDEX -> 2;
                        case U32, F32, ROTATION -> 4;
                        case VARUINT -> VARUINT_BYTES;
                        case VARUINT64 -> VARUINT64_BYTES;
                        case POSE -> POSE_BYTES;
                    };
            case Text text -> countBytes(text.max()) + text.max();
            case Rest rest -> rest.max();
            case ListOf list -> countBytes(list.max()) + list.max() * maxBytes(list.item());
            case PartOf part -> maxBytes(part.part());
            case CodeOf _ -> 1;
        };
    }

    /** Of what always takes the same. */
    static int fixedBytes(Encoding encoding) {
        return switch (encoding) {
            case CodeOf _ -> 1;
            case Plain plain ->
                    switch (plain) {
                        case U8, FLAG -> 1;
                        case U16 -> 2;
                        case U32, F32, ROTATION -> 4;
                        case POSE -> POSE_BYTES;
                        case VARUINT, VARUINT64, INDEX ->
                                throw new IllegalArgumentException(plain + " has no fixed length");
                    };
            default -> throw new IllegalArgumentException(encoding + " has no fixed length");
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
            case Rest rest -> "rest(%d)".formatted(rest.max());
            case ListOf list -> "list(%d) %s".formatted(list.max(), written(list.item()));
            case PartOf part -> part.part().name();
            case CodeOf code -> code.codes().name();
        };
    }
}
