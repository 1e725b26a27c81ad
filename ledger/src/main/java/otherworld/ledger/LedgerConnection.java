package otherworld.ledger;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import otherworld.base.WorldId;

/**
 * The ledger's way to Redis, shared by all callers: scripts go in batches, other commands are
 * pipelined. Calls answer or throw as {@link RedisLink}'s do. Thread-safe.
 */
final class LedgerConnection implements AutoCloseable {
    private final RedisLink<String> link;
    private final Supplier<String> nowUs;
    // A name for the World's next incarnation, should this call find it wiped. Random once: a
    // SecureRandom in every call would cost more than the call's arguments.
    private final String uniquePrefix = UUID.randomUUID() + "-";
    private final AtomicLong unique = new AtomicLong();

    /**
     * @param nowUs the time in microseconds, or {@code ""} for the server's clock, which all
     *     replicas share
     */
    LedgerConnection(RedisSettings settings, Supplier<String> nowUs) {
        this.link = new RedisLink<>(settings, StringCodec.UTF8);
        this.nowUs = nowUs;
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
        RedisLink.Open<String> open = link.open();
        open.batches(key).send(command);
        return link.await(open, command);
    }

    /** Runs one command. */
    <T> T await(Function<RedisClusterAsyncCommands<String, String>, RedisFuture<T>> command) {
        return link.call(command);
    }

    /** Runs one command on each primary. */
    <T> Map<String, T> each(
            Function<RedisClusterAsyncCommands<String, String>, RedisFuture<T>> command) {
        return link.callEach(command);
    }

    /** A key {@code ow:{probe-n}} on each primary. */
    List<String> probes() {
        return link.oneKeyEach(n -> "ow:{probe-" + n + "}");
    }

    /** A connection of its own for pub/sub. */
    StatefulRedisPubSubConnection<String, String> subscribe() {
        return link.subscribe();
    }

    String address() {
        return link.address();
    }

    @Override
    public void close() {
        link.close();
    }
}
