package otherworld.operator.status;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import otherworld.crds.WorldCondition;
import otherworld.crds.WorldCondition.Status;
import otherworld.operator.act.Refusal;
import otherworld.operator.plan.Action;
import otherworld.operator.plan.Counts;
import otherworld.operator.plan.Demand;
import otherworld.operator.plan.Observation;
import otherworld.operator.plan.Plan;
import otherworld.operator.plan.PodView;

/**
 * Derives a World's four conditions. Pure. They tell one story: Ready is whether every instance
 * that should run is Ready; while one is not, Progressing says what is done about it, or that it
 * has taken too long; and where something is in the way, all four name it.
 */
final class Conditions {
    private final Observation observation;
    private final Plan plan;
    private final List<Refusal> refusals;
    private final Counts counts;
    private final Optional<Duration> deadlineIn;
    private final Optional<String> stale;
    private final Optional<Cause> cause;
    private final int ready;
    private final ConditionWriter writer;

    /**
     * @param deadlineIn see {@link Progress#left}
     * @param stale that instances run with an old Secret, if they do
     */
    Conditions(
            Observation observation,
            Plan plan,
            List<Refusal> refusals,
            Counts counts,
            Optional<Duration> deadlineIn,
            Optional<String> stale,
            ConditionWriter writer) {
        this.observation = observation;
        this.plan = plan;
        this.refusals = refusals;
        this.counts = counts;
        this.deadlineIn = deadlineIn;
        this.stale = stale;
        this.writer = writer;
        this.ready = work(observation, plan).ready();
        this.cause =
                ready < plan.desired() ? Cause.of(observation, plan, refusals) : Optional.empty();
    }

    /** What is left to do, for the deadline. */
    static Progress.Work work(Observation observation, Plan plan) {
        long ready =
                observation.pods().stream()
                        .filter(pod -> pod.phase() == PodView.Phase.READY)
                        .map(PodView::ordinal)
                        .filter(plan.instances()::contains)
                        .distinct()
                        .count();
        long closing =
                observation.pods().stream()
                        .filter(pod ->
                                pod.phase() == PodView.Phase.STOPPING
                                        || (pod.live()
                                                && !plan.instances().contains(pod.ordinal())))
                        .count();
        return new Progress.Work(plan.desired(), (int) ready, (int) closing);
    }

    List<WorldCondition> all() {
        return List.of(ready(), progressing(), scalingLimited(), degraded());
    }

    private WorldCondition ready() {
        String count = "%d of %d instances are Ready".formatted(ready, plan.desired());
        if (ready < plan.desired()) {
            return condition(
                    WorldCondition.READY,
                    Status.False,
                    cause.map(Cause::reason).orElse("InstancesStarting"),
                    count + cause.map(it -> "; " + it.message()).orElse(""));
        }
        return plan.desired() == 0 && counts.instances() == 0
                ? condition(
                        WorldCondition.READY,
                        Status.True,
                        "ScaledToZero",
                        "No instance runs; the first seat request starts one")
                : condition(WorldCondition.READY, Status.True, "InstancesReady", count);
    }

    private WorldCondition progressing() {
        Map<String, Long> kinds = kinds();
        long closing = count(pod -> pod.live() && !plan.instances().contains(pod.ordinal()));
        long starting = count(pod -> pod.phase() == PodView.Phase.STARTING) - count(this::closes);
        long stopping = count(pod -> pod.phase() == PodView.Phase.STOPPING);
        if (kinds.isEmpty() && closing + stopping == 0 && ready >= plan.desired()) {
            return condition(
                    WorldCondition.PROGRESSING,
                    Status.False,
                    "Settled",
                    "%d instances run, as they should".formatted(counts.instances()));
        }
        String what =
                kinds.isEmpty()
                        ? "%d pods start, %d instances close, %d pods stop"
                                .formatted(starting, closing, stopping)
                        : kinds.entrySet().stream()
                                        .map(it -> it.getKey() + " " + it.getValue())
                                        .collect(Collectors.joining(", "))
                                + ": "
                                + plan.actions().getFirst().why();
        if (deadlineIn.filter(left -> !left.isPositive()).isPresent()) {
            return condition(
                    WorldCondition.PROGRESSING,
                    Status.False,
                    Progress.EXCEEDED,
                    "No progress within rollout.progressDeadline: "
                            + cause.map(Cause::message).orElse(what));
        }
        String reason =
                !kinds.isEmpty() ? "Scaling" : ready < plan.desired() ? "Starting" : "Closing";
        return condition(
                WorldCondition.PROGRESSING,
                Status.True,
                cause.map(Cause::reason).orElse(reason),
                cause.map(it ->
                                "%d of %d instances are Ready; the others wait: %s"
                                        .formatted(ready, plan.desired(), it.message()))
                        .orElse(what));
    }

    private boolean closes(PodView pod) {
        return pod.phase() == PodView.Phase.STARTING && !plan.instances().contains(pod.ordinal());
    }

    private Map<String, Long> kinds() {
        Map<String, Long> kinds = new TreeMap<>();
        for (Action action : plan.actions()) {
            kinds.merge(
                    switch (action) {
                        case Action.Create it -> "starting";
                        case Action.Cordon it -> "closing";
                        case Action.Uncordon it -> "keeping";
                        case Action.Remove it -> "removing";
                        case Action.Replace it -> "replacing";
                        case Action.CleanUp it -> "cleaning up";
                    },
                    1L,
                    Long::sum);
        }
        kinds.remove("cleaning up");
        return kinds;
    }

    private WorldCondition scalingLimited() {
        boolean refused = refusals.stream().anyMatch(it -> it.change() == Refusal.Change.CREATE);
        Optional<String> limit =
                plan.limits().stream()
                        .findFirst()
                        .map(Plan.Limit::kind)
                        .map(kind ->
                                kind == Plan.Kind.REFUSED
                                        ? cause.map(Cause::reason).orElse(kind.reason())
                                        : kind.reason());
        Optional<String> blocked = cause.map(Cause::reason);
        Optional<String> reason = refused ? blocked.or(() -> limit) : limit.or(() -> blocked);
        Stream<String> limits =
                plan.limits().stream()
                        // The cause says that one in the same words.
                        .filter(it -> it.kind() != Plan.Kind.REFUSED || cause.isEmpty())
                        .map(Plan.Limit::message);
        Stream<String> why =
                cause.stream()
                        .map(it ->
                                "%d of %d instances are Ready: %s"
                                        .formatted(ready, plan.desired(), it.message()));
        return reason.map(it ->
                        condition(
                                WorldCondition.SCALING_LIMITED,
                                Status.True,
                                it,
                                Stream.concat(limits, why).collect(Collectors.joining(" "))))
                .orElseGet(() ->
                        condition(
                                WorldCondition.SCALING_LIMITED,
                                Status.False,
                                "Unlimited",
                                "Nothing holds a scale decision back"));
    }

    private WorldCondition degraded() {
        Optional<Cause> wrong =
                cause.or(() ->
                                refusals.stream()
                                        .findFirst()
                                        .map(it -> new Cause(it.reason(), it.message())))
                        .or(() -> Cause.storage(observation, plan, true))
                        .or(this::ledger)
                        .or(() -> stale.map(it -> new Cause(StaleSources.REASON, it)));
        return wrong.map(it ->
                        condition(WorldCondition.DEGRADED, Status.True, it.reason(), it.message()))
                .orElseGet(() ->
                        condition(
                                WorldCondition.DEGRADED,
                                Status.False,
                                "AsExpected",
                                "Nothing is known to be wrong"));
    }

    private Optional<Cause> ledger() {
        return switch (observation.demand()) {
            case Demand.Unreachable(String reason, String message) ->
                    Optional.of(
                            new Cause(
                                    reason,
                                    "Players in the World go on, but the fleet does not follow demand: "
                                            + message));
            case Demand.Known known -> Optional.empty();
        };
    }

    private long count(Predicate<PodView> which) {
        return observation.pods().stream().filter(which).count();
    }

    private WorldCondition condition(String type, Status status, String reason, String message) {
        return writer.condition(type, status, reason, message);
    }
}
