package otherworld.operator.plan;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The counters of a World's status.
 *
 * @param instances with a live pod
 * @param readyInstances with a Ready pod
 * @param players with a taken seat; held ones count; null while the ledger does not say
 * @param seats of Ready instances that are not closing
 * @param freeSeats of them that a player can have now; null while the ledger does not say
 */
public record Counts(
        int instances,
        int readyInstances,
        @Nullable Integer players,
        int seats,
        @Nullable Integer freeSeats) {

    public static Counts of(Observation observation) {
        Map<Integer, PodView> live = new HashMap<>();
        for (PodView pod : observation.pods()) {
            if (pod.live()) {
                live.merge(pod.ordinal(), pod, (a, b) -> a.attempt() > b.attempt() ? a : b);
            }
        }
        int capacity = observation.policy().capacity();
        int ready = 0;
        int seats = 0;
        for (PodView pod : live.values()) {
            if (pod.phase() != PodView.Phase.READY) {
                continue;
            }
            ready++;
            seats += pod.cordon().isEmpty() ? capacity : 0;
        }
        if (!(observation.demand() instanceof Demand.Known known)) {
            // That it is not known is no number: nought would say that everybody has left.
            return new Counts(live.size(), ready, null, seats, null);
        }
        int players = 0;
        int free = 0;
        for (Map.Entry<Integer, Demand.Instance> each : known.instances().entrySet()) {
            Demand.Instance instance = each.getValue();
            players += instance.occupied() + instance.held();
            PodView pod = live.get(each.getKey());
            boolean assignable =
                    pod != null
                            && pod.phase() == PodView.Phase.READY
                            && pod.cordon().isEmpty()
                            && instance.reported()
                            && instance.podUid().equals(pod.uid());
            free += assignable ? instance.free() : 0;
        }
        return new Counts(live.size(), ready, players, seats, free);
    }
}
