package otherworld.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import otherworld.protocol.MalformedMessage.Reason;
import otherworld.protocol.schema.Generate;
import otherworld.protocol.schema.SampleEncoder;
import otherworld.protocol.schema.SampleEncoder.Size;
import otherworld.protocol.schema.Schema;
import otherworld.protocol.schema.Schema.Code;
import otherworld.protocol.schema.Schema.Encoding;
import otherworld.protocol.schema.Schema.From;
import otherworld.protocol.schema.Schema.ListOf;
import otherworld.protocol.schema.Schema.PartOf;
import otherworld.protocol.schema.Schema.Rest;
import otherworld.protocol.schema.Schema.Struct;
import otherworld.protocol.schema.Schema.Text;

/** Holds the codecs to the schema by the bytes themselves, which another encoder makes from it. */
class CodecTest {
    static final Schema SCHEMA = schema();

    static Stream<Struct> messages() {
        return SCHEMA.messages().stream();
    }

    /** Each message with each bounded field in it, those of list items too. */
    static Stream<Arguments> boundedFields() {
        return messages()
                .flatMap(message -> bounded(message, "").map(f -> Arguments.of(message, f)));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageMadeFromTheSchemaIsReadAndWrittenBackAlike(Struct message) throws Exception {
        long seed = Long.getLong("seed", 20261121);
        System.out.println(message + ": -Dseed=" + seed);
        Random random = new Random(seed + message.type());
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new SampleEncoder(SCHEMA, random, Size.ANY, "").encode(message);
            assertThat(Messages.encode(decode(message, bytes))).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void theLongestMessageIsExactlyAsLongAsItsLimit(Struct message) throws Exception {
        byte[] bytes = new SampleEncoder(SCHEMA, new Random(1), Size.MOST, "").encode(message);
        assertThat(bytes).hasSize(SCHEMA.fieldBytes(message));
        assertThat(Messages.encode(decode(message, bytes))).isEqualTo(bytes);
        byte[] longest = Arrays.copyOf(bytes, SCHEMA.maxBytes(message));
        assertThat(Messages.encode(decode(message, longest))).isEqualTo(bytes);
        assertThatThrownBy(() -> decode(message, Arrays.copyOf(bytes, longest.length + 1)))
                .isSameAs(Reason.TOO_LONG.exception());
        assertThat(bytes.length)
                .isLessThanOrEqualTo(
                        message.from() == From.CLIENT
                                ? Messages.MAX_CLIENT_BYTES
                                : Messages.MAX_SERVER_BYTES);
    }

    @ParameterizedTest
    @MethodSource("boundedFields")
    void oneMoreThanAFieldsLimitIsMalformed(Struct message, String field) {
        byte[] bytes = new SampleEncoder(SCHEMA, new Random(1), Size.LEAST, field).encode(message);
        assertThatThrownBy(() -> decode(message, bytes))
                .isIn(
                        Reason.STRING_TOO_LONG.exception(),
                        Reason.LIST_TOO_LONG.exception(),
                        Reason.TOO_LONG.exception()); // of the whole, where it has no slack
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyCutOffMessageIsMalformed(Struct message) {
        byte[] bytes = new SampleEncoder(SCHEMA, new Random(2), Size.ANY, "").encode(message);
        boolean hasRest = message.fields().stream().anyMatch(f -> f.encoding() instanceof Rest);
        int fixed = hasRest ? EntityUpdate.MAX_HEADER_BYTES : bytes.length;
        for (int length = 0; length < fixed; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> decode(message, cut)).isInstanceOf(MalformedMessage.class);
        }
    }

    /** What follows their known fields belongs to a version that is not known here. */
    @ParameterizedTest
    @MethodSource("messages")
    void onlyLastingMessagesMayGoOn(Struct message) throws Exception {
        byte[] bytes = new SampleEncoder(SCHEMA, new Random(3), Size.LEAST, "").encode(message);
        byte[] more = Arrays.copyOf(bytes, bytes.length + 1);
        if (message.lasting()) {
            assertThat(decode(message, more)).isEqualTo(decode(message, bytes));
        } else if (message.type() != EntityUpdate.TYPE) {
            assertThatThrownBy(() -> decode(message, more))
                    .isIn(Reason.TRAILING_BYTES.exception(), Reason.TOO_LONG.exception());
        }
    }

    @Test
    void aVersionThatNobodySpeaksAnyMoreIsReadNoFurther() throws Exception {
        byte[] first = {1, 1, 0, 3, 'a', 'b', 'c', 0}; // type, version, token, client
        assertThat(Messages.decodeClient(first, 0, first.length))
                .isEqualTo(new Hello(1, 0, 0, "", ""));
    }

    @Test
    void anUnknownReasonOfAGoodbyeIsInternal() throws Exception {
        byte[] goodbye = Messages.encode(new Goodbye(GoodbyeReason.IDLE, 5, "of later"));
        goodbye[1] = (byte) 200;
        assertThat(Messages.decodeServer(goodbye, 0, goodbye.length))
                .isEqualTo(new Goodbye(GoodbyeReason.INTERNAL, 5, "of later"));
    }

    @Test
    void theHighestVersionThatBothSpeakIsAgreed() {
        assertThat(agreed(Protocol.VERSION, Protocol.OLDEST)).isEqualTo(Protocol.VERSION);
        assertThat(agreed(65_535, Protocol.OLDEST)).isEqualTo(Protocol.VERSION);
        assertThat(agreed(65_535, Protocol.VERSION)).isEqualTo(Protocol.VERSION);
        assertThat(agreed(65_535, Protocol.VERSION + 1)).isEqualTo(Negotiation.NONE);
        assertThat(agreed(Protocol.OLDEST - 1, 0)).isEqualTo(Negotiation.NONE);
        assertThat(agreed(Protocol.OLDEST, Protocol.OLDEST + 1)).isEqualTo(Negotiation.NONE);
        assertThat(Negotiation.features(new Hello(2, 2, Long.MAX_VALUE, "", ""))).isZero();
    }

    private static int agreed(int newest, int oldest) {
        return Negotiation.version(new Hello(newest, oldest, 0, "", ""));
    }

    @Test
    void reasonsOfMalformedBytesAreTheSchemas() {
        List<Code> reasons =
                Stream.of(Reason.values())
                        .map(r -> new Code(0, r.name(), 0, "", r.text()))
                        .toList();
        assertThat(SCHEMA.reasons()).isEqualTo(reasons);
    }

    private static Message decode(Struct message, byte[] bytes) throws MalformedMessage {
        return message.from() == From.CLIENT
                ? Messages.decodeClient(bytes, 0, bytes.length)
                : Messages.decodeServer(bytes, 0, bytes.length);
    }

    private static Stream<String> bounded(Struct struct, String prefix) {
        return struct.fields().stream()
                .flatMap(field -> {
                    String path = prefix + field.name();
                    return bounded(field.encoding(), path);
                });
    }

    private static Stream<String> bounded(Encoding encoding, String path) {
        return switch (encoding) {
            case Text _, Rest _ -> Stream.of(path);
            case ListOf list -> Stream.concat(Stream.of(path), bounded(list.item(), path));
            case PartOf part -> bounded(part.part(), path + ".");
            default -> Stream.empty();
        };
    }

    private static Schema schema() {
        try {
            return Generate.schema(java.nio.file.Path.of(".."));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
