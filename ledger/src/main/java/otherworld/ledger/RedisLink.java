package otherworld.ledger;

import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to Redis, be it one server, a primary that Sentinels name, or a Cluster. It is first
 * made by the first call, so a process starts without Redis; a lost one comes back by itself; one
 * to a server that was demoted is closed, and the primary looked for again. Every call answers, or
 * throws {@link LedgerUnavailable}, within {@link #TIMEOUT} or little more. Thread-safe.
 */
public final class RedisLink<V> implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisLink.class);
    static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int MOST_TRIES = 4_096;
    private static final long RETRY_NS = Duration.ofMillis(200).toNanos();

    private final RedisClients clients;
    private final RedisCodec<V, V> codec;
    private final ReentrantLock connecting = new ReentrantLock();
    private final Set<StatefulRedisPubSubConnection<?, ?>> subscribed =
            ConcurrentHashMap.newKeySet();
    private volatile @Nullable Open<V> opened;
    // Guarded by `connecting`.
    private @Nullable LedgerUnavailable lastFailure;
    private long lastAttemptNs;
    private boolean closed;

    /** One connection, for as long as it is the right one. */
    record Open<V>(
            StatefulConnection<V, V> connection,
            RedisClusterAsyncCommands<V, V> commands,
            RedisClients.Route<V> route,
            ConcurrentHashMap<String, ScriptBatches<V>> batches) {
        Open(
                StatefulConnection<V, V> connection,
                RedisClusterAsyncCommands<V, V> commands,
                RedisClients.Route<V> route) {
            this(connection, commands, route, new ConcurrentHashMap<>());
        }

        /** Where commands for a key go together with others: one for each node. */
        ScriptBatches<V> batches(String key) {
            return batches.computeIfAbsent(route.node(key), _ -> new ScriptBatches<>(connection));
        }
    }

    public RedisLink(RedisSettings settings, RedisCodec<V, V> codec) {
        this.clients = new RedisClients(settings);
        this.codec = codec;
    }

    /** Sends a command, and waits for its answer. */
    public <T> T call(Function<RedisClusterAsyncCommands<V, V>, RedisFuture<T>> command) {
        Open<V> open = open();
        RedisFuture<T> future;
        try {
            future = command.apply(open.commands());
        } catch (RedisException e) {
            throw failed(open, e);
        }
        return await(open, future);
    }

    /** Sends a command to each primary; the answers by their addresses. */
    <T> Map<String, T> callEach(Function<RedisClusterAsyncCommands<V, V>, RedisFuture<T>> command) {
        Open<V> open = open();
        Map<String, T> answers = new TreeMap<>();
        try {
            open.route()
                    .primaries()
                    .forEach((address, commands) ->
                            answers.put(address, await(open, command.apply(commands))));
        } catch (RedisException e) {
            throw failed(open, e);
        }
        return answers;
    }

    /** Of the keys that {@code name} makes from 0, 1 and so on, one on each primary. */
    List<String> oneKeyEach(IntFunction<String> name) {
        Open<V> open = open();
        int primaries = open.route().primaries().size();
        Map<String, String> byNode = new TreeMap<>();
        for (int n = 0; byNode.size() < primaries && n < MOST_TRIES; n++) {
            byNode.putIfAbsent(open.route().node(name.apply(n)), name.apply(n));
        }
        return List.copyOf(byNode.values());
    }

    /** Waits for what was sent on {@code open}; gives it up in time. */
    <T> T await(Open<V> open, Future<T> future) {
        try {
            return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new LedgerUnavailable(
                    RedisTrouble.NO_ANSWER,
                    "Redis at %s did not answer within %d ms"
                            .formatted(clients.address(), TIMEOUT.toMillis()),
                    e);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new LedgerUnavailable(
                    RedisTrouble.NO_ANSWER, "Interrupted while waiting for Redis", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof io.lettuce.core.RedisNoScriptException unknown) {
                throw unknown;
            }
            throw failed(open, e.getCause() == null ? e : e.getCause());
        }
    }

    /**
     * A connection of its own for pub/sub; not open any more once the primary is another, and to be
     * made again then. In a Cluster any node tells all.
     */
    StatefulRedisPubSubConnection<V, V> subscribe() {
        open(); // finds out what is there
        try {
            StatefulRedisPubSubConnection<V, V> connection = clients.connectPubSub(codec);
            subscribed.removeIf(other -> !other.isOpen());
            subscribed.add(connection);
            return connection;
        } catch (RedisException e) {
            throw LedgerUnavailable.of(clients.address(), e);
        }
    }

    Open<V> open() {
        Open<V> open = opened;
        if (open != null) {
            return open;
        }
        connecting.lock();
        try {
            open = opened;
            if (open != null) {
                return open;
            }
            if (closed) {
                throw new LedgerUnavailable(
                        RedisTrouble.UNREACHABLE,
                        "The connection to Redis was closed",
                        new IllegalStateException("closed"));
            }
            // While Redis is away, one caller in a while tries and the others hear at once.
            if (lastFailure != null && System.nanoTime() - lastAttemptNs < RETRY_NS) {
                throw new LedgerUnavailable(
                        lastFailure.trouble(),
                        String.valueOf(lastFailure.getMessage()),
                        lastFailure);
            }
            try {
                opened = open = clients.connect(codec);
                lastFailure = null;
                return open;
            } catch (RedisException e) {
                lastFailure = LedgerUnavailable.of(clients.address(), e);
                lastAttemptNs = System.nanoTime();
                throw lastFailure;
            }
        } finally {
            connecting.unlock();
        }
    }

    LedgerUnavailable failed(Open<V> open, Throwable cause) {
        LedgerUnavailable failure = LedgerUnavailable.of(clients.address(), cause);
        switch (failure.trouble()) {
            case READ_ONLY, PRIMARY_DOWN -> leave(open, failure);
            case IS_CLUSTER -> {
                clients.recognizedCluster();
                leave(open, failure);
            }
            case SCRIPT -> log.error("A script of the ledger failed", failure);
            case NO_ANSWER, UNREACHABLE, TLS, CREDENTIALS, PERMISSION, TOO_FEW_REPLICAS -> {}
            case OUT_OF_MEMORY, CANNOT_PERSIST, LOADING, BUSY, CLUSTER_DOWN, SLOT_MOVES -> {}
            case TOO_MANY_CLIENTS, OTHER -> {}
        }
        return failure;
    }

    /** The next call connects anew: addresses are looked up, and Sentinels asked, again. */
    private void leave(Open<V> open, LedgerUnavailable why) {
        connecting.lock();
        try {
            Open<V> current = opened;
            if (current == null || !current.connection().equals(open.connection())) {
                return; // others have left it
            }
            log.warn("Leaving Redis: {}", why.getMessage());
            opened = null;
            lastFailure = why;
            lastAttemptNs = System.nanoTime();
        } finally {
            connecting.unlock();
        }
        var _ = open.connection().closeAsync();
        for (StatefulConnection<?, ?> other : subscribed) {
            var _ = other.closeAsync();
        }
        subscribed.clear();
    }

    String address() {
        return clients.address();
    }

    @Override
    public void close() {
        connecting.lock();
        try {
            closed = true;
        } finally {
            connecting.unlock();
        }
        clients.close();
    }
}
