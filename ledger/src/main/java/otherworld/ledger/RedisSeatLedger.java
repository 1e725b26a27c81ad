package otherworld.ledger;

import io.lettuce.core.RedisException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.WorldId;

/** {@link SeatLedger} in Redis. */
public final class RedisSeatLedger implements SeatLedger {
    private static final String WORLDS = "ow:worlds";
    private static final String DEMAND = "ow:demand";

    private final LedgerConnection redis;
    private final int maxWaiting;

    /** Worlds this process wrote: one of them that the ledger does not know is a loss. */
    private final Set<WorldId> written = ConcurrentHashMap.newKeySet();

    RedisSeatLedger(String url, int maxWaiting, Supplier<String> nowUs) {
        redis = new LedgerConnection(url, nowUs);
        this.maxWaiting = maxWaiting;
    }

    /**
     * Does not wait for Redis: until it answers, calls throw {@link LedgerUnavailable}.
     *
     * @param url {@code redis://[:password@]host:port}
     * @param maxWaiting most parties that may wait for one World
     * @throws IllegalArgumentException if the URL is not one
     */
    public static RedisSeatLedger connect(String url, int maxWaiting) {
        return new RedisSeatLedger(url, maxWaiting, () -> "");
    }

    @Override
    public Assignment assign(WorldId world, SeatRequest request) {
        List<String> arguments = new ArrayList<>(4 + request.players().size());
        arguments.add(request.requestId());
        arguments.add(Integer.toString(maxWaiting));
        arguments.add(
                request.instance() == SeatRequest.ANY ? "" : Integer.toString(request.instance()));
        StringBuilder avoid = new StringBuilder();
        request.avoid().forEach(ordinal -> avoid.append(' ').append(ordinal));
        arguments.add(avoid.isEmpty() ? "" : avoid.append(' ').toString());
        request.players().forEach(player -> arguments.add(player.value()));
        List<String> reply = redis.strings(Script.ASSIGN, world, arguments);
        return Replies.assignment(world, reply);
    }

    @Override
    public void cancel(WorldId world, String requestId, PlayerId player, int partySize) {
        redis.text(
                Script.CANCEL,
                world,
                List.of(requestId, player.value(), Integer.toString(partySize)));
    }

    @Override
    public Location locate(InstanceId instance, Seat seat, PlayerId player) {
        List<String> reply =
                redis.strings(
                        Script.LOCATE,
                        instance.world(),
                        List.of(
                                Integer.toString(instance.ordinal()),
                                Integer.toString(seat.number()),
                                Long.toString(seat.generation()),
                                player.value()));
        return Replies.location(reply);
    }

    @Override
    public WorldState read(WorldId world) {
        List<Object> reply = redis.list(Script.READ, world, List.of());
        return Replies.world(world, reply);
    }

    @Override
    public Set<WorldId> worlds() {
        Set<WorldId> worlds = new HashSet<>();
        redis.await(commands -> commands.smembers(WORLDS))
                .forEach(id -> worlds.add(new WorldId(id)));
        return worlds;
    }

    @Override
    public String putWorld(WorldPolicy policy) {
        // On another Cluster slot than the World's keys, so a command of its own; first, so that no
        // World has keys and is not in the list.
        redis.await(commands -> commands.sadd(WORLDS, policy.world().value()));
        return redis.text(
                Script.WORLD,
                policy.world(),
                List.of(
                        written.add(policy.world()) ? "new" : "again",
                        "capacity",
                        Integer.toString(policy.capacity()),
                        "spareSeats",
                        Integer.toString(policy.spareSeats()),
                        "maxInstances",
                        Integer.toString(policy.maxInstances()),
                        "placement",
                        policy.placement().name(),
                        "reconnectWindowMs",
                        Long.toString(policy.reconnectWindow().toMillis()),
                        "namespace",
                        policy.namespace(),
                        "name",
                        policy.name()));
    }

    @Override
    public String syncHosts(WorldId world, List<InstanceHost> hosts) {
        return host("sync", world, hosts);
    }

    @Override
    public String putHost(WorldId world, InstanceHost host) {
        return host("put", world, List.of(host));
    }

    private String host(String operation, WorldId world, List<InstanceHost> hosts) {
        List<String> arguments = new ArrayList<>(1 + 3 * hosts.size());
        arguments.add(operation);
        for (InstanceHost host : hosts) {
            arguments.add(Integer.toString(host.ordinal()));
            arguments.add(host.podUid());
            arguments.add(host.encode());
        }
        return redis.text(Script.HOST, world, arguments);
    }

    @Override
    public String removeHost(InstanceId instance, String podUid) {
        return redis.text(
                Script.HOST,
                instance.world(),
                List.of("remove", Integer.toString(instance.ordinal()), podUid, ""));
    }

    @Override
    public String cordon(InstanceId instance, String token, Duration life) {
        return cordon("cordon", instance, token, life);
    }

    @Override
    public String uncordon(InstanceId instance, String token) {
        return cordon("uncordon", instance, token, Duration.ZERO);
    }

    private String cordon(String operation, InstanceId instance, String token, Duration life) {
        return redis.text(
                Script.CORDON,
                instance.world(),
                List.of(
                        operation,
                        Integer.toString(instance.ordinal()),
                        token,
                        Long.toString(life.toMillis())));
    }

    @Override
    public void retire(WorldId world) {
        syncHosts(world, List.of());
        redis.text(Script.WORLD, world, List.of("new", "capacity", ""));
    }

    @Override
    public void forget(WorldId world) {
        written.remove(world);
        redis.text(Script.FORGET, world, List.of());
        redis.await(commands -> commands.srem(WORLDS, world.value()));
    }

    @Override
    public Subscription subscribe(Consumer<WorldId> onChange) {
        StatefulRedisPubSubConnection<String, String> connection = redis.subscribe();
        connection.addListener(
                new RedisPubSubAdapter<String, String>() {
                    @Override
                    public void message(String channel, String world) {
                        onChange.accept(new WorldId(world));
                    }
                });
        try {
            connection.sync().subscribe(DEMAND);
        } catch (RedisException e) {
            connection.close();
            throw new LedgerUnavailable("Could not subscribe to " + DEMAND, e);
        }
        return connection::close;
    }

    @Override
    public Durability durability() {
        try {
            if ("no".equals(setting("appendonly"))) {
                return Durability.NONE;
            }
            return switch (setting("appendfsync")) {
                case "always" -> Durability.ON_DISK;
                case "everysec", "no" -> Durability.LATER;
                default -> Durability.UNKNOWN;
            };
        } catch (LedgerUnavailable e) {
            return Durability.UNKNOWN; // managed servers refuse CONFIG
        }
    }

    private String setting(String name) {
        return redis.await(commands -> commands.configGet(name)).getOrDefault(name, "");
    }

    @Override
    public void close() {
        redis.close();
    }
}
