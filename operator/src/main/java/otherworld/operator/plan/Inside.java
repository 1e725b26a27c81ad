package otherworld.operator.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Who is inside an instance, as far as the ledger and the pods tell. */
final class Inside {
    /**
     * Seats of an instance that has had no Ready pod for this long are nobody's: no World's
     * reconnectWindow is longer. The ledger itself leaves them to the instance's next host.
     */
    static final Duration SEATS_VOID_AFTER = Duration.ofMinutes(10);

    private final Demand demand;
    private final Fleet fleet;
    private final Map<Integer, Instant> lastReady;
    private final Instant now;

    Inside(Observation observation, Fleet fleet) {
        this.demand = observation.demand();
        this.fleet = fleet;
        this.lastReady = observation.lastReady();
        this.now = observation.now();
    }

    /** What the ledger says of an instance, if it answers and knows its present pod. */
    Optional<Demand.Instance> known(Fleet.Shard shard) {
        return instance(shard.ordinal())
                .filter(Demand.Instance::reported)
                .filter(instance ->
                        shard.live()
                                .map(PodView::uid)
                                .filter(instance.podUid()::equals)
                                .isPresent());
    }

    /** Seats that somebody has or is promised; 0 where the ledger says nothing. */
    int taken(int ordinal) {
        int taken = instance(ordinal).map(Demand.Instance::taken).orElse(0);
        return taken > 0 && isVoid(ordinal) ? 0 : taken;
    }

    /**
     * True if the ledger speaks for the instances that have lost their pod, too: it answers, and
     * every Ready one has reported to it, so that it has not just lost its data.
     */
    boolean isComplete() {
        return switch (demand) {
            case Demand.Unreachable unreachable -> false;
            case Demand.Known known ->
                    fleet.shards().values().stream()
                            .filter(Fleet.Shard::ready)
                            .allMatch(shard ->
                                    instance(shard.ordinal())
                                            .map(Demand.Instance::reported)
                                            .orElse(true));
        };
    }

    /**
     * True if nobody can be inside an instance that has a live pod which is not Ready: its process
     * never ran, or was never Ready, or tells the ledger itself. One that was Ready and is silent
     * may have frozen with its players.
     */
    boolean isSurelyEmpty(Fleet.Shard shard) {
        if (demand instanceof Demand.Unreachable || taken(shard.ordinal()) > 0) {
            return false;
        }
        return known(shard).isPresent() || shard.live().filter(pod -> !pod.wasReady()).isPresent();
    }

    private boolean isVoid(int ordinal) {
        Fleet.Shard shard = fleet.shards().get(ordinal);
        if (shard != null && (shard.ready() || known(shard).isPresent())) {
            return false;
        }
        Instant last = lastReady.get(ordinal);
        return last != null && !last.plus(SEATS_VOID_AFTER).isAfter(now);
    }

    private Optional<Demand.Instance> instance(int ordinal) {
        return switch (demand) {
            case Demand.Unreachable unreachable -> Optional.empty();
            case Demand.Known known -> Optional.ofNullable(known.instances().get(ordinal));
        };
    }
}
