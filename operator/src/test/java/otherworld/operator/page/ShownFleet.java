package otherworld.operator.page;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import otherworld.base.WorldId;
import otherworld.crds.World;
import otherworld.crds.WorldCondition;
import otherworld.crds.WorldStatus;
import otherworld.fleet.v1.SeatDecisionsResponse;
import otherworld.operator.decisions.Decision;
import otherworld.operator.decisions.DecisionBook;
import otherworld.operator.plan.Demand;
import otherworld.operator.plan.Observation;
import otherworld.operator.plan.Planner;
import otherworld.operator.plan.PodView;
import otherworld.operator.plan.Policy;

/** A fleet of any size, planned by the operator's own planner, for what shows it. */
final class ShownFleet implements FleetView {
    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    final DecisionBook book = new DecisionBook(() -> NOW);
    final AtomicInteger lookedAt = new AtomicInteger();
    final Map<String, SeatDecisionsResponse> seats = new HashMap<>();
    private final List<World> worlds = new ArrayList<>();
    volatile boolean leads = true;
    volatile Optional<String> trouble = Optional.empty();

    World add(String namespace, String name, int capacity, int max) {
        World world =
                Serialization.unmarshal(
                        """
                        apiVersion: otherworld.dev/v1alpha1
                        kind: World
                        metadata: {name: plaza}
                        spec: {capacity: %d, instances: {min: 1, max: %d, spareSeats: 10, idleAfter: 5m}}
                        """
                                .formatted(capacity, max),
                        World.class);
        world.setMetadata(
                new ObjectMetaBuilder()
                        .withNamespace(namespace)
                        .withName(name)
                        .withUid("uid-of-" + namespace + name)
                        .withGeneration(1L)
                        .build());
        worlds.add(world);
        return world;
    }

    static void condition(World world, String type, boolean holds, String reason, String message) {
        List<WorldCondition> conditions = new ArrayList<>();
        if (world.getStatus() != null) {
            conditions.addAll(world.getStatus().conditions());
        }
        conditions.add(
                new WorldCondition(
                        type,
                        holds ? WorldCondition.Status.True : WorldCondition.Status.False,
                        reason,
                        message,
                        "2026-01-01T11:00:00Z",
                        1L));
        world.setStatus(new WorldStatus(conditions, 1L, null, null, null, null, null, null, null));
    }

    static PodView pod(World world, int ordinal, PodView.Phase phase) {
        String name = "%s-%d-0".formatted(world.getMetadata().getName(), ordinal);
        return new PodView(
                name,
                "uid-" + name,
                ordinal,
                0,
                0,
                0,
                20_000,
                phase,
                NOW.minus(Duration.ofSeconds(5)),
                Optional.of(NOW.minus(Duration.ofSeconds(4))),
                Optional.empty(),
                "r1",
                Optional.empty(),
                Optional.empty(),
                false,
                PodView.End.FAULT);
    }

    /** Ready instances with so many players each, as the ledger tells it. */
    void run(World world, int instances, int players) {
        List<PodView> pods = new ArrayList<>();
        Map<Integer, Demand.Instance> inside = new HashMap<>();
        int capacity = world.getSpec().capacity();
        for (int ordinal = 0; ordinal < instances; ordinal++) {
            PodView pod = pod(world, ordinal, PodView.Phase.READY);
            pods.add(pod);
            inside.put(
                    ordinal,
                    new Demand.Instance(
                            true,
                            pod.uid(),
                            players,
                            0,
                            0,
                            capacity - players,
                            Duration.ZERO,
                            Optional.empty()));
        }
        plan(world, pods, new Demand.Known(inside, Set.of(), 0, 0));
    }

    void plan(World world, List<PodView> pods, Demand demand) {
        Policy policy =
                new Policy(
                        world.getMetadata().getName(),
                        world.getSpec().capacity(),
                        1,
                        world.getSpec().instances().max(),
                        0,
                        10,
                        Duration.ofMinutes(5),
                        1,
                        "r1");
        Observation observation =
                new Observation(policy, pods, Map.of(), demand, Optional.empty(), Map.of(), NOW);
        book.planned(world, observation, Planner.plan(observation));
    }

    @Override
    public boolean leads() {
        return leads;
    }

    @Override
    public Optional<String> leader() {
        return Optional.of("operator-7");
    }

    @Override
    public List<World> worlds() {
        lookedAt.incrementAndGet();
        return List.copyOf(worlds);
    }

    @Override
    public Optional<DecisionBook.Seen> seen(World world) {
        return book.seen(world);
    }

    @Override
    public List<Decision> decisions(World world) {
        return book.of(world);
    }

    @Override
    public List<Map.Entry<String, Decision>> decisions(Collection<String> uids, int most) {
        return book.newest(uids, most);
    }

    @Override
    public Optional<String> trouble() {
        return trouble;
    }

    @Override
    public SeatDecisionsResponse seatDecisions(WorldId world, String player) {
        @Nullable SeatDecisionsResponse all = seats.get(world.value());
        if (all == null) {
            throw Status.UNAVAILABLE.asRuntimeException();
        }
        if (player.isEmpty()) {
            return all;
        }
        SeatDecisionsResponse.Builder own = SeatDecisionsResponse.newBuilder();
        all.getDecisionsList().stream()
                .filter(it -> it.getPlayer().equals(player))
                .forEach(own::addDecisions);
        return own.setHasSeat(own.getDecisionsCount() > 0).setInstance(0).build();
    }
}
