package otherworld.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CountsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T08:00:00Z");
    private static final Policy POLICY =
            new Policy("plaza", 10, 1, 3, 0, 0, Duration.ofMinutes(1), 1, "r1");
    private static final PodView POD =
            new PodView(
                    "plaza-0-0",
                    "uid",
                    0,
                    0,
                    0,
                    0,
                    20_000,
                    PodView.Phase.READY,
                    NOW,
                    Optional.of(NOW),
                    Optional.empty(),
                    "r1",
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    PodView.End.FAULT);

    private static Counts counts(Demand demand) {
        return Counts.of(
                new Observation(
                        POLICY, List.of(POD), Map.of(), demand, Optional.empty(), Map.of(), NOW));
    }

    @Test
    void whoIsInsideIsWhatTheLedgerSays() {
        var instance =
                new Demand.Instance(true, "uid", 6, 1, 0, 3, Duration.ZERO, Optional.empty());
        assertThat(counts(new Demand.Known(Map.of(0, instance), Set.of(), 0, 0)))
                .isEqualTo(new Counts(1, 1, 7, 10, 3));
        assertThat(counts(new Demand.Known(Map.of(), Set.of(), 0, 0)))
                .isEqualTo(new Counts(1, 1, 0, 10, 0));
    }

    /**
     * Players are inside all the same: nought would tell people, and autoscalers, that they left.
     */
    @Test
    void whileItDoesNotAnswerNobodyIsCounted() {
        assertThat(counts(new Demand.Unreachable("MatchmakerUnreachable", "it is away")))
                .isEqualTo(new Counts(1, 1, null, 10, null));
    }
}
