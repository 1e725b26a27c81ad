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

    /**
     * What a set of instances offers.
     *
     * @param seats of those in which the oldest waiting party fits, or will
     */
    record Offer(int instances, long freeSeats, long seats) {}

    Offer offer(Set<Integer> kept) {
        return new Offer(kept.size(), freeSeats(kept), seatsFor(party(), kept));
    }

    /** The offer without one of its instances. */
    Offer without(Offer offer, int ordinal) {
        int free = freeSeats(ordinal);
        return new Offer(
                offer.instances() - 1,
                offer.freeSeats() - free,
                offer.seats() - (free >= party() ? free : 0));
    }

    boolean isMetBy(Offer offer) {
        return offer.instances() >= policy.floor()
                && offer.freeSeats() >= policy.spareSeats()
                && offer.seats() >= waiting();
    }

    /** Size of the first party that fits in nothing that is open or starting, 0 if all fit. */
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
