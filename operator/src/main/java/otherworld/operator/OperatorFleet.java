package otherworld.operator;

import io.grpc.Status;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import otherworld.base.WorldId;
import otherworld.crds.World;
import otherworld.fleet.v1.SeatDecisionsResponse;
import otherworld.operator.decisions.Decision;
import otherworld.operator.decisions.DecisionBook;
import otherworld.operator.page.FleetView;
import otherworld.operator.plan.Demand;

/** What the page is shown of a running operator. */
final class OperatorFleet implements FleetView {
    private final Leadership leadership;
    private final Supplier<@Nullable OperatorParts> made;

    /**
     * @param made null until the operator has begun to watch
     */
    OperatorFleet(Leadership leadership, Supplier<@Nullable OperatorParts> made) {
        this.leadership = leadership;
        this.made = made;
    }

    private Optional<OperatorParts> parts() {
        return Optional.ofNullable(made.get());
    }

    @Override
    public boolean leads() {
        return leadership.leads() && parts().isPresent();
    }

    @Override
    public Optional<String> leader() {
        return leadership.leader();
    }

    @Override
    public List<World> worlds() {
        return parts().map(it -> it.everyWorld().get().toList()).orElse(List.of());
    }

    @Override
    public Optional<DecisionBook.Seen> seen(World world) {
        return parts().flatMap(it -> it.decisions().seen(world));
    }

    @Override
    public List<Decision> decisions(World world) {
        return parts().map(it -> it.decisions().of(world)).orElse(List.of());
    }

    @Override
    public List<Map.Entry<String, Decision>> decisions(Collection<String> uids, int most) {
        return parts().map(it -> it.decisions().newest(uids, most)).orElse(List.of());
    }

    @Override
    public Optional<String> trouble() {
        return parts().flatMap(it -> it.fleet().trouble()).map(Demand.Unreachable::message);
    }

    @Override
    public SeatDecisionsResponse seatDecisions(WorldId world, String player) {
        return parts().map(it -> it.fleet().seatDecisions(world, player))
                .orElseThrow(() ->
                        Status.UNAVAILABLE
                                .withDescription("the operator starts")
                                .asRuntimeException());
    }
}
