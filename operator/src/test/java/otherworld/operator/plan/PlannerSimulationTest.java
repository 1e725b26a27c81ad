package otherworld.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import otherworld.operator.plan.PodView.Phase;

/**
 * A fleet lives through seeded mischief: players come and go, pods crash, are drained and start
 * late, the ledger forgets and vanishes, the policy changes. What must never happen is checked
 * after every plan; when the mischief ends, the fleet must settle and stay so. {@code -Dseed}
 * replays, {@code -Druns} looks longer.
 */
class PlannerSimulationTest {
    private static final int RUNS = Integer.getInteger("runs", 300);
    private static final int STEPS = 120;
    private static final int STEPS_TO_SETTLE = 200;

    @Test
    void aFleetNeverBreaksItsPromisesAndSettlesWhenLeftAlone() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("PlannerSimulationTest -Dseed=" + seed);
        Random random = new Random(seed);
        for (int run = 0; run < RUNS; run++) {
            live(new Random(random.nextLong()), "seed %d, run %d".formatted(seed, run));
        }
    }

    private void live(Random random, String name) {
        FakeFleet fleet = new FakeFleet(policy(random, "r1"));
        for (int step = 0; step < STEPS; step++) {
            mischief(fleet, random);
            obeyChecked(fleet, random.nextInt(10) == 0 ? random : null, name + ", step " + step);
        }
        calm(fleet);
        int quiet = 0;
        for (int step = 0; step < STEPS_TO_SETTLE; step++) {
            Plan plan = obeyChecked(fleet, null, name + ", settling " + step);
            fleet.settle();
            confirm(fleet);
            fleet.now = fleet.now.plusSeconds(30);
            giveUp(fleet);
            quiet = plan.actions().isEmpty() ? quiet + 1 : 0;
        }
        assertThat(quiet).as("%s: settled, and nothing oscillates", name).isGreaterThan(50);
        checkSettled(fleet, name);
    }

    private static void checkSettled(FakeFleet fleet, String name) {
        Policy policy = fleet.policy;
        Set<Integer> serving = fleet.serving();
        Set<Integer> needed = new TreeSet<>(fleet.wanted);
        fleet.players.forEach((ordinal, count) -> {
            // Seats of an instance that no pod of this template makes Ready are nobody's in the
            // end.
            if (count > 0 && !policy.revision().equals(FakeFleet.BROKEN)) {
                needed.add(ordinal);
            }
        });
        assertThat(serving).as("%s: instances with players", name).containsAll(needed);
        assertThat(serving.size()).as(name).isGreaterThanOrEqualTo(policy.floor());
        long free =
                serving.stream()
                        .mapToInt(ordinal ->
                                policy.capacity() - fleet.players.getOrDefault(ordinal, 0))
                        .sum();
        if (serving.size() < policy.max()) {
            assertThat(free)
                    .as("%s: spare seats", name)
                    .isGreaterThanOrEqualTo(policy.spareSeats());
        }
        assertThat(fleet.pods).as("%s: no leftovers", name).allMatch(PodView::live);
        boolean oneLessWouldDo =
                serving.size() > policy.floor() && free - policy.capacity() >= policy.spareSeats();
        if (oneLessWouldDo) {
            assertThat(fleet.pods)
                    .as("%s: nothing that is not Ready and empty outlives its need", name)
                    .noneMatch(pod ->
                            pod.phase() == Phase.STARTING && !needed.contains(pod.ordinal()));
        }
        if (policy.floor() == 0 && policy.spareSeats() == 0 && needed.isEmpty()) {
            assertThat(fleet.pods).as("%s: suspended", name).isEmpty();
        }
    }

    /** Checks a plan against what must never happen, then obeys it, or only a part of it. */
    private static Plan obeyChecked(FakeFleet fleet, @Nullable Random lossy, String name) {
        Set<Integer> before = fleet.live();
        Plan plan = fleet.plan();
        assertThat(fleet.plan()).as("%s: pure", name).isEqualTo(plan);
        Set<Integer> after = new TreeSet<>(before);
        int replaced = 0;
        for (Action action : plan.actions()) {
            String what = name + ": " + action;
            switch (action) {
                case Action.Create create -> {
                    assertThat(after.add(create.ordinal())).as(what).isTrue();
                    assertThat(fleet.pods)
                            .as(what)
                            .noneMatch(pod ->
                                    pod.ordinal() == create.ordinal()
                                            && (pod.attempt() >= create.attempt()
                                                    || (!pod.live()
                                                            && !create.avoidPorts()
                                                                    .contains(pod.port()))));
                    assertThat(after.size())
                            .as(what + ": max")
                            .isLessThanOrEqualTo(Math.max(before.size(), fleet.policy.max()));
                }
                case Action.Cordon cordon -> {
                    PodView pod = byUid(fleet, cordon.podUid());
                    assertIdle(fleet, pod, what);
                    Duration idle = Duration.between(fleet.idleSince.get(pod.ordinal()), fleet.now);
                    assertThat(idle).as(what).isGreaterThanOrEqualTo(fleet.policy.idleAfter());
                }
                case Action.Remove remove -> {
                    PodView pod = byUid(fleet, remove.podUid());
                    assertEmpty(fleet, pod, what);
                    if (pod.phase() == Phase.READY) {
                        assertThat(pod.cordon()).as(what).isPresent();
                        assertThat(fleet.confirmed).as(what).contains(pod.cordon().orElseThrow());
                    }
                }
                case Action.Uncordon uncordon ->
                        assertThat(byUid(fleet, uncordon.podUid()).cordon())
                                .as(what)
                                .contains(uncordon.token());
                case Action.Replace replace -> {
                    PodView pod = byUid(fleet, replace.podUid());
                    assertThat(pod.revision()).as(what).isNotEqualTo(fleet.policy.revision());
                    assertThat(plan.instances()).as(what + ": it stays").contains(pod.ordinal());
                    replaced += pod.phase() == Phase.READY ? 1 : 0;
                }
                case Action.CleanUp cleanUp ->
                        assertThat(byUid(fleet, cleanUp.podUid()).phase())
                                .as(what)
                                .isEqualTo(Phase.ENDED);
            }
        }
        assertThat(replaced).as(name).isLessThanOrEqualTo(fleet.policy.maxParallel());
        assertThat(plan.instances().size())
                .as(name + ": what runs beyond max is not added to")
                .isLessThanOrEqualTo(Math.max(before.size(), fleet.policy.max()));
        for (Action action : plan.actions()) {
            if (lossy == null || lossy.nextBoolean()) {
                fleet.obey(action);
            }
        }
        return plan;
    }

    private static void assertIdle(FakeFleet fleet, PodView pod, String what) {
        assertEmpty(fleet, pod, what);
        assertThat(pod.phase()).as(what).isEqualTo(Phase.READY);
    }

    private static void assertEmpty(FakeFleet fleet, PodView pod, String what) {
        assertThat(fleet.reachable).as(what).isTrue();
        if (pod.phase() == Phase.READY || pod.wasReady()) {
            assertThat(fleet.unknown).as(what).doesNotContain(pod.ordinal());
        }
        Instant lastReady = fleet.lastReady.getOrDefault(pod.ordinal(), fleet.now);
        boolean stale =
                pod.phase() != Phase.READY
                        && Duration.between(lastReady, fleet.now).compareTo(Inside.SEATS_VOID_AFTER)
                                >= 0;
        if (!stale) {
            assertThat(fleet.players.getOrDefault(pod.ordinal(), 0)).as(what).isZero();
        }
        assertThat(fleet.wanted).as(what).doesNotContain(pod.ordinal());
    }

    private static PodView byUid(FakeFleet fleet, String uid) {
        return fleet.pods.stream().filter(pod -> pod.uid().equals(uid)).findFirst().orElseThrow();
    }

    private static void mischief(FakeFleet fleet, Random random) {
        fleet.now = fleet.now.plusSeconds(random.nextInt(120));
        for (PodView pod : List.copyOf(fleet.pods)) {
            switch (pod.phase()) {
                case STARTING -> {
                    if (random.nextInt(3) > 0) {
                        fleet.ready(pod);
                    } else if (random.nextInt(8) == 0) {
                        fleet.fail(pod);
                    } else if (random.nextInt(8) == 0) {
                        fleet.complain(pod, "Unschedulable");
                    } else if (random.nextInt(8) == 0) {
                        fleet.fail(pod, PodView.End.PORT_TAKEN);
                    }
                }
                case READY -> {
                    if (random.nextInt(50) == 0) {
                        fleet.freeze(pod);
                    } else if (random.nextInt(25) == 0) {
                        fleet.fail(pod);
                    } else if (random.nextInt(40) == 0) {
                        fleet.stop(pod);
                    }
                }
                case STOPPING -> {
                    if (random.nextBoolean()) {
                        fleet.pods.remove(pod);
                    }
                }
                case ENDED -> {}
            }
        }
        List<Integer> open = new ArrayList<>(fleet.serving());
        open.removeIf(ordinal -> fleet.pod(ordinal).phase() != Phase.READY);
        if (!open.isEmpty() && random.nextInt(3) == 0) {
            int ordinal = open.get(random.nextInt(open.size()));
            fleet.enter(
                    ordinal,
                    random.nextInt(3) == 0 ? 0 : random.nextInt(fleet.policy.capacity() + 1));
        }
        if (random.nextInt(4) == 0) {
            List.copyOf(fleet.players.keySet()).forEach(ordinal -> fleet.enter(ordinal, 0));
        }
        fleet.reachable = random.nextInt(12) > 0;
        fleet.waiting = random.nextInt(6) == 0 ? random.nextInt(3 * fleet.policy.capacity()) : 0;
        fleet.wanted.clear();
        if (random.nextInt(10) == 0) {
            fleet.wanted.add(random.nextInt(12));
        }
        fleet.unknown.clear();
        if (random.nextInt(12) == 0) {
            fleet.unknown.addAll(fleet.live());
        }
        if (random.nextBoolean()) {
            confirm(fleet);
        }
        if (random.nextInt(40) == 0) {
            fleet.policy =
                    policy(
                            random,
                            random.nextInt(3) == 0 ? FakeFleet.BROKEN : "r" + random.nextInt(3));
        }
    }

    private static void confirm(FakeFleet fleet) {
        fleet.pods.forEach(pod -> pod.cordon().ifPresent(fleet.confirmed::add));
    }

    // Whose instance has been away for so long, as for want of a place, plays elsewhere.
    private static void giveUp(FakeFleet fleet) {
        for (int ordinal : List.copyOf(fleet.players.keySet())) {
            boolean ready =
                    fleet.pods.stream()
                            .anyMatch(
                                    pod -> pod.ordinal() == ordinal && pod.phase() == Phase.READY);
            Instant last = fleet.lastReady.getOrDefault(ordinal, fleet.now);
            if (!ready && !last.plus(Inside.SEATS_VOID_AFTER).isAfter(fleet.now)) {
                fleet.enter(ordinal, 0);
            }
        }
    }

    private static void calm(FakeFleet fleet) {
        fleet.reachable = true;
        fleet.unknown.clear();
        fleet.wanted.clear();
        fleet.waiting = 0;
        // Capacity applies live and evicts nobody, but the fake's players fit for simplicity.
        List.copyOf(fleet.players.keySet())
                .forEach(ordinal ->
                        fleet.enter(
                                ordinal,
                                Math.min(
                                        fleet.players.getOrDefault(ordinal, 0),
                                        fleet.policy.capacity())));
        // More instances with players than max: the rest of them would wait for a place for ever.
        while (fleet.players.values().stream().filter(count -> count > 0).count()
                > fleet.policy.max()) {
            fleet.players.entrySet().stream()
                    .filter(entry -> entry.getValue() > 0)
                    .findFirst()
                    .ifPresent(entry -> fleet.enter(entry.getKey(), 0));
        }
    }

    private static Policy policy(Random random, String revision) {
        int capacity = 1 + random.nextInt(20);
        int max = 1 + random.nextInt(8);
        return new Policy(
                "plaza",
                capacity,
                random.nextInt(max + 1),
                max,
                random.nextInt(4) == 0 ? random.nextInt(10) : 0,
                random.nextInt(capacity * max + 1),
                Duration.ofSeconds(1 + random.nextInt(600)),
                1 + random.nextInt(3),
                revision);
    }
}
