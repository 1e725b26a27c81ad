package otherworld.operator.decisions;

import org.jspecify.annotations.Nullable;
import otherworld.operator.plan.Counts;
import otherworld.operator.plan.Demand;
import otherworld.operator.plan.Observation;
import otherworld.operator.plan.Plan;

/**
 * What a decision rested on, in numbers.
 *
 * @param desired instances that should run
 * @param running instances that have a pod
 * @param players with a taken seat; null while the ledger does not say
 * @param free seats that a player can have now; null while the ledger does not say
 * @param waiting players without a seat
 */
public record Figures(
        int desired,
        int running,
        int ready,
        @Nullable Integer players,
        @Nullable Integer free,
        int waiting) {
    public static final Figures NONE = new Figures(0, 0, 0, null, null, 0);

    static Figures of(Observation observation, Plan plan) {
        Counts counts = Counts.of(observation);
        int waiting =
                observation.demand() instanceof Demand.Known known ? known.waitingPlayers() : 0;
        return new Figures(
                plan.desired(),
                counts.instances(),
                counts.readyInstances(),
                counts.players(),
                counts.freeSeats(),
                waiting);
    }
}
