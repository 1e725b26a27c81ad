package otherworld.operator.plan;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
            boolean confirmed =
                    draft.inside
                            .known(shard)
                            .filter(instance -> instance.taken() == 0)
                            .filter(instance -> instance.confirmedCordon().equals(pod.cordon()))
                            .isPresent();
            if (confirmed) {
                remove(pod, "it is closed, empty, and not needed");
            } else if (!shard.ready() && draft.inside.isSurelyEmpty(shard)) {
                remove(pod, "it was closing, is not Ready, and nobody is inside");
            }
        }
    }

    /**
     * What is not Ready and has nobody inside goes first, and at once: it needs not be asked, and
     * to wait until it has been idle would be to wait until it works.
     */
    void removeNotReady() {
        List<Fleet.Shard> candidates =
                draft.kept.stream()
                        .map(draft.fleet.shards()::get)
                        .filter(shard -> shard != null && !shard.ready())
                        .filter(shard -> shard.live().isPresent())
                        .filter(shard -> !draft.uncordoned.contains(shard.ordinal()))
                        .sorted(
                                Comparator.comparing((Fleet.Shard shard) ->
                                                !Lateness.isStuck(
                                                        shard.live().orElseThrow(), draft.now))
                                        .thenComparing(
                                                Comparator.comparingInt(Fleet.Shard::ordinal)
                                                        .reversed()))
                        .toList();
        Need.Offer staying = draft.need.offer(draft.kept);
        int makeWay = makeWay();
        for (Fleet.Shard shard : candidates) {
            PodView pod = shard.live().orElseThrow();
            int ordinal = shard.ordinal();
            Need.Offer others = draft.need.without(staying, ordinal);
            boolean needed =
                    makeWay == 0
                            && staying.instances() <= policy.max()
                            && !draft.need.isMetBy(others);
            if (needed || isWanted(ordinal) || draft.inside.taken(ordinal) > 0) {
                continue;
            }
            if (!draft.inside.isSurelyEmpty(shard)) {
                draft.limit(
                        Plan.Kind.INSTANCE_UNKNOWN,
                        "Instance %d is not needed and not Ready, but was, and does not report to the seat ledger: players may be inside. kubectl logs %s says more"
                                .formatted(ordinal, pod.name()));
                continue;
            }
            makeWay = Math.max(0, makeWay - 1);
            staying = others;
            if (Lateness.isStuck(pod, draft.now)) {
                draft.kept.remove(ordinal);
                remove(pod, "it is not Ready, nobody is inside, and it is not needed");
            } else {
                draft.surplus.add(ordinal);
                draft.lookAgainIn(
                        Duration.between(draft.now, pod.createdAt().plus(Lateness.PATIENCE)));
            }
        }
    }

    private void remove(PodView pod, String why) {
        draft.add(new Action.Remove(pod.ordinal(), pod.name(), pod.uid(), why));
    }

    private boolean isWanted(int ordinal) {
        return draft.demand instanceof Demand.Known known && known.wanted().contains(ordinal);
    }

    /** How many instances must go for those that players need, beyond those that do already. */
    private int makeWay() {
        int closing = draft.places.size() - draft.kept.size();
        return Math.max(0, draft.squeezedOut.size() - closing);
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
                                draft.inside.known(shard).stream()
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
        int makeWay = makeWay();
        for (Candidate candidate : candidates) {
            int ordinal = candidate.shard().ordinal();
            long freeAfter = free - candidate.instance().free();
            boolean spare =
                    freeAfter >= Math.max(policy.spareSeats(), draft.need.waiting())
                            || running > policy.max();
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
            makeWay = Math.max(0, makeWay - 1);
            stay--;
            running--;
            free = freeAfter;
            Duration left = policy.idleAfter().minus(candidate.instance().idle());
            if (left.isPositive()) {
                draft.surplus.add(ordinal);
                draft.lookAgainIn(left);
            } else {
                cordon(candidate);
            }
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
     * Brings a changed template to the pods that stay: at once where no process has started yet,
     * else to at most maxParallel instances at a time, of which those that are not Ready come
     * first. The successor is created when the old pod is closing. What goes anyway is left alone.
     */
    void rollOut() {
        List<Fleet.Shard> staying =
                draft.kept.stream()
                        .filter(ordinal -> !draft.surplus.contains(ordinal))
                        .map(ordinal -> shard(ordinal))
                        .toList();
        // Of the new template and not Ready yet. An old pod that is not Ready is not among them: a
        // template that made none Ready could never be mended.
        long changing = staying.stream().filter(shard -> !isOld(shard) && !shard.ready()).count();
        long away = staying.stream().filter(shard -> !shard.ready()).count();
        List<Fleet.Shard> old =
                staying.stream()
                        .filter(this::isOld)
                        .sorted(Comparator.comparing(Fleet.Shard::ready))
                        .toList();
        for (Fleet.Shard shard : old) {
            PodView pod = shard.live().orElseThrow();
            boolean neverRan = pod.startedAt().isEmpty();
            boolean allowed =
                    draft.demand instanceof Demand.Known
                            && changing < policy.maxParallel()
                            && (!shard.ready() || away < policy.maxParallel());
            if (neverRan || allowed) {
                changing++;
                away += shard.ready() ? 1 : 0;
                draft.add(
                        new Action.Replace(
                                shard.ordinal(),
                                pod.name(),
                                pod.uid(),
                                "the World's template has changed"));
            }
        }
    }

    private Fleet.Shard shard(int ordinal) {
        Fleet.@Nullable Shard shard = draft.fleet.shards().get(ordinal);
        return shard == null ? new Fleet.Shard(ordinal, List.of()) : shard;
    }

    private boolean isOld(Fleet.Shard shard) {
        return !shard.stopping()
                && shard.live()
                        .filter(pod -> !pod.revision().equals(policy.revision()))
                        .isPresent();
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
