package otherworld.ledger;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import otherworld.base.WorldId;

/**
 * One connection to Redis, shared by all callers: scripts go in batches, other commands are
 * pipelined, a lost connection comes back by itself. It is first made by the first call, so a
 * process starts without Redis. Every call answers, or throws {@link LedgerUnavailable}, within
 * {@link #TIMEOUT} or little more. Thread-safe.
 */
final class LedgerConnection implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofMillis(500);
    private static final long RETRY_NS = Duration.ofMillis(200).toNanos();
    private static final int MAX_QUEUED = 20_000;

    private final ClientResources resources =
            ClientResources.builder()
                    .ioThreadPoolSize(2)
                    .computationThreadPoolSize(2)
                    .reconnectDelay(
                            Delay.exponential(
                                    Duration.ofMillis(10),
                                    LONGEST_RECONNECT_DELAY,
                                    2,
                                    TimeUnit.MILLISECONDS))
                    .build();
    private final RedisClient client;
    private final String address;
    private final Supplier<String> nowUs;
    // A name for the World's next incarnation, should this call find it wiped. Random once: a
    // SecureRandom in every call would cost more than the call's arguments.
    private final String uniquePrefix = UUID.randomUUID() + "-";
    private final AtomicLong unique = new AtomicLong();
    private final ReentrantLock connecting = new ReentrantLock();
    private volatile @Nullable Open opened;
    // Guarded by `connecting`.
    private @Nullable LedgerUnavailable lastFailure;
    private long lastAttemptNs;

    private record Open(StatefulRedisConnection<String, String> commands, ScriptBatches scripts) {}

    /**
     * @param url {@code redis://[:password@]host:port[/db]} or {@code rediss://…}
     * @param nowUs the time in microseconds, or {@code ""} for the server's clock, which all
     *     replicas share
     * @throws IllegalArgumentException if the URL is not one
     */
    LedgerConnection(String url, Supplier<String> nowUs) {
        RedisURI uri = RedisURI.create(url);
        uri.setTimeout(TIMEOUT);
        this.nowUs = nowUs;
        address = uri.getHost() + ":" + uri.getPort();
        client = RedisClient.create(resources, uri);
        client.setOptions(
                ClientOptions.builder()
                        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                        .requestQueueSize(MAX_QUEUED)
                        .socketOptions(
                                SocketOptions.builder()
                                        .connectTimeout(TIMEOUT)
                                        .tcpNoDelay(true)
                                        .keepAlive(true)
                                        .build())
                        .build());
    }

    /** Runs a script on a World's keys that answers a list of strings. */
    @SuppressWarnings("unchecked") // the scripts are in this package
    List<String> strings(Script script, WorldId world, List<String> arguments) {
        return (List<String>) (List<?>) list(script, world, arguments);
    }

    /** Runs a script that answers a list of strings and lists. */
    List<Object> list(Script script, WorldId world, List<String> arguments) {
        return run(script, () -> new NestedMultiOutput<>(StringCodec.UTF8), world, arguments);
    }

    /** Runs a script that answers a string. */
    String text(Script script, WorldId world, List<String> arguments) {
        return run(script, () -> new ValueOutput<>(StringCodec.UTF8), world, arguments);
    }

    private <T> T run(
            Script script,
            Supplier<CommandOutput<String, String, T>> output,
            WorldId world,
            List<String> arguments) {
        List<String> values = new ArrayList<>(arguments.size() + 2);
        values.add(nowUs.get());
        values.add(script.founds() ? uniquePrefix + unique.incrementAndGet() : "");
        values.addAll(arguments);
        String key = "ow:{" + world + "}:world";
        try {
            return send(CommandType.EVALSHA, output.get(), script.sha(), key, values);
        } catch (RedisNoScriptException e) {
            // A Redis that was restarted or wiped, or the first to call.
            return send(CommandType.EVAL, output.get(), script.text(), key, values);
        }
    }

    private <T> T send(
            CommandType type,
            CommandOutput<String, String, T> output,
            String script,
            String key,
            List<String> values) {
        CommandArgs<String, String> words =
                new CommandArgs<>(StringCodec.UTF8)
                        .addValue(script)
                        .add(1)
                        .addKey(key)
                        .addValues(values);
        AsyncCommand<String, String, T> command =
                new AsyncCommand<>(new Command<>(type, output, words));
        open().scripts().send(command);
        return await(command);
    }

    /** Runs one command. */
    <T> T await(Function<RedisAsyncCommands<String, String>, RedisFuture<T>> command) {
        RedisFuture<T> future;
        try {
            future = command.apply(open().commands().async());
        } catch (RedisException e) {
            throw unavailable(e);
        }
        return await(future);
    }

    private <T> T await(RedisFuture<T> future) {
        try {
            return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new LedgerUnavailable(
                    "Redis at %s did not answer within %d ms"
                            .formatted(address, TIMEOUT.toMillis()),
                    e);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new LedgerUnavailable("Interrupted while waiting for Redis", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RedisNoScriptException unknown) {
                throw unknown;
            }
            throw unavailable(e.getCause() == null ? e : e.getCause());
        }
    }

    /** A connection of its own for pub/sub. */
    StatefulRedisPubSubConnection<String, String> subscribe() {
        try {
            return client.connectPubSub();
        } catch (RedisException e) {
            throw unavailable(e);
        }
    }

    private Open open() {
        Open open = opened;
        if (open != null) {
            return open;
        }
        connecting.lock();
        try {
            open = opened;
            if (open != null) {
                return open;
            }
            // While Redis is away, one caller in a while tries and the others hear at once.
            if (lastFailure != null && System.nanoTime() - lastAttemptNs < RETRY_NS) {
                throw new LedgerUnavailable(message(lastFailure), lastFailure);
            }
            try {
                StatefulRedisConnection<String, String> connection = client.connect();
                opened = open = new Open(connection, new ScriptBatches(connection));
                lastFailure = null;
                return open;
            } catch (RedisException e) {
                lastFailure = unavailable(e);
                lastAttemptNs = System.nanoTime();
                throw lastFailure;
            }
        } finally {
            connecting.unlock();
        }
    }

    private LedgerUnavailable unavailable(Throwable cause) {
        String reason = message(cause);
        if (reason.contains("user_script") || reason.contains("compiling script")) {
            if (!reason.contains("READONLY")
                    && !reason.contains("OOM")
                    && !reason.contains("MISCONF")) {
                throw new IllegalStateException("A ledger script failed: " + reason, cause);
            }
        }
        return new LedgerUnavailable("Redis at %s: %s".formatted(address, reason), cause);
    }

    private static String message(Throwable cause) {
        Throwable root = cause;
        while (root.getMessage() == null && root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message;
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
