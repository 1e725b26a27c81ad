package otherworld.operator.status;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import otherworld.operator.act.Refusal;
import otherworld.operator.plan.Demand;
import otherworld.operator.plan.Lateness;
import otherworld.operator.plan.Observation;
import otherworld.operator.plan.Plan;
import otherworld.operator.plan.PodView;

/**
 * Why instances that should run do not. All four conditions of a World tell it, so that none
 * contradicts another.
 */
record Cause(String reason, String message) {

    /**
     * Empty if every instance that should run is Ready, or nothing is known to be wrong with those
     * that are not.
     *
     * @param refusals of the latest attempt
     */
    static Optional<Cause> of(Observation observation, Plan plan, List<Refusal> refusals) {
        return refused(observation, plan, refusals)
                .or(() -> worstProblem(observation, plan))
                .or(() -> storage(observation, plan, false))
                .or(() -> late(observation, plan));
    }

    /**
     * Instances whose edits do not become durable, in their own words.
     *
     * @param ready whether those count that are Ready all the same
     */
    static Optional<Cause> storage(Observation observation, Plan plan, boolean ready) {
        if (!(observation.demand() instanceof Demand.Known known)) {
            return Optional.empty();
        }
        Set<Integer> areReady =
                observation.pods().stream()
                        .filter(pod -> pod.phase() == PodView.Phase.READY)
                        .map(PodView::ordinal)
                        .collect(Collectors.toSet());
        SortedMap<Integer, String> stuck = new TreeMap<>();
        known.instances()
                .forEach((ordinal, instance) -> {
                    if (!instance.storage().isEmpty()
                            && plan.instances().contains(ordinal)
                            && (ready || !areReady.contains(ordinal))) {
                        stuck.put(ordinal, instance.storage());
                    }
                });
        return stuck.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Cause(
                                "StorageStalled",
                                "Nothing that players build becomes durable in %d instances, such as %d: %s"
                                        .formatted(
                                                stuck.size(),
                                                stuck.firstKey(),
                                                stuck.get(stuck.firstKey()))));
    }

    private static Optional<Cause> refused(
            Observation observation, Plan plan, List<Refusal> refusals) {
        Optional<Cause> now =
                refusals.stream()
                        .filter(it -> it.change() == Refusal.Change.CREATE)
                        .findFirst()
                        .map(it -> refused(it.reason(), it.message()));
        boolean held = plan.limits().stream().anyMatch(it -> it.kind() == Plan.Kind.REFUSED);
        return now.or(() ->
                observation
                        .setback()
                        .filter(it -> held)
                        .map(it -> refused(it.reason(), it.message())));
    }

    // The same words as long as it lasts: a message that counts would be written again and again.
    private static Cause refused(String reason, String message) {
        return new Cause(
                reason,
                message
                        + ". It is tried again with growing pauses, and at once when the World changes");
    }

    /** Of the newest pods: one that cannot start, or else one that keeps failing. */
    private static Optional<Cause> worstProblem(Observation observation, Plan plan) {
        Map<Integer, Integer> newest = newestAttempts(observation);
        return observation.pods().stream()
                .filter(pod -> plan.instances().contains(pod.ordinal()))
                .filter(pod -> newest.getOrDefault(pod.ordinal(), 0) == pod.attempt())
                .filter(pod ->
                        switch (pod.phase()) {
                            case STARTING, ENDED -> true;
                            case READY, STOPPING -> false;
                        })
                .filter(pod -> pod.problem().isPresent())
                .min(Comparator.comparing(PodView::phase).thenComparingInt(PodView::ordinal))
                .map(pod ->
                        new Cause(
                                pod.problem().orElseThrow().reason(),
                                "pod %s: %s"
                                        .formatted(
                                                pod.name(),
                                                pod.problem().orElseThrow().message())));
    }

    /** Instances that should be Ready by now: they start badly, or were Ready and froze. */
    private static Optional<Cause> late(Observation observation, Plan plan) {
        List<PodView> late =
                observation.pods().stream()
                        .filter(pod -> plan.instances().contains(pod.ordinal()))
                        .filter(pod -> Lateness.isLate(pod, observation.now()))
                        .sorted(Comparator.comparingInt(PodView::ordinal))
                        .toList();
        return late.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Cause(
                                "InstancesNotReady",
                                "%d instances run but are not Ready; their seats are expected back, so none is started in their place. Is the database up? kubectl logs %s says more"
                                        .formatted(late.size(), late.getFirst().name())));
    }

    private static Map<Integer, Integer> newestAttempts(Observation observation) {
        Map<Integer, Integer> newest = new HashMap<>();
        observation.pods().forEach(pod -> newest.merge(pod.ordinal(), pod.attempt(), Math::max));
        return newest;
    }
}
