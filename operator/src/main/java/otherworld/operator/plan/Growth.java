package otherworld.operator.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The half of the planner that keeps and adds instances. */
final class Growth {
    private final Draft draft;
    private final Policy policy;

    Growth(Draft draft) {
        this.draft = draft;
        this.policy = draft.policy;
    }

    /** Instances with a pod stay; those on their way out hold their place until they are gone. */
    void keepWhatRuns() {
        for (Fleet.Shard shard : draft.fleet.shards().values()) {
            if (!shard.ended()) {
                draft.places.add(shard.ordinal());
            }
            if (shard.live().isPresent() && !shard.leaving()) {
                draft.kept.add(shard.ordinal());
            }
        }
        if (draft.demand instanceof Demand.Unreachable(String reason, String message)) {
            draft.limit(
                    Plan.Kind.LEDGER_UNREACHABLE,
                    "No instance is removed while the seat ledger is out of reach: " + message);
        }
    }

    /**
     * Instances that lost their pod and have players, or may have. The others come back when they
     * are needed: a pod that keeps failing is no reason to start the next.
     */
    void replaceLost() {
        boolean sure = draft.inside.isComplete();
        List<Fleet.Shard> lost =
                draft.fleet.shards().values().stream()
                        .filter(Fleet.Shard::needsPod)
                        .filter(shard -> !sure || taken(shard.ordinal()) > 0)
                        .sorted(
                                Comparator.comparingInt(
                                                (Fleet.Shard shard) -> -taken(shard.ordinal()))
                                        .thenComparingInt(Fleet.Shard::ordinal))
                        .toList();
        for (Fleet.Shard shard : lost) {
            runWithin(shard.ordinal(), replaces(shard));
        }
    }

    private static String replaces(Fleet.Shard shard) {
        return "replaces %s, which %s"
                .formatted(
                        shard.newest().name(),
                        switch (shard.newest().phase()) {
                            case STOPPING -> "is being deleted";
                            case STARTING, READY, ENDED ->
                                    "ended"
                                            + shard.newest()
                                                    .problem()
                                                    .map(it -> ": " + it.message())
                                                    .orElse("");
                        });
    }

    /** Exactly the ordinals that seat requests name. */
    void wakeWanted() {
        if (draft.demand instanceof Demand.Known known) {
            known.wanted().stream()
                    .sorted()
                    .filter(ordinal -> !draft.kept.contains(ordinal))
                    .forEach(ordinal -> wake(ordinal, "a seat request names it"));
        }
    }

    /** Instances that the ledger has players for, whatever became of their pods. */
    void reviveSeated() {
        if (draft.demand instanceof Demand.Known known) {
            known.instances().keySet().stream()
                    .sorted()
                    .filter(ordinal -> !draft.kept.contains(ordinal) && taken(ordinal) > 0)
                    .forEach(ordinal ->
                            wake(ordinal, "%d seats are taken".formatted(taken(ordinal))));
        }
    }

    void reachFloor() {
        while (draft.kept.size() < policy.floor()) {
            String why =
                    "%d instances run, %d always should"
                            .formatted(draft.kept.size(), policy.floor());
            if (!runAny(why)) {
                return;
            }
        }
    }

    void keepSpareSeats() {
        for (long free = freeSeats(); free < policy.spareSeats(); free = freeSeats()) {
            String why = "%d free seats, %d should be spare".formatted(free, policy.spareSeats());
            if (!runAny(why)) {
                return;
            }
        }
    }

    /** Seats for all who wait, those of starting instances included. */
    void seatTheWaiting() {
        int party = draft.need.party();
        int waiting = draft.need.waiting();
        for (long seats = seatsFor(party); seats < waiting; seats = seatsFor(party)) {
            String why =
                    "%d players wait for a seat, %d are free or starting".formatted(waiting, seats);
            if (!runAny(why)) {
                return;
            }
        }
    }

    // An instance that closes is the first choice: it need not start. Then one that lost its pod,
    // which is no reason to pass its back-off by, then the lowest free ordinal.
    private boolean runAny(String why) {
        if (draft.kept.size() + draft.squeezedOut.size() >= policy.max()
                && !draft.squeezedOut.isEmpty()) {
            return false;
        }
        Optional<Integer> closing =
                draft.fleet.shards().values().stream()
                        .filter(shard -> shard.leaving() && shard.live().isPresent())
                        .map(Fleet.Shard::ordinal)
                        .filter(ordinal -> !draft.kept.contains(ordinal))
                        .findFirst();
        if (closing.isPresent()) {
            return runWithin(closing.get(), why);
        }
        Optional<Fleet.Shard> lost =
                draft.fleet.shards().values().stream()
                        .filter(Fleet.Shard::needsPod)
                        .filter(shard -> !draft.kept.contains(shard.ordinal()))
                        .findFirst();
        if (lost.isPresent()) {
            return runWithin(lost.get().ordinal(), replaces(lost.get()) + "; " + why);
        }
        int ordinal = 0;
        while (draft.kept.contains(ordinal) || draft.places.contains(ordinal)) {
            ordinal++;
        }
        return runWithin(ordinal, why);
    }

    // One that is closing runs already: taking its cordon back needs no place.
    private void wake(int ordinal, String why) {
        if (isLive(ordinal)) {
            draft.run(ordinal, why);
        } else if (!runWithin(ordinal, why)) {
            draft.squeezedOut.add(ordinal);
        }
    }

    private boolean isLive(int ordinal) {
        Fleet.Shard shard = draft.fleet.shards().get(ordinal);
        return shard != null && shard.live().isPresent();
    }

    private boolean runWithin(int ordinal, String why) {
        // One that loses its pod keeps its place, unless max was lowered and too many hold one.
        int others = draft.places.size() - (draft.places.contains(ordinal) ? 1 : 0);
        boolean hasPlace = isLive(ordinal) || others < policy.max();
        if (draft.kept.size() >= policy.max() || !hasPlace) {
            draft.limit(
                    Plan.Kind.MAX_REACHED,
                    "Instance %d should run (%s), but %d of at most %d instances do: raise spec.instances.max"
                            .formatted(ordinal, why, draft.places.size(), policy.max()));
            return false;
        }
        draft.run(ordinal, why);
        return true;
    }

    private int taken(int ordinal) {
        return draft.inside.taken(ordinal);
    }

    private long freeSeats() {
        return draft.need.freeSeats(draft.kept);
    }

    private long seatsFor(int party) {
        return draft.need.seatsFor(party, draft.kept);
    }
}
