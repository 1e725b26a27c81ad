package otherworld.matchmaker.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.PlayerId;
import otherworld.base.WorldId;
import otherworld.fleet.v1.Cordon;
import otherworld.fleet.v1.FleetSnapshot;
import otherworld.fleet.v1.FromOperator;
import otherworld.fleet.v1.Host;
import otherworld.fleet.v1.HostRef;
import otherworld.fleet.v1.Placement;
import otherworld.fleet.v1.Uncordon;
import otherworld.fleet.v1.Who;
import otherworld.fleet.v1.World;
import otherworld.ledger.InstanceHost;
import otherworld.ledger.LedgerUnavailable;
import otherworld.ledger.SeatLedger;
import otherworld.ledger.WorldPolicy;

/**
 * The fleet as one operator stream told it, kept so that it can be written to the ledger again
 * after an outage or a wipe. Not thread-safe: {@link FleetStream} guards it.
 *
 * <p>Messages that name no valid World, instance or pod are an {@link IllegalArgumentException}.
 */
final class Fleet {
    private static final Logger log = LoggerFactory.getLogger(Fleet.class);

    /** Numbers alone: whoever dials it must not have to ask anybody else. */
    private static final Pattern ADDRESS =
            Pattern.compile("(([0-9.]{7,15}|\\[[0-9A-Fa-f:.]{2,45}]):[0-9]{1,5})?");

    private final SeatLedger ledger;
    private final LongSupplier nanoClock;
    private final Map<WorldId, WorldPolicy> worlds = new HashMap<>();
    private final Map<WorldId, Map<HostKey, InstanceHost>> hosts = new HashMap<>();
    private final Map<InstanceId, HeldCordon> cordons = new HashMap<>();
    // Ended by the operator and not yet in the ledger: tokens.
    private final Map<InstanceId, String> uncordons = new HashMap<>();
    // Of each World, the incarnation that has all of the above; none: it must be written.
    private final Map<WorldId, String> written = new HashMap<>();
    private boolean listWritten;
    // Whose Worlds the operator tells of; empty: all.
    private Set<String> namespaces = Set.of();

    private record HostKey(int ordinal, String podUid) {}

    private record HeldCordon(String token, long untilNs) {}

    Fleet(SeatLedger ledger, LongSupplier nanoClock) {
        this.ledger = ledger;
        this.nanoClock = nanoClock;
    }

    Set<WorldId> worlds() {
        return Set.copyOf(worlds.keySet());
    }

    /**
     * Takes the snapshot in place of all that was known; {@link #write} brings it to the ledger.
     */
    void replace(FleetSnapshot snapshot) {
        worlds.clear();
        hosts.clear();
        cordons.clear();
        uncordons.clear();
        written.clear();
        listWritten = false;
        namespaces = Set.copyOf(snapshot.getNamespacesList());
        snapshot.getWorldsList().forEach(world -> orLeaveOut(() -> put(policy(world))));
        snapshot.getHostsList().forEach(host -> orLeaveOut(() -> put(host)));
        snapshot.getCordonsList().forEach(cordon -> orLeaveOut(() -> put(cordon)));
    }

    // What names nothing valid concerns itself alone: the other Worlds of the stream go on.
    private static void orLeaveOut(Runnable put) {
        try {
            put.run();
        } catch (IllegalArgumentException e) {
            log.warn("Left out of an operator's snapshot: {}", e.getMessage());
        }
    }

    /**
     * Takes one delta and brings it to the ledger.
     *
     * @throws LedgerUnavailable if it was only remembered
     */
    void apply(FromOperator message) {
        switch (message.getBodyCase()) {
            case WORLD -> apply(policy(message.getWorld()));
            case WORLD_REMOVED -> remove(new WorldId(message.getWorldRemoved().getId()));
            case HOST -> apply(message.getHost());
            case HOST_REMOVED -> apply(message.getHostRemoved());
            case CORDON -> apply(message.getCordon());
            case UNCORDON -> apply(message.getUncordon());
            case SNAPSHOT, BODY_NOT_SET ->
                    throw new IllegalArgumentException(
                            "message %d has no delta that this version knows"
                                    .formatted(message.getSequence()));
        }
    }

    private void apply(WorldPolicy policy) {
        put(policy);
        unlessWritten(policy.world(), () -> ledger.putWorld(policy));
    }

    private void apply(Host host) {
        WorldId world = put(host);
        unlessWritten(world, () -> ledger.putHost(world, host(host)));
    }

    private void apply(HostRef host) {
        InstanceId instance = new InstanceId(new WorldId(host.getWorldId()), host.getOrdinal());
        Map<HostKey, InstanceHost> ofWorld = hosts.get(instance.world());
        if (ofWorld != null) {
            ofWorld.remove(new HostKey(instance.ordinal(), host.getPodUid()));
        }
        unlessWritten(instance.world(), () -> ledger.removeHost(instance, host.getPodUid()));
    }

    private void apply(Cordon cordon) {
        InstanceId instance = put(cordon);
        unlessWritten(
                instance.world(),
                () ->
                        ledger.cordon(
                                instance, cordon.getToken(), Duration.ofMillis(cordon.getTtlMs())));
    }

    private void apply(Uncordon uncordon) {
        InstanceId instance =
                new InstanceId(new WorldId(uncordon.getWorldId()), uncordon.getOrdinal());
        HeldCordon held = cordons.get(instance);
        if (held != null && held.token().equals(uncordon.getToken())) {
            cordons.remove(instance);
        }
        // Kept until the ledger has it: left to time out, the instance would stay closed for long.
        uncordons.put(instance, uncordon.getToken());
        unlessWritten(
                instance.world(),
                () -> {
                    String incarnation = ledger.uncordon(instance, uncordon.getToken());
                    uncordons.remove(instance, uncordon.getToken());
                    return incarnation;
                });
    }

    private void remove(WorldId world) {
        worlds.remove(world);
        hosts.remove(world);
        cordons.keySet().removeIf(instance -> instance.world().equals(world));
        uncordons.keySet().removeIf(instance -> instance.world().equals(world));
        written.remove(world);
        listWritten = false;
        ledger.retire(world);
        listWritten = true;
    }

    /** Makes a change of a World, or all of it if the ledger does not have it yet. */
    private void unlessWritten(WorldId world, java.util.function.Supplier<String> change) {
        String before = written.remove(world);
        if (before == null) {
            write(world);
            return;
        }
        String now = change.get();
        if (now.equals(before)) {
            written.put(world, now);
        } else {
            write(world);
        }
    }

    /** The ledger was seen with this incarnation: if it is not the one written to, it was wiped. */
    void seen(WorldId world, String incarnation) {
        String before = written.get(world);
        if (before != null && !before.equals(incarnation)) {
            written.remove(world);
        }
    }

    /** A World that the ledger's list has lost must be written again. */
    void listed(Set<WorldId> listed) {
        written.keySet().retainAll(listed);
    }

    /**
     * Writes what the ledger does not have; most times nothing.
     *
     * @return whether anything was written
     * @throws LedgerUnavailable if some is left to write
     */
    boolean write() {
        boolean any = false;
        for (WorldId world : worlds()) {
            if (!written.containsKey(world)) {
                write(world);
                any = true;
            }
        }
        if (!listWritten) {
            for (WorldId world : ledger.worlds()) {
                if (!worlds.containsKey(world) && isOurs(world)) {
                    ledger.retire(world);
                }
            }
            listWritten = true;
            any = true;
        }
        return any;
    }

    /** Another operator may look after other namespaces through the same ledger. */
    private boolean isOurs(WorldId world) {
        return namespaces.isEmpty()
                || ledger.read(world)
                        .policy()
                        .map(WorldPolicy::namespace)
                        .filter(namespaces::contains)
                        .isPresent();
    }

    private void write(WorldId world) {
        WorldPolicy policy = worlds.get(world);
        if (policy == null) {
            return; // a host or cordon of a World that is still to come, or gone
        }
        String incarnation = ledger.putWorld(policy);
        for (Map.Entry<InstanceId, String> entry : Map.copyOf(uncordons).entrySet()) {
            if (entry.getKey().world().equals(world)) {
                ledger.uncordon(entry.getKey(), entry.getValue());
                uncordons.remove(entry.getKey());
            }
        }
        long now = nanoClock.getAsLong();
        cordons.values().removeIf(held -> held.untilNs() - now <= 0);
        for (Map.Entry<InstanceId, HeldCordon> entry : new ArrayList<>(cordons.entrySet())) {
            if (entry.getKey().world().equals(world)) {
                ledger.cordon(
                        entry.getKey(),
                        entry.getValue().token(),
                        Duration.ofNanos(entry.getValue().untilNs() - now));
            }
        }
        // After the cordons: with its host an instance is open.
        ledger.syncHosts(
                world,
                List.copyOf(Optional.ofNullable(hosts.get(world)).orElse(Map.of()).values()));
        written.put(world, incarnation);
    }

    private void put(WorldPolicy policy) {
        worlds.put(policy.world(), policy);
    }

    private WorldId put(Host host) {
        WorldId world = new WorldId(host.getWorldId());
        InstanceHost told = host(host);
        hosts.computeIfAbsent(world, _ -> new HashMap<>())
                .put(new HostKey(told.ordinal(), told.podUid()), told);
        return world;
    }

    private InstanceId put(Cordon cordon) {
        InstanceId instance = new InstanceId(new WorldId(cordon.getWorldId()), cordon.getOrdinal());
        uncordons.remove(instance, cordon.getToken());
        cordons.put(
                instance,
                new HeldCordon(
                        cordon.getToken(),
                        nanoClock.getAsLong() + Duration.ofMillis(cordon.getTtlMs()).toNanos()));
        return instance;
    }

    private static WorldPolicy policy(World world) {
        LivePolicy live;
        try {
            live =
                    new LivePolicy(
                            world.getCapacity(),
                            Duration.ofMillis(world.getReconnectWindowMs()),
                            world.hasPermissions()
                                    ? permissions(world.getPermissions())
                                    : Permissions.OPEN);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "World %s: %s".formatted(world.getId(), e.getMessage()), e);
        }
        return new WorldPolicy(
                new WorldId(world.getId()),
                live,
                world.getSpareSeats(),
                world.getMaxInstances(),
                world.getPlacement() == Placement.SPREAD
                        ? WorldPolicy.Placement.SPREAD
                        : WorldPolicy.Placement.PACKED,
                world.getNamespace(),
                world.getName());
    }

    private static Permissions permissions(otherworld.fleet.v1.Permissions told) {
        return new Permissions(
                who(told.getBuild()),
                who(told.getChangeOthers()),
                Set.copyOf(told.getGroupsList()),
                told.getPlayersList().stream().map(PlayerId::new).collect(Collectors.toSet()));
    }

    /** What an operator says that this version does not know allows nobody anything. */
    private static Permissions.Who who(Who who) {
        return switch (who) {
            case EVERYONE -> Permissions.Who.EVERYONE;
            case MEMBERS -> Permissions.Who.MEMBERS;
            case NOBODY, WHO_UNSPECIFIED, UNRECOGNIZED -> Permissions.Who.NOBODY;
        };
    }

    private static InstanceHost host(Host host) {
        if (host.getOrdinal() < 0
                || host.getOrdinal() > InstanceId.MAX_ORDINAL
                || host.getPodUid().isEmpty()
                || host.getEndpointsList().stream().anyMatch(url -> url.indexOf('\n') >= 0)
                || !ADDRESS.matcher(host.getAddress()).matches()) {
            throw new IllegalArgumentException(
                    "Host %s of %s/%d needs an ordinal of 0 to %d, a pod UID, endpoints without line breaks, and an address such as 10.0.0.7:20001 if any"
                            .formatted(
                                    host.getPodName(),
                                    host.getWorldId(),
                                    host.getOrdinal(),
                                    InstanceId.MAX_ORDINAL));
        }
        return new InstanceHost(
                host.getOrdinal(),
                host.getPodName(),
                host.getPodUid(),
                List.copyOf(host.getEndpointsList()),
                host.getAddress(),
                switch (host.getPhase()) {
                    case READY -> InstanceHost.Phase.READY;
                    case STOPPING -> InstanceHost.Phase.STOPPING;
                    case STARTING, HOST_PHASE_UNSPECIFIED, UNRECOGNIZED ->
                            InstanceHost.Phase.STARTING;
                });
    }
}
