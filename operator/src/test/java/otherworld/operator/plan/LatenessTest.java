package otherworld.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import otherworld.operator.plan.PodView.Phase;

class LatenessTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATE = START.plus(Lateness.ALLOWED);

    @Test
    void aPodThatRunsAndIsNotReadyIsLateAfterTheTimeAllowed() {
        PodView pod = pod(Phase.STARTING, Optional.of(START));
        assertThat(Lateness.isLate(pod, LATE.minusMillis(1))).isFalse();
        assertThat(Lateness.isLate(pod, LATE)).isTrue();
        assertThat(Lateness.next(List.of(pod), START)).contains(Lateness.ALLOWED);
        assertThat(Lateness.next(List.of(pod), LATE)).isEmpty();
    }

    @Test
    void whatIsReadyEndedOrHasNotStartedIsNotLate() {
        assertThat(Lateness.isLate(pod(Phase.READY, Optional.of(START)), LATE)).isFalse();
        assertThat(Lateness.isLate(pod(Phase.STOPPING, Optional.of(START)), LATE)).isFalse();
        assertThat(Lateness.isLate(pod(Phase.ENDED, Optional.of(START)), LATE)).isFalse();
        assertThat(Lateness.isLate(pod(Phase.STARTING, Optional.empty()), LATE)).isFalse();
        assertThat(Lateness.next(List.of(pod(Phase.STARTING, Optional.empty())), START)).isEmpty();
    }

    private static PodView pod(Phase phase, Optional<Instant> startedAt) {
        return new PodView(
                "plaza-0-0",
                "uid",
                0,
                0,
                0,
                0,
                20_000,
                phase,
                START,
                startedAt,
                Optional.empty(),
                "r1",
                Optional.empty(),
                Optional.empty(),
                false,
                PodView.End.FAULT);
    }
}
