package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import otherworld.persistence.Ownership.State;

class LeaseStateTest {
    private static final long FREEZE_NS = LeaseTerm.SHORT.freezeAfter().toNanos();
    private static final long IDLE_FREEZE_NS = LeaseTerm.IDLE.freezeAfter().toNanos();
    private static final LeaseState WAITING = LeaseState.waiting("another holds it");

    @Test
    void theHolderFreezesLongBeforeItsLeasePasses() {
        Duration greatestClockOffset = Duration.ofMillis(500);
        for (LeaseTerm term : LeaseTerm.values()) {
            assertThat(term.freezeAfter().plus(greatestClockOffset)).isLessThan(term.ttl());
            assertThat(term.renewal().multipliedBy(2)).isLessThan(term.freezeAfter());
        }
        assertThat(LeaseTerm.SHORT.freezeAfter()).isEqualTo(Duration.ofMillis(1_800));
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
        assertThat(silent.renewed(LeaseTerm.SHORT, FREEZE_NS).at(FREEZE_NS))
                .isEqualTo(new State.Held(7));
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

    @Test
    void anIdleLeaseIsBelievedForLongAndIsNeverTight() {
        LeaseState held = WAITING.acquired(7, 0);
        assertThat(held.tight()).isTrue();
        LeaseState asked = held.asking(LeaseTerm.IDLE, 10);
        assertThat(asked.tight()).as("it may be idle by now").isFalse();
        assertThat(asked.at(FREEZE_NS)).as("or not").isInstanceOf(State.Frozen.class);
        LeaseState idle = asked.renewed(LeaseTerm.IDLE, 10);
        assertThat(idle.tight()).isFalse();
        assertThat(idle.at(10 + IDLE_FREEZE_NS - 1)).isEqualTo(new State.Held(7));
        assertThat(idle.at(10 + IDLE_FREEZE_NS)).isInstanceOf(State.Frozen.class);
    }

    @Test
    void fromAskingForAShortLeaseOnTheShorterOfTheTwoIsBelieved() {
        LeaseState idle = WAITING.acquired(7, 0).renewed(LeaseTerm.IDLE, 0);
        long late = IDLE_FREEZE_NS - 5;
        for (long asked : new long[] {100, late}) {
            LeaseState asking = idle.asking(LeaseTerm.SHORT, asked).unanswered("no route");
            assertThat(asking.tight()).isFalse();
            long freezes = Math.min(asked + FREEZE_NS, IDLE_FREEZE_NS);
            assertThat(asking.at(freezes - 1)).isEqualTo(new State.Held(7));
            assertThat(asking.at(freezes)).isInstanceOf(State.Frozen.class);
            LeaseState answered = asking.renewed(LeaseTerm.SHORT, asked);
            assertThat(answered.tight()).isTrue();
            assertThat(answered.at(asked + FREEZE_NS)).isInstanceOf(State.Frozen.class);
        }
    }

    @Test
    void aShortLeaseStaysTightWhileItIsRenewedAsOne() {
        LeaseState held = WAITING.acquired(7, 0).asking(LeaseTerm.SHORT, 5).unanswered("slow");
        assertThat(held.tight()).isTrue();
        assertThat(held.superseded(8).tight()).isFalse();
        assertThat(held.released().tight()).isFalse();
    }
}
