package otherworld.operator.plan;

import java.util.Set;

/**
 * What a set of instances must offer: the floor, spare seats, seats for those who wait. Growing and
 * shrinking ask the same questions, so that neither undoes what the other did.
 */
final class Need {
    private final Policy policy;
    private final Demand demand;
    private final Fleet fleet;
    private final Inside inside;

    Need(Policy policy, Demand demand, Fleet fleet, Inside inside) {
        this.policy = policy;
        this.demand = demand;
        this.fleet = fleet;
        this.inside = inside;
    }

    /** True if the fleet may do without {@code ordinal}, apart from who is inside. */
    boolean isMetWithout(int ordinal, Set<Integer> kept) {
        if (demand instanceof Demand.Known known && known.wanted().contains(ordinal)) {
            return false;
        }
        if (kept.size() > policy.max()) {
            return true;
        }
        boolean floor = kept.size() - 1 >= policy.floor();
        boolean spare = freeSeats(kept) - freeSeats(ordinal) >= policy.spareSeats();
        int party = party();
        int seats = freeSeats(ordinal) >= party ? freeSeats(ordinal) : 0;
        return floor && spare && (party == 0 || seatsFor(party, kept) - seats >= waiting());
    }

    /** Size of the oldest party that fits nowhere, 0 if none waits. */
    int party() {
        return demand instanceof Demand.Known known ? known.oldestUnseatedParty() : 0;
    }

    int waiting() {
        return demand instanceof Demand.Known known ? Math.max(known.waitingPlayers(), party()) : 0;
    }

    long freeSeats(Set<Integer> kept) {
        long free = 0;
        for (int ordinal : kept) {
            free += freeSeats(ordinal);
        }
        return free;
    }

    // Seats of instances where the party fits, or will: an instance that is up by now, though the
    // ledger said the party fits nowhere, is about to take it.
    long seatsFor(int party, Set<Integer> kept) {
        long seats = 0;
        for (int ordinal : kept) {
            int free = freeSeats(ordinal);
            seats += free >= party ? free : 0;
        }
        return seats;
    }

    // What the ledger has not heard from counts as empty: it is starting, or about to report.
    private int freeSeats(int ordinal) {
        Fleet.Shard shard = fleet.shards().get(ordinal);
        int expected = Math.max(0, policy.capacity() - inside.taken(ordinal));
        return shard == null
                ? expected
                : inside.known(shard).map(Demand.Instance::free).orElse(expected);
    }
}
