package otherworld.operator.page;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import otherworld.base.WorldId;
import otherworld.crds.World;
import otherworld.fleet.v1.SeatDecisionsResponse;
import otherworld.operator.decisions.Decision;
import otherworld.operator.decisions.DecisionBook;
import otherworld.operator.decisions.Figures;

/** What the page may know of the operator. Thread-safe. */
public interface FleetView {
    /** Whether this replica works; another one knows nothing of decisions. */
    boolean leads();

    /** The pod of the replica that works, as far as was heard. */
    Optional<String> leader();

    /** Every World that the operator sees, also those that cannot be read. */
    List<World> worlds();

    /** What the World's latest plan was made from. */
    Optional<DecisionBook.Seen> seen(World world);

    /** The World in numbers, as of its latest plan. */
    default Figures figures(World world) {
        return seen(world).map(DecisionBook.Seen::figures).orElse(Figures.NONE);
    }

    /** The newest first. */
    List<Decision> decisions(World world);

    /** Of Worlds by their uids, the newest first. */
    List<Map.Entry<String, Decision>> decisions(Collection<String> uids, int most);

    /** Why players' demand is not known; empty if it is. */
    Optional<String> trouble();

    /**
     * What was decided about players; blocks for at most 2 s.
     *
     * @param player of this one alone; empty: of all
     * @throws io.grpc.StatusRuntimeException if the matchmaker does not answer
     */
    SeatDecisionsResponse seatDecisions(WorldId world, String player);
}
