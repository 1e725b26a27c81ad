package otherworld.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static FakeFleet settled(int capacity, int min, int max, int spareSeats) {
        FakeFleet fleet = new FakeFleet(FakeFleet.policy(capacity, min, max, spareSeats));
        for (int i = 0; i < 3; i++) {
            fleet.step();
            fleet.settle();
        }
        return fleet;
    }

    @Test
    void anEmptyWorldGetsItsMinimumInOrder() {
        FakeFleet fleet = new FakeFleet(FakeFleet.policy(100, 3, 5, 0));
        assertThat(fleet.plan().actions()).extracting(Action::ordinal).containsExactly(0, 1, 2);
        assertThat(fleet.plan().desired()).isEqualTo(3);
    }

    @Test
    void zeroInstancesNeedNoMinimumAndNoSpareSeats() {
        assertThat(settled(100, 0, 5, 0).live()).isEmpty();
        assertThat(settled(100, 0, 5, 1).live()).containsExactly(0);
    }

    @Test
    void anExternalFloorRaisesTheFleetUpToMax() {
        FakeFleet fleet = settled(100, 1, 3, 0);
        Policy p = fleet.policy;
        fleet.policy = new Policy(p.name(), 100, 1, 3, 9, 0, p.idleAfter(), p.maxParallel(), "r1");
        fleet.step();
        assertThat(fleet.live()).containsExactly(0, 1, 2);
    }

    @Test
    void startingInstancesCountForSpareSeatsAndForThoseWhoWait() {
        FakeFleet fleet = settled(100, 1, 9, 10);
        fleet.enter(0, 100);
        fleet.waiting = 150;
        fleet.step();
        assertThat(fleet.live()).containsExactly(0, 1, 2);
        assertThat(fleet.plan().actions()).isEmpty();
    }

    @Test
    void exactlyTheNamedInstanceWakes() {
        FakeFleet fleet = settled(100, 1, 9, 0);
        fleet.wanted.add(7);
        fleet.step();
        assertThat(fleet.live()).containsExactly(0, 7);
    }

    @Test
    void aPodThatFailsIsReplacedAtOnceTheFirstTimeAndThenMoreAndMoreSlowly() {
        FakeFleet fleet = settled(100, 1, 9, 0);
        Duration[] waits = new Duration[9];
        for (int i = 0; i < waits.length; i++) {
            PodView failed = fleet.pod(0);
            fleet.fail(failed);
            waits[i] = fleet.plan().nextLook().orElse(Duration.ZERO);
            fleet.now = fleet.now.plus(waits[i]);
            fleet.step();
            assertThat(fleet.pod(0).attempt()).isEqualTo(failed.attempt() + 1);
            assertThat(fleet.pod(0).port()).isNotEqualTo(failed.port());
        }
        assertThat(waits)
                .extracting(Duration::toSeconds)
                .containsExactly(0L, 1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
    }

    @Test
    void aPodThatRanForAMinuteIsReplacedAtOnceHoweverOftenItFailed() {
        FakeFleet fleet = settled(100, 1, 9, 0);
        for (int i = 0; i < 4; i++) {
            fleet.now = fleet.now.plusSeconds(61);
            fleet.fail(fleet.pod(0));
            fleet.step();
            fleet.settle();
            assertThat(fleet.live()).containsExactly(0);
        }
    }

    @Test
    void aPodThatIsDrainedHasItsSuccessorBesideItself() {
        FakeFleet fleet = settled(100, 1, 9, 0);
        fleet.stop(fleet.pod(0));
        List<Action> actions = fleet.step().actions();
        assertThat(actions).singleElement().isInstanceOf(Action.Create.class);
        assertThat(fleet.pod(0).attempt()).isEqualTo(1);
    }

    @Test
    void theLongestIdleGoesFirstWhileSpareSeatsStay() {
        FakeFleet fleet = settled(10, 1, 9, 25);
        assertThat(fleet.live()).containsExactly(0, 1, 2);
        fleet.wanted.add(3);
        fleet.step();
        fleet.settle();
        fleet.wanted.clear();
        fleet.enter(1, 1);
        fleet.enter(0, 0);
        fleet.now = fleet.now.plusSeconds(10);
        fleet.enter(2, 0);
        fleet.enter(3, 0);
        fleet.enter(1, 0);
        fleet.now = fleet.now.plus(Duration.ofMinutes(6));
        assertThat(fleet.plan().actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.Cordon.class, it -> assertThat(it.ordinal()).isZero());
    }

    @Test
    void idleTimeThatIsNotOverYetIsWaitedFor() {
        FakeFleet fleet = settled(100, 0, 9, 0);
        fleet.wanted.add(0);
        fleet.step();
        fleet.settle();
        fleet.wanted.clear();
        fleet.now = fleet.now.plusSeconds(60);
        assertThat(fleet.plan().nextLook()).contains(Duration.ofMinutes(4));
    }

    @Test
    void nothingIsRemovedWithoutTheLedgerOrAnInstanceThatItKnows() {
        FakeFleet fleet = settled(100, 0, 9, 0);
        fleet.wanted.addAll(Set.of(0, 1));
        fleet.step();
        fleet.settle();
        fleet.wanted.clear();
        fleet.now = fleet.now.plus(Duration.ofHours(1));
        fleet.unknown.add(1);
        assertThat(fleet.plan().actions()).isEmpty();
        assertThat(fleet.plan().limits())
                .extracting(Plan.Limit::kind)
                .containsExactly(Plan.Kind.INSTANCE_UNKNOWN);
        fleet.unknown.clear();
        fleet.reachable = false;
        assertThat(fleet.plan().actions()).isEmpty();
        assertThat(fleet.plan().limits())
                .extracting(Plan.Limit::kind)
                .containsExactly(Plan.Kind.LEDGER_UNREACHABLE);
        fleet.reachable = true;
        assertThat(fleet.plan().actions()).hasSize(2);
    }

    @Test
    void aChangedTemplateReachesReadyPodsOneAtATime() {
        FakeFleet fleet = settled(100, 3, 9, 0);
        Policy p = fleet.policy;
        fleet.policy = new Policy(p.name(), 100, 3, 9, 0, 0, p.idleAfter(), 1, "r2");
        assertThat(fleet.step().actions()).hasSize(1).allMatch(Action.Replace.class::isInstance);
        assertThat(fleet.step().actions()).singleElement().isInstanceOf(Action.Create.class);
        assertThat(fleet.step().actions()).as("its successor is starting").isEmpty();
        for (int i = 0; i < 6; i++) {
            fleet.settle();
            fleet.step();
        }
        fleet.settle();
        assertThat(fleet.pods).hasSize(3).allMatch(pod -> pod.revision().equals("r2"));
    }

    @Test
    void maxThatWasLoweredShrinksTheFleetOnlyWhereItIsIdle() {
        FakeFleet fleet = settled(10, 3, 9, 0);
        fleet.enter(0, 5);
        fleet.enter(1, 5);
        fleet.enter(2, 0);
        fleet.now = fleet.now.plus(Duration.ofHours(1));
        fleet.policy = FakeFleet.policy(10, 1, 1, 8);
        assertThat(fleet.plan().actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.Cordon.class, it -> assertThat(it.ordinal()).isEqualTo(2));
    }

    @Test
    void anIdleInstanceMakesWayForOneThatPlayersNeedWhenMaxIsReached() {
        FakeFleet fleet = settled(10, 2, 2, 0);
        fleet.now = fleet.now.plus(Duration.ofHours(1));
        fleet.enter(7, 3);
        assertThat(fleet.step().actions()).singleElement().isInstanceOf(Action.Cordon.class);
        assertThat(fleet.step().actions()).as("one makes way, not two").isEmpty();
        fleet.pods.forEach(pod -> pod.cordon().ifPresent(fleet.confirmed::add));
        assertThat(fleet.step().actions()).singleElement().isInstanceOf(Action.Remove.class);
        fleet.settle();
        fleet.step();
        assertThat(fleet.serving()).containsExactly(0, 7);
        assertThat(fleet.plan().actions()).isEmpty();
    }
}
