package otherworld.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import otherworld.operator.plan.PodView.Phase;

class BackoffTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void everyFailureInARowDoublesTheWaitUpToAMinute() {
        assertThat(Backoff.delay(1)).isZero();
        assertThat(Backoff.delay(2)).isEqualTo(Duration.ofSeconds(1));
        assertThat(Backoff.delay(5)).isEqualTo(Duration.ofSeconds(8));
        assertThat(Backoff.delay(8)).isEqualTo(Duration.ofSeconds(60));
        assertThat(Backoff.delay(1_000)).isEqualTo(Duration.ofSeconds(60));
        assertThat(Backoff.failures(ended(4, Duration.ofSeconds(59), false), "r1")).isEqualTo(5);
    }

    @Test
    void aPodThatRanForAMinuteStartsTheCountAnew() {
        assertThat(Backoff.failures(ended(4, Duration.ofSeconds(60), false), "r1")).isEqualTo(1);
    }

    @Test
    void aPodOfAnotherTemplateDoesNotCount() {
        assertThat(Backoff.failures(ended(4, Duration.ZERO, false), "r2")).isZero();
    }

    @Test
    void aPodThatTheClusterEndedDidNotFail() {
        PodView disrupted = ended(4, 0, Duration.ZERO, PodView.End.DISRUPTED);
        assertThat(Backoff.failures(disrupted, "r1")).isZero();
    }

    @Test
    void aPodWhosePortWasTakenDidNotFailUnlessThatGoesOnAndOn() {
        Policy policy = FakeFleet.policy(1, 1, 1, 0);
        PodView taken = ended(4, Backoff.MAX_PORTS - 1, Duration.ZERO, PodView.End.PORT_TAKEN);
        assertThat(Backoff.failures(taken, "r1")).isEqualTo(4);
        assertThat(Backoff.portsTaken(taken)).isEqualTo(Backoff.MAX_PORTS);
        assertThat(Backoff.remaining(taken, policy, START)).isZero();

        PodView again = ended(4, Backoff.MAX_PORTS, Duration.ZERO, PodView.End.PORT_TAKEN);
        assertThat(Backoff.failures(again, "r1")).isEqualTo(5);
        assertThat(Backoff.remaining(again, policy, START)).isEqualTo(Duration.ofSeconds(8));
        assertThat(Backoff.portsTaken(ended(1, 3, Duration.ZERO, PodView.End.FAULT))).isZero();
    }

    private static PodView ended(int failures, Duration ran, boolean disrupted) {
        return ended(failures, 0, ran, disrupted ? PodView.End.DISRUPTED : PodView.End.FAULT);
    }

    private static PodView ended(int failures, int portsTaken, Duration ran, PodView.End end) {
        return new PodView(
                "plaza-0-0",
                "uid",
                0,
                0,
                failures,
                portsTaken,
                20_000,
                Phase.ENDED,
                START,
                Optional.of(START),
                Optional.of(START.plus(ran)),
                "r1",
                Optional.empty(),
                Optional.empty(),
                false,
                end);
    }
}
