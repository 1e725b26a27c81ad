package otherworld.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "Plaza", "-a", "a-", ".a", "a b", "a/b", "a{b}", "a_b"})
    void refusesBadWorldIds(String id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WorldId(id))
                .withMessageContaining(id);
    }

    /** Those that the pattern of the schema and of docs takes, and no other. */
    @Test
    void worldIdsAreWhatThePatternSays() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String id = text(random, "ab09z-.A_/{\u00e9");
            assertThat(isWorldId(id))
                    .as("%s -Dseed=%d", id, seed)
                    .isEqualTo(id.matches(WorldId.PATTERN));
        }
    }

    private static String text(Random random, String of) {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(6); length > 0; length--) {
            text.append(of.charAt(random.nextInt(of.length())));
        }
        return text.toString();
    }

    private static boolean isWorldId(String text) {
        try {
            return new WorldId(text).value().equals(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Test
    void worldIdsAreBounded() {
        assertThat(new WorldId("a".repeat(WorldId.MAX_LENGTH)).value()).hasSize(WorldId.MAX_LENGTH);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WorldId("a".repeat(WorldId.MAX_LENGTH + 1)));
    }

    @Test
    void instanceIdsReadBackWhatTheyPrint() {
        InstanceId id = new InstanceId(new WorldId("default.plaza"), 7);
        assertThat(id).hasToString("default.plaza/7");
        assertThat(InstanceId.parse("default.plaza/7")).isEqualTo(id);
        assertThatIllegalArgumentException().isThrownBy(() -> InstanceId.parse("default.plaza"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new InstanceId(id.world(), InstanceId.MAX_ORDINAL + 1));
    }

    @Test
    void playerIdsArePrintableAndBounded() {
        assertThat(new PlayerId("p".repeat(PlayerId.MAX_LENGTH)).value())
                .hasSize(PlayerId.MAX_LENGTH);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PlayerId("p".repeat(PlayerId.MAX_LENGTH + 1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new PlayerId(""));
        assertThatIllegalArgumentException().isThrownBy(() -> new PlayerId("a b"));
        assertThatIllegalArgumentException().isThrownBy(() -> new PlayerId("a\u0000"));
    }

    @Test
    void seatsAreBounded() {
        assertThat(new Seat(Seat.MAX_CAPACITY - 1, (1L << 53) - 1).number()).isEqualTo(4095);
        assertThatIllegalArgumentException().isThrownBy(() -> new Seat(Seat.MAX_CAPACITY, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Seat(0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Seat(0, 1L << 53));
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "30s,30000", "5m,300000", "1h30m,5400000", "0s,0", "1m500ms,60500"})
    void durationsReadAndPrint(String text, long millis) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
        assertThat(Durations.format(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "5x", "-5s", "5s5m", "1.5s", "5 s", "9999999s"})
    void refusesBadDurations(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).hasMessageContaining("such as 500ms");
    }
}
