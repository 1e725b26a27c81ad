package otherworld.operator.observe;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import otherworld.crds.World;
import otherworld.crds.WorldSpec;
import otherworld.fleet.v1.Cordon;
import otherworld.fleet.v1.Host;
import otherworld.fleet.v1.HostPhase;
import otherworld.fleet.v1.Placement;
import otherworld.operator.config.OperatorSettings.Reach;
import otherworld.operator.demand.FleetClient;
import otherworld.operator.demand.FleetPart;
import otherworld.operator.plan.PodView;

/** What the ledger is told of a World, from its spec and pods. */
public final class FleetParts {
    /** An annotation is anybody's text; what is no address is as good as none. */
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._:-]{1,253}");

    private final Reach reach;

    public FleetParts(Reach reach) {
        this.reach = reach;
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
        advertised(pod)
                .or(reach::host)
                .or(() -> Pods.hostIp(pod))
                .ifPresent(name -> host.addAllEndpoints(endpoints(name, view.port())));
        return host.build();
    }

    private static Optional<String> advertised(Pod pod) {
        return Optional.ofNullable(pod.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(Names.ADVERTISED_ADDRESS))
                .filter(name -> ADDRESS.matcher(name).matches());
    }

    /** In the order clients should try them. */
    private List<String> endpoints(String name, int port) {
        String authority = (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
        String play = "ws://%s/v1/play".formatted(authority);
        return reach.webRtc()
                ? List.of("http://%s/v1/webrtc".formatted(authority), play)
                : List.of(play);
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
