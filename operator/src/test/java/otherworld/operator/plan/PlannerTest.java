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
    void whoStartsSlowlyIsKeptForThoseWhoWait() {
        FakeFleet fleet = settled(100, 1, 9, 10);
        fleet.enter(0, 100);
        fleet.waiting = 150;
        fleet.step();
        fleet.ready(fleet.pod(2));
        fleet.now = fleet.now.plus(Lateness.PATIENCE);
        assertThat(fleet.plan().actions()).isEmpty();
        fleet.enter(2, 100);
        fleet.waiting = 50;
        assertThat(fleet.plan().actions()).isEmpty();
        // They went away: spare seats keep one of the two that are empty.
        fleet.waiting = 0;
        fleet.enter(2, 0);
        assertThat(fleet.plan().actions())
                .singleElement()
                .isInstanceOfSatisfying(
                        Action.Remove.class, it -> assertThat(it.ordinal()).isEqualTo(1));
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

    private static FakeFleet pending(int floor) {
        FakeFleet fleet = new FakeFleet(FakeFleet.policy(100, floor, 9, 0));
        fleet.step();
        return fleet;
    }

    @Test
    void podsThatNobodySchedulesGoAtOnceWhenTheyAreNotNeeded() {
        FakeFleet fleet = pending(4);
        List.copyOf(fleet.pods).forEach(pod -> fleet.complain(pod, "Unschedulable"));
        fleet.policy = FakeFleet.policy(100, 1, 9, 0);
        assertThat(fleet.step().actions())
                .allMatch(Action.Remove.class::isInstance)
                .extracting(Action::ordinal)
                .containsExactly(3, 2, 1);
        assertThat(fleet.plan().actions()).isEmpty();
        fleet.policy = FakeFleet.policy(100, 0, 9, 0);
        fleet.step();
        fleet.settle();
        assertThat(fleet.pods).isEmpty();
    }

    @Test
    void podsThatAreJustStartingAreLeftToIt() {
        FakeFleet fleet = pending(2);
        fleet.policy = FakeFleet.policy(100, 0, 9, 0);
        assertThat(fleet.plan().actions()).isEmpty();
        assertThat(fleet.plan().nextLook()).contains(Lateness.PATIENCE);
        fleet.now = fleet.now.plus(Lateness.PATIENCE);
        assertThat(fleet.plan().actions()).hasSize(2).allMatch(Action.Remove.class::isInstance);
    }

    @Test
    void whatIsNotReadyGoesBeforeWhatIs() {
        FakeFleet fleet = settled(100, 2, 9, 0);
        fleet.now = fleet.now.plus(Duration.ofHours(1));
        fleet.policy = FakeFleet.policy(100, 4, 9, 0);
        fleet.step();
        fleet.now = fleet.now.plus(Duration.ofMinutes(1));
        fleet.policy = FakeFleet.policy(100, 2, 9, 0);
        assertThat(fleet.step().actions())
                .allMatch(Action.Remove.class::isInstance)
                .extracting(Action::ordinal)
                .containsExactly(3, 2);
        fleet.settle();
        assertThat(fleet.plan().actions()).isEmpty();
    }

    @Test
    void anInstanceThatKeepsFailingIsScaledAwayAlsoInItsBackOff() {
        FakeFleet fleet = settled(100, 1, 9, 0);
        for (int i = 0; i < 5; i++) {
            fleet.fail(fleet.pod(0));
            fleet.now = fleet.now.plus(fleet.plan().nextLook().orElse(Duration.ZERO));
            fleet.step();
        }
        fleet.fail(fleet.pod(0));
        assertThat(fleet.plan().limits())
                .extracting(Plan.Limit::kind)
                .contains(Plan.Kind.BACKING_OFF);
        fleet.policy = FakeFleet.policy(100, 0, 9, 0);
        assertThat(fleet.step().actions()).allMatch(Action.CleanUp.class::isInstance);
        assertThat(fleet.pods).isEmpty();
        assertThat(fleet.plan().limits()).isEmpty();
        fleet.now = fleet.now.plus(Duration.ofHours(1));
        assertThat(fleet.plan().actions()).isEmpty();
    }

    @Test
    void anInstanceThatFailsComesBackWhileItHasPlayersOrTheLedgerIsSilent() {
        FakeFleet fleet = settled(100, 0, 9, 0);
        fleet.wanted.add(3);
        fleet.step();
        fleet.settle();
        fleet.wanted.clear();
        fleet.enter(3, 7);
        fleet.fail(fleet.pod(3));
        assertThat(fleet.step().actions()).anyMatch(Action.Create.class::isInstance);
        fleet.settle();
        fleet.enter(3, 0);
        fleet.now = fleet.now.plus(Duration.ofMinutes(2));
        fleet.reachable = false;
        fleet.fail(fleet.pod(3));
        assertThat(fleet.step().actions()).anyMatch(Action.Create.class::isInstance);
    }

    @Test
    void seatsOfAnInstanceThatHasNotBeenReadyForTenMinutesHoldNothingUp() {
        FakeFleet fleet = settled(100, 1, 9, 0);
        fleet.enter(0, 7);
        fleet.plan();
        fleet.fail(fleet.pod(0));
        fleet.policy = FakeFleet.policy(100, 0, 9, 0);
        fleet.step();
        fleet.step();
        fleet.complain(fleet.pod(0), "CrashLoop");
        assertThat(fleet.plan().actions()).isEmpty();
        fleet.now = fleet.now.plus(Inside.SEATS_VOID_AFTER);
        assertThat(fleet.step().actions()).anyMatch(Action.Remove.class::isInstance);
        fleet.settle();
        fleet.step();
        assertThat(fleet.pods).isEmpty();
        assertThat(fleet.plan().actions()).as("and it is not woken for them").isEmpty();
    }

    @Test
    void anInstanceThatFrozeIsRemovedOnlyIfItSaysThatNobodyIsInside() {
        FakeFleet fleet = settled(100, 1, 9, 0);
        fleet.freeze(fleet.pod(0));
        fleet.now = fleet.now.plus(Duration.ofMinutes(1));
        fleet.policy = FakeFleet.policy(100, 0, 9, 0);
        fleet.unknown.add(0);
        assertThat(fleet.plan().actions()).isEmpty();
        assertThat(fleet.plan().limits())
                .extracting(Plan.Limit::kind)
                .containsExactly(Plan.Kind.INSTANCE_UNKNOWN);
        fleet.unknown.clear();
        fleet.enter(0, 1);
        assertThat(fleet.plan().actions()).isEmpty();
        fleet.enter(0, 0);
        assertThat(fleet.plan().actions()).singleElement().isInstanceOf(Action.Remove.class);
    }

    @Test
    void aCordonedInstanceThatFreezesNeedNotConfirm() {
        FakeFleet fleet = settled(100, 1, 9, 0);
        fleet.now = fleet.now.plus(Duration.ofHours(1));
        fleet.policy = FakeFleet.policy(100, 0, 9, 0);
        assertThat(fleet.step().actions()).singleElement().isInstanceOf(Action.Cordon.class);
        assertThat(fleet.plan().actions()).isEmpty();
        fleet.freeze(fleet.pod(0));
        assertThat(fleet.plan().actions()).singleElement().isInstanceOf(Action.Remove.class);
    }

    @Test
    void aTemplateChangeReplacesOnlyWhatStays() {
        FakeFleet fleet = settled(100, 3, 9, 0);
        Policy p = fleet.policy;
        fleet.policy = new Policy(p.name(), 100, 1, 9, 0, 0, p.idleAfter(), 9, "r2");
        assertThat(fleet.plan().actions())
                .as("two go when they have been idle, one stays")
                .singleElement()
                .isInstanceOf(Action.Replace.class);
        fleet.policy = new Policy(p.name(), 100, 0, 9, 0, 0, p.idleAfter(), 9, "r2");
        assertThat(fleet.plan().actions()).isEmpty();
        fleet.now = fleet.now.plus(p.idleAfter());
        assertThat(fleet.plan().actions()).hasSize(3).allMatch(Action.Cordon.class::isInstance);
    }

    @Test
    void aTemplateThatMadeNothingReadyIsMendedWhateverMaxParallelSays() {
        FakeFleet fleet = new FakeFleet(FakeFleet.policy(100, 3, 9, 0));
        fleet.step();
        List.copyOf(fleet.pods).forEach(fleet::run);
        Policy p = fleet.policy;
        fleet.policy = new Policy(p.name(), 100, 3, 9, 0, 0, p.idleAfter(), 1, "r2");
        for (int i = 0; i < 12; i++) {
            List<Action> replaced =
                    fleet.step().actions().stream()
                            .filter(Action.Replace.class::isInstance)
                            .toList();
            assertThat(replaced).hasSizeLessThanOrEqualTo(1);
            fleet.pods.removeIf(pod -> pod.phase() == PodView.Phase.STOPPING);
            List.copyOf(fleet.pods).stream()
                    .filter(pod -> pod.revision().equals("r2"))
                    .forEach(fleet::ready);
        }
        assertThat(fleet.pods).hasSize(3).allMatch(pod -> pod.revision().equals("r2"));
    }

    @Test
    void whatWasRefusedIsNotAskedForAgainBeforeItsTime() {
        FakeFleet fleet = new FakeFleet(FakeFleet.policy(100, 2, 9, 0));
        fleet.setback =
                java.util.Optional.of(
                        new Setback("QuotaExceeded", "no room", fleet.now.plusSeconds(15)));
        assertThat(fleet.plan().actions()).isEmpty();
        assertThat(fleet.plan().desired()).isEqualTo(2);
        assertThat(fleet.plan().nextLook()).contains(Duration.ofSeconds(15));
        assertThat(fleet.plan().limits())
                .containsExactly(new Plan.Limit(Plan.Kind.REFUSED, "no room"));
        fleet.now = fleet.now.plusSeconds(15);
        assertThat(fleet.plan().actions()).hasSize(2);
    }
}
