package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import otherworld.persistence.Ownership.State;

class LeaseStateTest {
    private static final long FREEZE_NS = LeaseState.FREEZE_AFTER.toNanos();
    private static final LeaseState WAITING = LeaseState.waiting("another holds it");

    @Test
    void theHolderFreezesLongBeforeItsLeasePasses() {
        Duration greatestClockOffset = Duration.ofMillis(500);
        assertThat(LeaseState.FREEZE_AFTER.plus(greatestClockOffset)).isLessThan(LeaseState.TTL);
        assertThat(LeaseState.RENEWAL.multipliedBy(3)).isLessThan(LeaseState.FREEZE_AFTER);
    }

    @Test
    void heldUntilTheFreezeFrozenFromThen() {
        LeaseState held = WAITING.acquired(7, 1_000);
        assertThat(held.at(1_000)).isEqualTo(new State.Held(7));
        assertThat(held.at(1_000 + FREEZE_NS - 1)).isEqualTo(new State.Held(7));
        assertThat(held.at(1_000 + FREEZE_NS))
                .isEqualTo(new State.Frozen(7, "lease not renewed for 1800 ms"));
    }

    @Test
    void readingsOfTheClockMayBeNegativeAndWrapAround() {
        LeaseState held = WAITING.acquired(1, Long.MAX_VALUE - 5);
        assertThat(held.at(Long.MIN_VALUE + 5)).isEqualTo(new State.Held(1));
        assertThat(held.at(Long.MIN_VALUE + FREEZE_NS)).isInstanceOf(State.Frozen.class);
    }

    @Test
    void theFreezeCountsFromSendingNotFromTheAnswer() {
        LeaseState lateAnswer = WAITING.acquired(7, 0);
        assertThat(lateAnswer.at(FREEZE_NS + 1)).isInstanceOf(State.Frozen.class);
    }

    @Test
    void renewedAtTheSameEpochItIsHeldAgain() {
        LeaseState silent = WAITING.acquired(7, 0).unanswered("connection refused");
        assertThat(silent.at(FREEZE_NS - 1)).isEqualTo(new State.Held(7));
        assertThat(silent.at(FREEZE_NS))
                .isEqualTo(
                        new State.Frozen(7, "lease not renewed for 1800 ms: connection refused"));
        assertThat(silent.renewed(FREEZE_NS).at(FREEZE_NS)).isEqualTo(new State.Held(7));
    }

    @Test
    void lostIsForEver() {
        LeaseState lost = WAITING.acquired(7, 0).superseded(8);
        State expected = new State.Lost(7, 8);
        assertThat(lost.at(0)).isEqualTo(expected);
        assertThat(lost.unanswered("x").at(0)).isEqualTo(expected);
        assertThat(lost.released().at(0)).isEqualTo(expected);
        assertThat(lost.superseded(9).at(0)).isEqualTo(expected);
    }

    @Test
    void releasedIsNeverHeldAgain() {
        assertThat(WAITING.acquired(7, 0).released().at(0)).isEqualTo(new State.Lost(7, 7));
        assertThat(WAITING.released().at(0)).isEqualTo(new State.Waiting("stopped"));
        assertThat(WAITING.unanswered("gone").at(0)).isEqualTo(new State.Waiting("gone"));
    }
}
