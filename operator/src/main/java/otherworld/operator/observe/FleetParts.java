package otherworld.operator.observe;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import otherworld.crds.World;
import otherworld.crds.WorldSpec;
import otherworld.fleet.v1.Cordon;
import otherworld.fleet.v1.Host;
import otherworld.fleet.v1.HostPhase;
import otherworld.fleet.v1.Placement;
import otherworld.operator.demand.FleetClient;
import otherworld.operator.demand.FleetPart;
import otherworld.operator.plan.PodView;

/** What the ledger is told of a World, from its spec and pods. */
public final class FleetParts {
    private final Optional<String> endpointHost;

    /**
     * @param endpointHost host in endpoint URLs; the pod's hostIP if empty
     */
    public FleetParts(Optional<String> endpointHost) {
        this.endpointHost = endpointHost;
    }

    public FleetPart of(World world, Collection<Pod> pods) {
        Map<String, Host> hosts = new HashMap<>();
        Map<Integer, Cordon> cordons = new HashMap<>();
        String id = world.id().value();
        for (Pod pod : pods) {
            if (!Pods.ownedBy(world, pod)) {
                continue;
            }
            Pods.view(pod)
                    .filter(view -> view.phase() != PodView.Phase.ENDED)
                    .ifPresent(view -> {
                        hosts.put(view.uid(), host(id, view, pod));
                        view.cordon()
                                .filter(token -> view.live())
                                .ifPresent(token ->
                                        cordons.put(view.ordinal(), cordon(id, view, token)));
                    });
        }
        return new FleetPart(policy(world), Map.copyOf(hosts), Map.copyOf(cordons));
    }

    private Host host(String id, PodView view, Pod pod) {
        Host.Builder host =
                Host.newBuilder()
                        .setWorldId(id)
                        .setOrdinal(view.ordinal())
                        .setPodName(view.name())
                        .setPodUid(view.uid())
                        .setPhase(
                                switch (view.phase()) {
                                    case STARTING -> HostPhase.STARTING;
                                    case READY -> HostPhase.READY;
                                    case STOPPING, ENDED -> HostPhase.STOPPING;
                                });
        endpointHost
                .or(() -> Pods.hostIp(pod))
                .map(name -> name.contains(":") ? "[" + name + "]" : name)
                .ifPresent(name ->
                        host.addEndpoints("ws://%s:%d/v1/play".formatted(name, view.port())));
        return host.build();
    }

    private static Cordon cordon(String id, PodView view, String token) {
        return Cordon.newBuilder()
                .setWorldId(id)
                .setOrdinal(view.ordinal())
                .setToken(token)
                .setTtlMs((int) FleetClient.CORDON_TTL.toMillis())
                .build();
    }

    private static otherworld.fleet.v1.World policy(World world) {
        WorldSpec spec = world.getSpec();
        return otherworld.fleet.v1.World.newBuilder()
                .setId(world.id().value())
                .setCapacity(spec.capacity())
                .setSpareSeats(spec.instances().spareSeats())
                .setMaxInstances(spec.instances().max())
                .setPlacement(
                        switch (spec.placement()) {
                            case Packed -> Placement.PACKED;
                            case Spread -> Placement.SPREAD;
                        })
                .setReconnectWindowMs((int) spec.simulation().reconnectWindowDuration().toMillis())
                .setNamespace(world.getMetadata().getNamespace())
                .setName(world.getMetadata().getName())
                .build();
    }
}
