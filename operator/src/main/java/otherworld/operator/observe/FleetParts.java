package otherworld.operator.observe;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.net.URI;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import otherworld.base.HostTemplate;
import otherworld.base.Permissions;
import otherworld.base.PlayerId;
import otherworld.crds.World;
import otherworld.crds.WorldSpec;
import otherworld.fleet.v1.Cordon;
import otherworld.fleet.v1.Host;
import otherworld.fleet.v1.HostPhase;
import otherworld.fleet.v1.Placement;
import otherworld.fleet.v1.Who;
import otherworld.operator.config.OperatorSettings.Reach;
import otherworld.operator.demand.FleetClient;
import otherworld.operator.demand.FleetPart;
import otherworld.operator.plan.PodView;

/** What the ledger is told of a World, from its spec and pods. */
public final class FleetParts {
    /** An annotation is anybody's text; what is no address is as good as none. */
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._:-]{1,253}");

    /** Of a World that is being deleted: its instances wait for no successor. */
    private static final String DELETED = "deleted";

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
                        cordon(world, view)
                                .ifPresent(token ->
                                        cordons.put(view.ordinal(), cordon(id, view, token)));
                    });
        }
        return new FleetPart(policy(world), Map.copyOf(hosts), Map.copyOf(cordons));
    }

    private static Optional<String> cordon(World world, PodView view) {
        return world.getMetadata().getDeletionTimestamp() == null
                ? view.cordon().filter(token -> view.live())
                : Optional.of(DELETED);
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
        if (Pods.hostPort(pod).isPresent()) {
            advertised(pod)
                    .or(() -> reach.host().flatMap(template -> host(template, pod)))
                    .or(() -> Pods.hostIp(pod))
                    .ifPresent(name -> host.addAllEndpoints(endpoints(name, view.port(), pod)));
        } else {
            reach.gateway()
                    .ifPresent(url -> host.addAllEndpoints(behind(url, id, view.ordinal(), pod)));
            podIp(pod).ifPresent(ip -> host.setAddress(authority(ip, view.port())));
        }
        return host.build();
    }

    /** Empty until it is known where the pod runs. */
    private static Optional<String> host(HostTemplate template, Pod pod) {
        String node = pod.getSpec().getNodeName();
        Optional<String> ip = Pods.hostIp(pod);
        return template.isOfNode() && (node == null || ip.isEmpty())
                ? Optional.empty()
                : Optional.of(template.of(node == null ? "" : node, ip.orElse("")));
    }

    private static Optional<String> podIp(Pod pod) {
        return Optional.ofNullable(pod.getStatus())
                .map(PodStatus::getPodIP)
                .filter(ip -> !ip.isEmpty());
    }

    /** What the gateway has for an instance; WebRTC only if relays were set up for it. */
    private static List<String> behind(URI gateway, String world, int ordinal, Pod pod) {
        String http = "%s/i/%s/%d".formatted(gateway, world, ordinal);
        String play = "ws" + http.substring("http".length()) + "/v1/play";
        return Pods.hasWebRtcPort(pod) ? List.of(http + "/v1/webrtc", play) : List.of(play);
    }

    private static Optional<String> advertised(Pod pod) {
        return Optional.ofNullable(pod.getMetadata().getAnnotations())
                .map(annotations -> annotations.get(Names.ADVERTISED_ADDRESS))
                .filter(name -> ADDRESS.matcher(name).matches());
    }

    /** In the order clients should try them. */
    private List<String> endpoints(String name, int port, Pod pod) {
        String secure = Pods.hasTls(pod) ? "s" : "";
        String authority = authority(name, port);
        String play = "ws%s://%s/v1/play".formatted(secure, authority);
        return reach.webRtc()
                ? List.of("http%s://%s/v1/webrtc".formatted(secure, authority), play)
                : List.of(play);
    }

    private static String authority(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    private static Cordon cordon(String id, PodView view, String token) {
        return Cordon.newBuilder()
                .setWorldId(id)
                .setOrdinal(view.ordinal())
                .setToken(token)
                .setTtlMs((int) FleetClient.CORDON_TTL.toMillis())
                .build();
    }

    private static otherworld.fleet.v1.Permissions permissions(Permissions permissions) {
        return otherworld.fleet.v1.Permissions.newBuilder()
                .setBuild(who(permissions.build()))
                .setChangeOthers(who(permissions.changeOthers()))
                .addAllGroups(new TreeSet<>(permissions.groups())) // in an order: deltas compare
                .addAllPlayers(
                        permissions.players().stream().map(PlayerId::value).sorted().toList())
                .build();
    }

    private static Who who(Permissions.Who who) {
        return switch (who) {
            case EVERYONE -> Who.EVERYONE;
            case MEMBERS -> Who.MEMBERS;
            case NOBODY -> Who.NOBODY;
        };
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
                .setPermissions(permissions(spec.permissions().policy()))
                .setNamespace(world.getMetadata().getNamespace())
                .setName(world.getMetadata().getName())
                .build();
    }
}
