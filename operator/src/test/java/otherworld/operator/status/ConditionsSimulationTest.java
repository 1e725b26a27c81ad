package otherworld.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import otherworld.crds.WorldCondition;
import otherworld.crds.WorldCondition.Status;
import otherworld.operator.act.Refusal;
import otherworld.operator.act.Refusal.Change;
import otherworld.operator.plan.Action;
import otherworld.operator.plan.Counts;
import otherworld.operator.plan.Demand;
import otherworld.operator.plan.Observation;
import otherworld.operator.plan.Plan;
import otherworld.operator.plan.Planner;
import otherworld.operator.plan.PodView;
import otherworld.operator.plan.PodView.Phase;
import otherworld.operator.plan.Policy;
import otherworld.operator.plan.Setback;

/** Whatever is observed, no condition contradicts another. {@code -Dseed} replays. */
class ConditionsSimulationTest {
    private static final int RUNS = Integer.getInteger("runs", 20_000);
    private static final List<Phase> PHASES = List.of(Phase.values());
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void noTwoConditionsContradictEachOther() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("ConditionsSimulationTest -Dseed=" + seed);
        Random random = new Random(seed);
        Map<String, Integer> seen = new HashMap<>();
        for (int run = 0; run < RUNS; run++) {
            Observation observation = observation(random);
            Plan plan = Planner.plan(observation);
            List<Refusal> refusals = refusals(random, plan);
            Optional<Duration> deadline =
                    Conditions.work(observation, plan).isDone()
                            ? Optional.empty()
                            : Optional.of(Duration.ofSeconds(random.nextInt(5) - 1));
            Map<String, WorldCondition> conditions =
                    new Conditions(
                                    observation,
                                    plan,
                                    refusals,
                                    Counts.of(observation),
                                    deadline,
                                    stale(random),
                                    new ConditionWriter(Optional.empty(), 7, NOW))
                            .all().stream()
                                    .collect(
                                            Collectors.toMap(
                                                    WorldCondition::type, Function.identity()));
            check(
                    "seed %d, run %d: %s\n%s\n%s"
                            .formatted(seed, run, conditions, plan, observation),
                    conditions,
                    observation,
                    plan,
                    refusals);
            conditions.values().forEach(it -> seen.merge(it.reason(), 1, Integer::sum));
        }
        assertThat(seen.keySet())
                .as("the generator reaches every story")
                .contains(
                        "QuotaExceeded",
                        "Held",
                        "Unschedulable",
                        "InstancesNotReady",
                        "InstancesStarting",
                        "InstancesReady",
                        "ScaledToZero",
                        "BackingOff",
                        "MaxReached",
                        "ProgressDeadlineExceeded",
                        "LedgerUnreachable",
                        "BudgetNameTaken",
                        "StorageStalled",
                        "SecretChanged",
                        "Settled",
                        "Unlimited",
                        "AsExpected");
    }

    private static void check(
            String name,
            Map<String, WorldCondition> conditions,
            Observation observation,
            Plan plan,
            List<Refusal> refusals) {
        WorldCondition ready = get(conditions, WorldCondition.READY);
        WorldCondition progressing = get(conditions, WorldCondition.PROGRESSING);
        WorldCondition limited = get(conditions, WorldCondition.SCALING_LIMITED);
        WorldCondition degraded = get(conditions, WorldCondition.DEGRADED);
        Set<Integer> up =
                observation.pods().stream()
                        .filter(pod -> pod.phase() == Phase.READY)
                        .map(PodView::ordinal)
                        .collect(Collectors.toSet());
        assertThat(ready.status() == Status.True)
                .as("Ready is what should run, and that alone\n" + name)
                .isEqualTo(up.containsAll(plan.instances()));
        if (ready.status() == Status.False) {
            assertThat(progressing.reason()).as(name).isNotEqualTo("Settled");
        }
        if (progressing.reason().equals("Settled")) {
            assertThat(ready.status()).as(name).isEqualTo(Status.True);
            assertThat(plan.actions()).as(name).allMatch(Action.CleanUp.class::isInstance);
        }
        if (progressing.status() == Status.False) {
            assertThat(progressing.reason()).as(name).isIn("Settled", "ProgressDeadlineExceeded");
        }
        if (limited.status() == Status.False) {
            assertThat(ready.reason())
                    .as("nothing holds it back, and it is just starting\n" + name)
                    .isIn("InstancesReady", "ScaledToZero", "InstancesStarting");
            assertThat(plan.limits()).as(name).isEmpty();
        }
        boolean cause =
                ready.status() == Status.False && !ready.reason().equals("InstancesStarting");
        if (cause) {
            assertThat(degraded.status()).as(name).isEqualTo(Status.True);
            assertThat(degraded.reason()).as(name).isEqualTo(ready.reason());
            assertThat(limited.status()).as(name).isEqualTo(Status.True);
            assertThat(ready.message()).as(name).contains(degraded.message());
            assertThat(progressing.message()).as(name).contains(degraded.message());
            assertThat(progressing.reason())
                    .as(name)
                    .isIn(ready.reason(), "ProgressDeadlineExceeded");
        }
        boolean createRefused =
                refusals.stream().anyMatch(it -> it.change() == Change.CREATE)
                        || plan.limits().stream().anyMatch(it -> it.kind() == Plan.Kind.REFUSED);
        if (createRefused) {
            assertThat(cause).as(name).isTrue();
            assertThat(ready.message()).as(name).contains("no room");
            assertThat(limited.message()).as(name).contains("no room");
        }
        if (degraded.status() == Status.False) {
            assertThat(refusals).as(name).isEmpty();
            assertThat(observation.demand()).as(name).isInstanceOf(Demand.Known.class);
            assertThat(Cause.storage(observation, plan, true)).as(name).isEmpty();
        }
    }

    private static Optional<String> stale(Random random) {
        return random.nextInt(6) == 0 ? Optional.of("an old password") : Optional.empty();
    }

    private static WorldCondition get(Map<String, WorldCondition> conditions, String type) {
        return Optional.ofNullable(conditions.get(type)).orElseThrow();
    }

    private static List<Refusal> refusals(Random random, Plan plan) {
        List<Refusal> refusals = new ArrayList<>();
        if (random.nextInt(6) == 0) {
            refusals.add(new Refusal(Change.BUDGET, "BudgetNameTaken", "two budgets", false));
        }
        if (random.nextInt(3) == 0
                && plan.actions().stream().anyMatch(Action.Create.class::isInstance)) {
            refusals.add(new Refusal(Change.CREATE, "QuotaExceeded", "no room", false));
        }
        return refusals;
    }

    private static Observation observation(Random random) {
        int max = 1 + random.nextInt(4);
        Policy policy =
                new Policy(
                        "plaza",
                        10,
                        random.nextInt(max + 1),
                        max,
                        random.nextInt(4),
                        random.nextInt(2) * random.nextInt(10),
                        Duration.ofMinutes(1),
                        1,
                        "r1");
        List<PodView> pods = new ArrayList<>();
        Map<Integer, Demand.Instance> instances = new HashMap<>();
        int count = random.nextInt(6);
        for (int ordinal = 0; ordinal < count; ordinal++) {
            int attempts = 1 + random.nextInt(2);
            for (int attempt = 0; attempt < attempts; attempt++) {
                PodView pod = pod(random, ordinal, attempt, attempt < attempts - 1);
                pods.add(pod);
                if (pod.phase() == Phase.READY) {
                    int taken = random.nextInt(3) == 0 ? random.nextInt(10) : 0;
                    instances.put(
                            ordinal,
                            new Demand.Instance(
                                    random.nextInt(8) > 0,
                                    pod.uid(),
                                    taken,
                                    0,
                                    0,
                                    10 - taken,
                                    Duration.ofSeconds(taken > 0 ? 0 : random.nextInt(120)),
                                    pod.cordon(),
                                    random.nextInt(8) == 0 ? "the disk is full" : ""));
                } else if (random.nextInt(8) == 0) {
                    instances.put(
                            ordinal,
                            new Demand.Instance(
                                    true,
                                    pod.uid(),
                                    0,
                                    0,
                                    0,
                                    0,
                                    Duration.ZERO,
                                    Optional.empty(),
                                    "the disk is full"));
                }
            }
        }
        boolean waits = random.nextInt(4) == 0;
        Demand demand =
                random.nextInt(8) == 0
                        ? new Demand.Unreachable("LedgerUnreachable", "it is gone")
                        : new Demand.Known(
                                instances,
                                random.nextInt(6) == 0 ? Set.of(random.nextInt(6)) : Set.of(),
                                waits ? 1 : 0,
                                waits ? random.nextInt(30) : 0);
        Optional<Setback> setback =
                random.nextInt(4) == 0
                        ? Optional.of(
                                new Setback("Held", "no room", NOW.plusSeconds(random.nextInt(20))))
                        : Optional.empty();
        return new Observation(policy, pods, Map.of(), demand, setback, Map.of(), NOW);
    }

    private static PodView pod(Random random, int ordinal, int attempt, boolean old) {
        Phase phase =
                old
                        ? (random.nextBoolean() ? Phase.ENDED : Phase.STOPPING)
                        : PHASES.get(random.nextInt(PHASES.size()));
        Instant created = NOW.minusSeconds(random.nextInt(60));
        boolean ran = phase != Phase.STARTING || random.nextBoolean();
        Optional<PodView.Problem> problem =
                switch (phase) {
                    case STARTING ->
                            ran || random.nextBoolean()
                                    ? Optional.empty()
                                    : Optional.of(new PodView.Problem("Unschedulable", "no node"));
                    case READY, STOPPING -> Optional.empty();
                    case ENDED -> Optional.of(new PodView.Problem("Error", "exit code 1"));
                };
        return new PodView(
                "plaza-%d-%d".formatted(ordinal, attempt),
                "uid-%d-%d".formatted(ordinal, attempt),
                ordinal,
                attempt,
                random.nextInt(4),
                0,
                20_000 + ordinal,
                phase,
                created,
                ran ? Optional.of(created) : Optional.empty(),
                phase == Phase.ENDED ? Optional.of(NOW) : Optional.empty(),
                random.nextInt(4) == 0 ? "r0" : "r1",
                phase == Phase.READY && random.nextInt(5) == 0
                        ? Optional.of("token")
                        : Optional.empty(),
                problem,
                phase == Phase.STARTING && ran && random.nextBoolean(),
                PodView.End.FAULT);
    }
}
