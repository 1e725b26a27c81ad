package otherworld.ledger;

import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.WorldId;

/** {@link SeatLedger} in Redis. */
public final class RedisSeatLedger implements SeatLedger {
    private static final String WORLDS = "ow:worlds";
    private static final String DEMAND = "ow:demand";
    private static final String ORIGIN = "ow:origin";
    private static final Duration PROBE_LIFE = Duration.ofSeconds(60);

    /** All that a script of the ledger needs to be allowed. */
    private static final String PROBE =
            "redis.call('SET', KEYS[1], '1', 'EX', '60') redis.call('PUBLISH', ARGV[1], '-') return 1";

    /** How long after a loss what is absent may still be written again. */
    private static final Duration YOUNG = Duration.ofSeconds(60);

    /** What the key of players has of one: {@code ordinal seat generation}. */
    private static final Pattern SEAT = Pattern.compile("(\\d{1,5}) ");

    private final LedgerConnection redis;
    private final int maxWaiting;
    private final Supplier<String> nowUs;
    private volatile String origin = "";
    private volatile long wipedNs;

    /** Worlds this process wrote: one of them that the ledger does not know is a loss. */
    private final Set<WorldId> written = ConcurrentHashMap.newKeySet();

    RedisSeatLedger(RedisSettings settings, int maxWaiting, Supplier<String> nowUs) {
        redis = new LedgerConnection(settings, nowUs);
        this.nowUs = nowUs;
        this.maxWaiting = maxWaiting;
    }

    /**
     * Does not wait for Redis: until it answers, calls throw {@link LedgerUnavailable}.
     *
     * @param maxWaiting most parties that may wait for one World
     */
    public static RedisSeatLedger connect(RedisSettings settings, int maxWaiting) {
        return new RedisSeatLedger(settings, maxWaiting, () -> "");
    }

    /** As {@link #connect(RedisSettings, int)}, where a URL says all. */
    public static RedisSeatLedger connect(String url, int maxWaiting) {
        return connect(RedisSettings.of(url), maxWaiting);
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
        List<String> foreign = new ArrayList<>();
        for (String id : healed(WORLDS, commands -> commands.smembers(WORLDS))) {
            worldId(id).ifPresentOrElse(worlds::add, () -> foreign.add(id));
        }
        if (!foreign.isEmpty()) {
            redis.await(commands -> commands.srem(WORLDS, foreign.toArray(String[]::new)));
        }
        return worlds;
    }

    private static Optional<WorldId> worldId(String text) {
        try {
            return Optional.of(new WorldId(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A key of another type is none of ours: deleted, it is a loss, which is looked for anyway. */
    private <T> T healed(
            String key,
            Function<RedisClusterAsyncCommands<String, String>, RedisFuture<T>> command) {
        try {
            return redis.await(command);
        } catch (LedgerUnavailable e) {
            if (!String.valueOf(e.getMessage()).contains("WRONGTYPE")) {
                throw e;
            }
            redis.await(commands -> commands.del(key));
            return redis.await(command);
        }
    }

    @Override
    public String putWorld(WorldPolicy policy) {
        // On another Cluster slot than the World's keys, so a command of its own; first, so that no
        // World has keys and is not in the list.
        healed(WORLDS, commands -> commands.sadd(WORLDS, policy.world().value()));
        return redis.text(
                Script.WORLD,
                policy.world(),
                List.of(
                        written.add(policy.world()) ? "new" : "again",
                        "capacity",
                        Integer.toString(policy.live().capacity()),
                        "spareSeats",
                        Integer.toString(policy.spareSeats()),
                        "maxInstances",
                        Integer.toString(policy.maxInstances()),
                        "placement",
                        policy.placement().name(),
                        "reconnectWindowMs",
                        Long.toString(policy.live().reconnectWindow().toMillis()),
                        "permissions",
                        policy.live().permissions().encode(),
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
        healed(WORLDS, commands -> commands.srem(WORLDS, world.value()));
    }

    @Override
    public Subscription subscribe(Consumer<WorldId> onChange) {
        StatefulRedisPubSubConnection<String, String> connection = redis.subscribe();
        connection.addListener(
                new RedisPubSubAdapter<String, String>() {
                    @Override
                    public void message(String channel, String world) {
                        worldId(world).ifPresent(onChange); // a probe names none
                    }
                });
        try {
            connection.sync().subscribe(DEMAND);
        } catch (RedisException e) {
            connection.close();
            throw LedgerUnavailable.of(redis.address(), e);
        }
        return new Subscription() {
            @Override
            public boolean isOpen() {
                return connection.isOpen();
            }

            @Override
            public void close() {
                connection.close();
            }
        };
    }

    @Override
    public void probe() {
        for (String key : redis.probes()) {
            redis.await(commands -> commands.set(key, "1", SetArgs.Builder.ex(PROBE_LIFE)));
            redis.await(commands ->
                    commands.eval(PROBE, ScriptOutputType.INTEGER, new String[] {key}, DEMAND));
        }
        redis.await(commands ->
                commands.set(ORIGIN, UUID.randomUUID().toString(), SetArgs.Builder.nx()));
        String now = healed(ORIGIN, commands -> commands.get(ORIGIN));
        if (now != null && !now.equals(origin)) {
            wipedNs = origin.isEmpty() ? 0 : System.nanoTime();
            origin = now;
        }
    }

    @Override
    public Absence absence(WorldId world) {
        String key = "ow:{" + world + "}:world";
        boolean listed = healed(WORLDS, commands -> commands.sismember(WORLDS, world.value()));
        boolean there = redis.await(commands -> commands.exists(key)) == 1;
        // A World that was deleted and is retained is listed, and its key is there without a
        // policy.
        boolean lost = listed && (!there || lostLately(key));
        boolean wiped = wipedNs != 0 && System.nanoTime() - wipedNs < YOUNG.toNanos();
        return lost || wiped ? Absence.NOT_KNOWN_YET : Absence.NO_SUCH_WORLD;
    }

    private boolean lostLately(String key) {
        String lossMs = redis.await(commands -> commands.hget(key, "lossMs"));
        if (lossMs == null || !lossMs.matches("\\d{1,15}")) {
            return false;
        }
        String us = nowUs.get();
        long nowMs =
                us.isEmpty()
                        ? Long.parseLong(redis.await(RedisClusterAsyncCommands::time).get(0))
                                * 1_000
                        : Long.parseLong(us) / 1_000;
        return nowMs - Long.parseLong(lossMs) < YOUNG.toMillis();
    }

    @Override
    public List<RedisWarning> inspect() {
        return RedisInspection.of(redis);
    }

    @Override
    public void note(WorldId world, List<String> lines) {
        String key = notesKey(world);
        healed(key, commands -> commands.lpush(key, lines.toArray(String[]::new)));
        redis.await(commands -> commands.ltrim(key, 0, MOST_NOTES - 1));
        redis.await(commands -> commands.expire(key, NOTES_LIFE));
    }

    @Override
    public List<String> notes(WorldId world) {
        String key = notesKey(world);
        return healed(key, commands -> commands.lrange(key, 0, MOST_NOTES - 1));
    }

    private static String notesKey(WorldId world) {
        return "ow:{" + world + "}:notes";
    }

    @Override
    public OptionalInt instanceOf(WorldId world, PlayerId player) {
        // A key of another type is the scripts' to heal.
        String seat =
                redis.await(commands -> commands.hget("ow:{" + world + "}:player", player.value()));
        Matcher ordinal = SEAT.matcher(seat == null ? "" : seat);
        return ordinal.lookingAt()
                ? OptionalInt.of(Integer.parseInt(ordinal.group(1)))
                : OptionalInt.empty();
    }

    @Override
    public void close() {
        redis.close();
    }
}
