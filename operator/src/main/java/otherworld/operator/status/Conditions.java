package otherworld.operator.status;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import otherworld.crds.WorldCondition;
import otherworld.crds.WorldCondition.Status;
import otherworld.crds.WorldStatus;
import otherworld.operator.act.Refusal;
import otherworld.operator.plan.Action;
import otherworld.operator.plan.Demand;
import otherworld.operator.plan.Lateness;
import otherworld.operator.plan.Observation;
import otherworld.operator.plan.Plan;
import otherworld.operator.plan.PodView;

/** Derives a World's four conditions. Pure. */
final class Conditions {
    private static final int MAX_MESSAGE = 1024;

    private final Observation observation;
    private final Plan plan;
    private final List<Refusal> refusals;
    private final Counts counts;
    private final @Nullable WorldStatus before;
    private final long generation;

    Conditions(
            Observation observation,
            Plan plan,
            List<Refusal> refusals,
            Counts counts,
            @Nullable WorldStatus before,
            long generation) {
        this.observation = observation;
        this.plan = plan;
        this.refusals = refusals;
        this.counts = counts;
        this.before = before;
        this.generation = generation;
    }

    List<WorldCondition> all() {
        return List.of(ready(), progressing(), scalingLimited(), degraded());
    }

    private WorldCondition ready() {
        int floor = observation.policy().floor();
        String count =
                "%d of %d instances are Ready, %d always should be"
                        .formatted(counts.readyInstances(), plan.desired(), floor);
        if (counts.readyInstances() >= floor) {
            return floor == 0 && counts.instances() == 0
                    ? condition(
                            WorldCondition.READY,
                            Status.True,
                            "ScaledToZero",
                            "No instance runs; the first seat request starts one")
                    : condition(WorldCondition.READY, Status.True, "InstancesReady", count);
        }
        Optional<PodView.Problem> problem = worstProblem();
        String why = problem.map(it -> "; " + it.message()).orElse("");
        return condition(
                WorldCondition.READY,
                Status.False,
                problem.map(PodView.Problem::reason).orElse("InstancesStarting"),
                count + why);
    }

    private WorldCondition progressing() {
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
        if (!kinds.isEmpty()) {
            String what =
                    kinds.entrySet().stream()
                            .map(it -> it.getKey() + " " + it.getValue())
                            .collect(Collectors.joining(", "));
            return condition(
                    WorldCondition.PROGRESSING,
                    Status.True,
                    "Scaling",
                    what + ": " + plan.actions().getFirst().why());
        }
        long closing = count(pod -> pod.live() && pod.cordon().isPresent());
        long starting = count(pod -> pod.phase() == PodView.Phase.STARTING);
        long stopping = count(pod -> pod.phase() == PodView.Phase.STOPPING);
        if (closing + starting + stopping > 0) {
            return condition(
                    WorldCondition.PROGRESSING,
                    Status.True,
                    starting > 0 ? "Starting" : "Closing",
                    "%d pods start, %d instances close, %d pods stop"
                            .formatted(starting, closing, stopping));
        }
        return condition(
                WorldCondition.PROGRESSING,
                Status.False,
                "Settled",
                "%d instances run, as they should".formatted(counts.instances()));
    }

    private WorldCondition scalingLimited() {
        if (plan.limits().isEmpty()) {
            return condition(
                    WorldCondition.SCALING_LIMITED,
                    Status.False,
                    "Unlimited",
                    "Nothing holds a scale decision back");
        }
        Plan.Limit first = plan.limits().getFirst();
        return condition(
                WorldCondition.SCALING_LIMITED,
                Status.True,
                switch (first.kind()) {
                    case MAX_REACHED -> "MaxReached";
                    case LEDGER_UNREACHABLE -> "LedgerUnreachable";
                    case INSTANCE_UNKNOWN -> "InstanceUnknown";
                    case BACKING_OFF -> "BackingOff";
                },
                plan.limits().stream().map(Plan.Limit::message).collect(Collectors.joining(" ")));
    }

    private WorldCondition degraded() {
        if (!refusals.isEmpty()) {
            return condition(
                    WorldCondition.DEGRADED,
                    Status.True,
                    refusals.getFirst().reason(),
                    refusals.getFirst().message());
        }
        Optional<PodView.Problem> problem = worstProblem();
        if (problem.isPresent()) {
            return condition(
                    WorldCondition.DEGRADED,
                    Status.True,
                    problem.get().reason(),
                    problem.get().message());
        }
        Optional<WorldCondition> storage = storage();
        if (storage.isPresent()) {
            return storage.get();
        }
        Optional<WorldCondition> notReady = notReady();
        if (notReady.isPresent()) {
            return notReady.get();
        }
        if (observation.demand() instanceof Demand.Unreachable(String reason, String message)) {
            return condition(
                    WorldCondition.DEGRADED,
                    Status.True,
                    reason,
                    "Players in the World go on, but the fleet does not follow demand: " + message);
        }
        return condition(
                WorldCondition.DEGRADED,
                Status.False,
                "AsExpected",
                "Nothing is known to be wrong");
    }

    /** Instances whose edits do not become durable, in their own words. */
    private Optional<WorldCondition> storage() {
        if (!(observation.demand() instanceof Demand.Known known)) {
            return Optional.empty();
        }
        List<Integer> stuck =
                known.instances().entrySet().stream()
                        .filter(entry -> !entry.getValue().storage().isEmpty())
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList();
        if (stuck.isEmpty()) {
            return Optional.empty();
        }
        Demand.Instance first = known.instances().get(stuck.getFirst());
        return Optional.of(
                condition(
                        WorldCondition.DEGRADED,
                        Status.True,
                        "StorageStalled",
                        "Nothing that players build becomes durable in %d instances, such as %d: %s"
                                .formatted(
                                        stuck.size(),
                                        stuck.getFirst(),
                                        first == null ? "" : first.storage())));
    }

    /** Instances that should be Ready by now: they start badly, or were Ready and froze. */
    private Optional<WorldCondition> notReady() {
        List<PodView> waiting =
                observation.pods().stream()
                        .filter(pod -> Lateness.isLate(pod, observation.now()))
                        .sorted(Comparator.comparingInt(PodView::ordinal))
                        .toList();
        if (waiting.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                condition(
                        WorldCondition.DEGRADED,
                        Status.True,
                        "InstancesNotReady",
                        "%d instances run but are not Ready; their seats are expected back, so none is started in their place. Is the database up? kubectl logs %s says more"
                                .formatted(waiting.size(), waiting.getFirst().name())));
    }

    /** Of the newest pods: one that cannot start, or else one that keeps failing. */
    private Optional<PodView.Problem> worstProblem() {
        return observation.pods().stream()
                .filter(pod ->
                        switch (pod.phase()) {
                            case STARTING -> true;
                            case ENDED -> isNewest(pod);
                            case READY, STOPPING -> false;
                        })
                .filter(pod -> pod.problem().isPresent())
                .min(Comparator.comparing(PodView::phase).thenComparingInt(PodView::ordinal))
                .map(pod ->
                        new PodView.Problem(
                                pod.problem().get().reason(),
                                "pod %s: %s".formatted(pod.name(), pod.problem().get().message())));
    }

    private boolean isNewest(PodView pod) {
        return observation.pods().stream()
                .noneMatch(other ->
                        other.ordinal() == pod.ordinal() && other.attempt() > pod.attempt());
    }

    private long count(Predicate<PodView> which) {
        return observation.pods().stream().filter(which).count();
    }

    /** Conditions of a World that gets no fleet. */
    static List<WorldCondition> refused(
            String reason,
            String message,
            @Nullable WorldStatus before,
            long generation,
            Instant now) {
        return List.of(
                condition(
                        WorldCondition.READY,
                        Status.False,
                        reason,
                        message,
                        before,
                        generation,
                        now),
                condition(
                        WorldCondition.DEGRADED,
                        Status.True,
                        reason,
                        message,
                        before,
                        generation,
                        now));
    }

    /** In place of a Degraded that has nothing to say. */
    static WorldCondition stale(
            WorldCondition degraded, String message, @Nullable WorldStatus before, Instant now) {
        return condition(
                degraded.type(),
                Status.True,
                StaleSources.REASON,
                message,
                before,
                Objects.requireNonNullElse(degraded.observedGeneration(), 0L),
                now);
    }

    private WorldCondition condition(String type, Status status, String reason, String message) {
        return condition(type, status, reason, message, before, generation, observation.now());
    }

    private static WorldCondition condition(
            String type,
            Status status,
            String reason,
            String message,
            @Nullable WorldStatus before,
            long generation,
            Instant now) {
        Optional<WorldCondition> old = before == null ? Optional.empty() : before.condition(type);
        String since =
                old.filter(it -> it.status() == status)
                        .map(WorldCondition::lastTransitionTime)
                        .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
        return new WorldCondition(type, status, reason, shorten(message), since, generation);
    }

    private static String shorten(String text) {
        return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "…";
    }
}
