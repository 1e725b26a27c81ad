package otherworld.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import otherworld.protocol.DocumentedEncoder.Size;
import otherworld.protocol.MalformedMessage.Reason;
import otherworld.protocol.ProtocolDocument.Field;
import otherworld.protocol.ProtocolDocument.Layout;

/** Holds the code to docs/protocol.md: numbers, fields, limits, codes, and the bytes themselves. */
class ProtocolDocumentTest {
    private static final ProtocolDocument DOCUMENT = ProtocolDocument.read();

    static Stream<Layout> messages() {
        return DOCUMENT.messages().stream();
    }

    static Stream<Layout> messagesAndParts() {
        return Stream.concat(messages(), DOCUMENT.parts().values().stream());
    }

    /** Each message with each bounded field in it, those of list items too. */
    static Stream<Arguments> boundedFields() {
        return messages()
                .flatMap(message -> bounded(message, "").map(f -> Arguments.of(message, f)));
    }

    @Test
    void everyMessageIsDocumentedAndTheOtherWayRound() {
        assertThat(messages().filter(m -> m.from().equals("client")).map(Layout::name))
                .containsExactlyElementsOf(names(ClientMessage.class));
        assertThat(messages().filter(m -> m.from().equals("server")).map(Layout::name))
                .containsExactlyElementsOf(names(ServerMessage.class));
        assertThat(DOCUMENT.parts().keySet())
                .containsExactlyInAnyOrder("AvatarState", "AvatarMove", "PropState");
    }

    @ParameterizedTest
    @MethodSource("messagesAndParts")
    void fieldsAreTheDocumentedOnes(Layout layout) throws Exception {
        assertThat(Stream.of(type(layout).getRecordComponents()).map(RecordComponent::getName))
                .containsExactlyElementsOf(layout.fields().stream().map(Field::name).toList());
        assertThat(constant(layout, "MAX_BYTES")).isEqualTo(layout.bytes());
        if (layout.type() != 0) {
            assertThat(constant(layout, "TYPE")).isEqualTo(layout.type());
        }
    }

    @Test
    void codesAreTheDocumentedOnes() {
        Map<String, Map<String, Integer>> codes = new LinkedHashMap<>();
        for (Enum<?>[] values :
                List.of(
                        GoodbyeReason.values(),
                        RefusalReason.values(),
                        CorrectionReason.values(),
                        NoticeKind.values())) {
            Map<String, Integer> numbers = new LinkedHashMap<>();
            for (Enum<?> value : values) {
                numbers.put(value.name(), code(value));
            }
            codes.put(values[0].getDeclaringClass().getSimpleName(), numbers);
        }
        assertThat(DOCUMENT.codes()).isEqualTo(codes);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageOfDocumentedBytesIsReadAndWrittenBackAlike(Layout message) throws Exception {
        long seed = Long.getLong("seed", 20261121);
        System.out.println(message + ": -Dseed=" + seed);
        Random random = new Random(seed + message.type());
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new DocumentedEncoder(DOCUMENT, random, Size.ANY, "").encode(message);
            assertThat(Messages.encode(decode(message, bytes))).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void theLongestMessageIsExactlyAsLongAsDocumented(Layout message) throws Exception {
        byte[] bytes =
                new DocumentedEncoder(DOCUMENT, new Random(1), Size.MOST, "").encode(message);
        assertThat(bytes).hasSize(message.bytes());
        assertThat(Messages.encode(decode(message, bytes))).isEqualTo(bytes);
        assertThatThrownBy(() -> decode(message, Arrays.copyOf(bytes, bytes.length + 1)))
                .isSameAs(Reason.TOO_LONG.exception());
        assertThat(message.bytes())
                .isLessThanOrEqualTo(
                        message.from().equals("client")
                                ? Messages.MAX_CLIENT_BYTES
                                : Messages.MAX_SERVER_BYTES);
    }

    @ParameterizedTest
    @MethodSource("boundedFields")
    void oneMoreThanAFieldsLimitIsMalformed(Layout message, String field) {
        byte[] bytes =
                new DocumentedEncoder(DOCUMENT, new Random(1), Size.LEAST, field).encode(message);
        assertThatThrownBy(() -> decode(message, bytes))
                .isIn(
                        Reason.STRING_TOO_LONG.exception(),
                        Reason.LIST_TOO_LONG.exception(),
                        Reason.TOO_LONG.exception()); // of the whole, where it has no slack
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyCutOffMessageIsMalformed(Layout message) {
        byte[] bytes = new DocumentedEncoder(DOCUMENT, new Random(2), Size.ANY, "").encode(message);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> decode(message, cut)).isInstanceOf(MalformedMessage.class);
        }
    }

    private static Message decode(Layout message, byte[] bytes) throws MalformedMessage {
        return message.from().equals("client")
                ? Messages.decodeClient(bytes, 0, bytes.length)
                : Messages.decodeServer(bytes, 0, bytes.length);
    }

    private static Stream<String> bounded(Layout layout, String prefix) {
        return layout.fields().stream()
                .filter(field -> field.type().contains("("))
                .flatMap(field -> {
                    String path = prefix + field.name();
                    Layout item = DOCUMENT.parts().get(field.type().replaceAll(".*\\) ?", ""));
                    return Stream.concat(
                            Stream.of(path),
                            item == null ? Stream.of() : bounded(item, path + "."));
                });
    }

    private static List<String> names(Class<?> sealed) {
        return Stream.of(sealed.getPermittedSubclasses()).map(Class::getSimpleName).toList();
    }

    private static int code(Enum<?> value) {
        return switch (value) {
            case GoodbyeReason reason -> reason.code();
            case RefusalReason reason -> reason.code();
            case CorrectionReason reason -> reason.code();
            case NoticeKind kind -> kind.code();
            default -> throw new IllegalArgumentException(value.toString());
        };
    }

    private static Class<?> type(Layout layout) throws ClassNotFoundException {
        return Class.forName("otherworld.protocol." + layout.name());
    }

    private static int constant(Layout layout, String name) throws ReflectiveOperationException {
        var field = type(layout).getDeclaredField(name);
        field.setAccessible(true);
        return field.getInt(null);
    }
}
