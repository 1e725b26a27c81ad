package otherworld.matchmaker.fleet;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import otherworld.base.WorldId;
import otherworld.fleet.v1.CordonState;
import otherworld.fleet.v1.InstanceDemand;
import otherworld.fleet.v1.WorldDemand;
import otherworld.ledger.WorldState;
import otherworld.ledger.WorldState.InstanceState;

/** What a World's ledger means for the operator. Pure. */
final class Demand {
    private Demand() {}

    static WorldDemand of(WorldId world, WorldState state) {
        WorldDemand.Builder demand =
                WorldDemand.newBuilder()
                        .setWorldId(world.value())
                        .setIncarnation(state.incarnation())
                        .addAllWantedOrdinals(state.wanted())
                        .setOldestUnseatedParty(oldestUnseated(state))
                        .setWaitingPlayers(
                                state.oldestParties().stream().mapToInt(size -> size).sum()
                                        + Math.max(
                                                0,
                                                state.waitingParties()
                                                        - state.oldestParties().size()));
        state.instances().stream()
                .sorted(Comparator.comparingInt(InstanceState::ordinal))
                .forEach(instance -> demand.addInstances(of(instance)));
        return demand.build();
    }

    private static InstanceDemand of(InstanceState instance) {
        return InstanceDemand.newBuilder()
                .setOrdinal(instance.ordinal())
                .setKnown(instance.known())
                .setEpoch(instance.epoch())
                .setPodUid(instance.podUid())
                .setOccupied(instance.occupied())
                .setHeld(instance.held())
                .setReserved(instance.reserved())
                .setFree(freeSoon(instance))
                .setIdleMs(instance.known() ? instance.idleMs() : 0)
                .setCordon(
                        switch (instance.cordon()) {
                            case OPEN -> CordonState.OPEN;
                            case REQUESTED -> CordonState.REQUESTED;
                            case CONFIRMED -> CordonState.CONFIRMED;
                        })
                .setCordonToken(instance.cordonToken())
                .setStorage(instance.storage())
                .build();
    }

    /**
     * A pause after a wipe ends by itself in seconds, and an instance that is not Ready is starting
     * or waits for its database: neither is a reason to start more instances.
     */
    private static int freeSoon(InstanceState instance) {
        return switch (instance.closed()) {
            case "", "paused", "not ready" -> instance.free();
            default -> 0;
        };
    }

    /**
     * Seats the waiting parties, oldest first, each in the fullest instance that fits, in what is
     * open, starting, or about to report; the size of the first that does not fit, or 0.
     */
    static int oldestUnseated(WorldState state) {
        int capacity = state.policy().map(policy -> policy.live().capacity()).orElse(0);
        List<Integer> free = new ArrayList<>();
        for (InstanceState instance : state.instances()) {
            int seats = seatsSoon(instance, capacity);
            if (seats > 0) {
                free.add(seats);
            }
        }
        for (int party : state.oldestParties()) {
            int best = -1;
            for (int i = 0; i < free.size(); i++) {
                if (free.get(i) >= party && (best < 0 || free.get(i) < free.get(best))) {
                    best = i;
                }
            }
            if (best < 0) {
                return party;
            }
            free.set(best, free.get(best) - party);
        }
        return 0;
    }

    private static int seatsSoon(InstanceState instance, int capacity) {
        return switch (instance.closed()) {
            case "" -> instance.free();
            case "cordoned", "stopping" -> 0;
            case "silent", "not running" -> instance.starting() ? capacity : 0;
            case "paused" -> instance.free();
            default ->
                    Math.max(
                            0,
                            capacity - instance.occupied() - instance.held() - instance.reserved());
        };
    }

    /** {@code state} without what grows by itself, to tell whether anything happened. */
    static WorldState still(WorldState state) {
        return new WorldState(
                state.incarnation(),
                0,
                state.policy(),
                state.wanted(),
                state.waitingParties(),
                state.oldestParties(),
                state.instances().stream()
                        .sorted(Comparator.comparingInt(InstanceState::ordinal))
                        .map(Demand::still)
                        .toList());
    }

    private static InstanceState still(InstanceState i) {
        return new InstanceState(
                i.ordinal(),
                i.closed(),
                i.epoch(),
                i.podUid(),
                i.occupied(),
                i.held(),
                i.reserved(),
                i.free(),
                i.idleMs() > 0 ? 1 : 0,
                i.cordon(),
                i.cordonToken(),
                i.capacity(),
                i.podName(),
                i.endpoints(),
                i.starting(),
                i.storage());
    }
}
