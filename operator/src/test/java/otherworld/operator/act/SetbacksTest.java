package otherworld.operator.act;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import otherworld.crds.World;
import otherworld.operator.act.Refusal.Change;

class SetbacksTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Setbacks setbacks = new Setbacks(() -> now);
    private final World plaza = world("plaza");

    private static World world(String name) {
        World world =
                Serialization.unmarshal(
                        """
                        metadata: {name: %s, uid: %s, generation: 1}
                        spec: {capacity: 1}
                        """
                                .formatted(name, name),
                        World.class);
        return world;
    }

    private static Refusal refusal(String reason, boolean passing) {
        return new Refusal(Change.CREATE, reason, "no", passing);
    }

    private boolean rests(World world) {
        return setbacks.of(world, Change.CREATE).isPresent();
    }

    /** Refused whenever it may be asked for: how often is that within the time? */
    private int attempts(Refusal refusal, Duration within) {
        int attempts = 0;
        for (Instant end = now.plus(within);
                now.isBefore(end);
                now = now.plus(setbacks.next(plaza).orElseThrow())) {
            assertThat(rests(plaza)).isFalse();
            setbacks.refused(plaza, refusal);
            attempts++;
        }
        return attempts;
    }

    @Test
    void whatSomebodyMustMendIsAskedForTwiceInHalfAMinuteAndTwelveTimesAnHourInTheEnd() {
        assertThat(attempts(refusal("QuotaExceeded", false), Duration.ofSeconds(30))).isEqualTo(2);
        assertThat(attempts(refusal("QuotaExceeded", false), Duration.ofHours(24)))
                .isBetween(24 * 12, 24 * 12 + 4);
    }

    @Test
    void whatPassesIsAskedForSoonerAndAtMostEveryHalfMinute() {
        assertThat(attempts(refusal("ApiServerUnavailable", true), Duration.ofSeconds(30)))
                .isEqualTo(5);
        assertThat(attempts(refusal("ApiServerUnavailable", true), Duration.ofHours(1)))
                .isBetween(120, 122);
    }

    @Test
    void aWholeBatchThatIsRefusedCountsOnce() {
        for (int i = 0; i < 8; i++) {
            setbacks.refused(plaza, refusal("QuotaExceeded", false));
        }
        assertThat(setbacks.next(plaza)).contains(Setbacks.FIRST);
    }

    @Test
    void anotherReasonAnotherSpecOrASuccessBeginsAnew() {
        attempts(refusal("QuotaExceeded", false), Duration.ofMinutes(10));
        setbacks.refused(plaza, refusal("Invalid", false));
        assertThat(setbacks.next(plaza)).contains(Setbacks.FIRST);

        plaza.getMetadata().setGeneration(2L);
        assertThat(rests(plaza)).isFalse();
        setbacks.refused(plaza, refusal("Invalid", false));
        assertThat(setbacks.next(plaza)).contains(Setbacks.FIRST);

        setbacks.succeeded(plaza, Change.CREATE);
        assertThat(rests(plaza)).isFalse();
        assertThat(setbacks.next(plaza)).isEmpty();
    }

    @Test
    void oneWorldsRefusalsAreNotAnothers() {
        setbacks.refused(plaza, refusal("QuotaExceeded", false));
        assertThat(rests(world("other"))).isFalse();
        assertThat(setbacks.of(plaza, Change.REMOVE)).isEmpty();
    }

    @Test
    void aRepairThatSucceedsRestsSoThatTwoWhoDisagreeDoNotLoop() {
        setbacks.succeeded(plaza, Change.REPAIR);
        assertThat(setbacks.of(plaza, Change.REPAIR)).isPresent();
        now = now.plus(Setbacks.BETWEEN_REPAIRS);
        assertThat(setbacks.of(plaza, Change.REPAIR)).isEmpty();
    }
}
