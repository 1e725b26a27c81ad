package otherworld.operator.plan;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The half of the planner that removes instances and pods. When in doubt, it does not. */
final class Shrinking {
    private final Draft draft;
    private final Policy policy;

    Shrinking(Draft draft) {
        this.draft = draft;
        this.policy = draft.policy;
    }

    private record Candidate(Fleet.Shard shard, PodView pod, Demand.Instance instance) {}

    /**
     * The second step of a removal: the instance itself has answered that it is closed and empty.
     */
    void removeConfirmed() {
        for (Fleet.Shard shard : draft.fleet.shards().values()) {
            Optional<PodView> live = shard.live();
            if (!shard.leaving() || live.isEmpty() || draft.kept.contains(shard.ordinal())) {
                continue;
            }
            PodView pod = live.get();
            draft.known(shard)
                    .filter(instance -> instance.taken() == 0)
                    .filter(instance -> instance.confirmedCordon().equals(pod.cordon()))
                    .ifPresent(instance ->
                            draft.add(
                                    new Action.Remove(
                                            shard.ordinal(),
                                            pod.name(),
                                            pod.uid(),
                                            "it is closed, empty, and not needed")));
        }
    }

    /** The first step: what has been idle the longest is asked to close, while spare seats stay. */
    void cordonIdle() {
        if (!(draft.demand instanceof Demand.Known known) || known.oldestUnseatedParty() > 0) {
            return;
        }
        List<Fleet.Shard> ready =
                draft.kept.stream()
                        .map(draft.fleet.shards()::get)
                        .filter(shard -> shard != null && shard.ready())
                        .filter(shard -> !draft.uncordoned.contains(shard.ordinal()))
                        .toList();
        List<Candidate> candidates =
                ready.stream()
                        .flatMap(shard ->
                                draft.known(shard).stream()
                                        .map(instance ->
                                                new Candidate(
                                                        shard,
                                                        shard.live().orElseThrow(),
                                                        instance)))
                        .sorted(
                                Comparator.comparing((Candidate it) -> it.instance().idle())
                                        .thenComparingInt(it -> it.shard().ordinal())
                                        .reversed())
                        .toList();
        int stay = candidates.size();
        long free = candidates.stream().mapToLong(it -> it.instance().free()).sum();
        int running = draft.kept.size();
        int closing = draft.places.size() - draft.kept.size();
        int makeWay = Math.max(0, draft.squeezedOut.size() - closing);
        for (Candidate candidate : candidates) {
            int ordinal = candidate.shard().ordinal();
            long freeAfter = free - candidate.instance().free();
            boolean spare = freeAfter >= policy.spareSeats() || running > policy.max();
            boolean needed = makeWay == 0 && (stay <= policy.floor() || !spare);
            if (candidate.instance().taken() > 0 || known.wanted().contains(ordinal) || needed) {
                continue;
            }
            if (candidates.size() < ready.size()) {
                draft.limit(
                        Plan.Kind.INSTANCE_UNKNOWN,
                        "No instance is removed while %d of %d Ready instances have not reported to the seat ledger; if this lasts, look at their logs and at Redis"
                                .formatted(ready.size() - candidates.size(), ready.size()));
                return;
            }
            Duration left = policy.idleAfter().minus(candidate.instance().idle());
            if (left.isPositive()) {
                draft.lookAgainIn(left);
                continue;
            }
            makeWay = Math.max(0, makeWay - 1);
            stay--;
            running--;
            free = freeAfter;
            cordon(candidate);
        }
    }

    private void cordon(Candidate candidate) {
        PodView pod = candidate.pod();
        draft.kept.remove(pod.ordinal());
        draft.add(
                new Action.Cordon(
                        pod.ordinal(),
                        pod.name(),
                        pod.uid(),
                        pod.uid() + "@" + draft.now.toEpochMilli(),
                        "it has been idle for %d s and is not needed"
                                .formatted(candidate.instance().idle().toSeconds())));
    }

    /**
     * Brings a changed template to the pods: at once where no process has started yet, else to at
     * most maxParallel instances at a time. The successor is created when the old pod is closing.
     */
    void rollOut() {
        long changing =
                draft.kept.stream()
                        .map(draft.fleet.shards()::get)
                        .filter(shard -> shard == null || !shard.ready() || shard.stopping())
                        .count();
        for (int ordinal : draft.kept) {
            Fleet.Shard shard = draft.fleet.shards().get(ordinal);
            if (shard == null || shard.live().isEmpty() || shard.stopping()) {
                continue;
            }
            PodView pod = shard.live().get();
            if (pod.revision().equals(policy.revision())) {
                continue;
            }
            boolean neverRan = pod.startedAt().isEmpty();
            boolean counted = !shard.ready();
            boolean allowed =
                    draft.demand instanceof Demand.Known
                            && (counted
                                    ? changing <= policy.maxParallel()
                                    : changing < policy.maxParallel());
            if (neverRan || allowed) {
                changing += counted ? 0 : 1;
                draft.add(
                        new Action.Replace(
                                ordinal,
                                pod.name(),
                                pod.uid(),
                                "the World's template has changed"));
            }
        }
    }

    /** Ended pods stay until their successor exists, for their log and their number. */
    void cleanUp() {
        for (Fleet.Shard shard : draft.fleet.shards().values()) {
            boolean wanted = draft.kept.contains(shard.ordinal());
            for (PodView pod : shard.pods()) {
                if (pod.phase() != PodView.Phase.ENDED) {
                    continue;
                }
                boolean succeeded = pod.attempt() < shard.newest().attempt();
                if (succeeded || !wanted) {
                    draft.add(
                            new Action.CleanUp(
                                    shard.ordinal(),
                                    pod.name(),
                                    pod.uid(),
                                    succeeded ? "it has a successor" : "it is not needed"));
                }
            }
        }
    }
}
