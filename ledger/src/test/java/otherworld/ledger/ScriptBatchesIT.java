package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import otherworld.local.redis.RedisServer;

/**
 * Batches on a Redis that is asked by many, paused and replaced: nothing is lost or left behind.
 */
class ScriptBatchesIT {
    private static final TimeUnit SECONDS = TimeUnit.SECONDS;
    private static final Duration LONG = Duration.ofSeconds(20);

    private final RedisServer redis = RedisServer.start();
    private final RedisClient client = client(redis.url());
    private final StatefulRedisConnection<String, String> connection = client.connect();
    private final ScriptBatches<String> batches = new ScriptBatches<>(connection);

    @AfterEach
    void close() {
        client.shutdown();
        redis.close();
    }

    @Test
    void everyoneGetsTheirOwnAnswer() throws Exception {
        List<Future<?>> done = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 5_000; i++) {
                String text = "t" + i;
                done.add(
                        threads.submit(
                                () -> assertThat(echo(text).get(20, SECONDS)).isEqualTo(text)));
            }
        }
        for (Future<?> one : done) {
            one.get();
        }
    }

    @Test
    void moreThanABatchCameWhileRedisHungAndWhoGaveUpIsNotSent() throws Exception {
        redis.pause();
        AsyncCommand<String, String, String> first = echo("first");
        List<AsyncCommand<String, String, String>> rest = new ArrayList<>();
        for (int i = 0; i < 3 * ScriptBatches.MOST; i++) {
            rest.add(echo("r" + i));
        }
        AsyncCommand<String, String, String> givenUp = rest.remove(7);
        givenUp.cancel();
        redis.resume();
        assertThat(first.get(20, SECONDS)).isEqualTo("first");
        for (AsyncCommand<String, String, String> one : rest) {
            assertThat(one.get(20, SECONDS)).startsWith("r");
        }
        assertThat(connection.sync().info("commandstats"))
                .as("a cancelled one that had not gone is not sent")
                .contains("cmdstat_echo:calls=" + (1 + rest.size()) + ",");
    }

    @Test
    void aBatchThatEverybodyGaveUpLetsTheNextOneGo() throws Exception {
        redis.pause();
        AsyncCommand<String, String, String> hung = echo("hung");
        AsyncCommand<String, String, String> next = echo("next");
        assertThatThrownBy(() -> hung.get(200, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        assertThat(next.isDone()).isFalse();
        hung.cancel(true);
        redis.resume();
        assertThat(next.get(20, SECONDS)).isEqualTo("next");
        assertThat(echo("after").get(20, SECONDS)).isEqualTo("after");
    }

    @Test
    void anErrorIsAnAnswer() throws Exception {
        AsyncCommand<String, String, String> bad = send(CommandType.EVALSHA, "nonsense", "0");
        assertThatThrownBy(() -> bad.get(20, SECONDS)).hasMessageContaining("NOSCRIPT");
        assertThat(echo("after").get(20, SECONDS)).isEqualTo("after");
    }

    @Test
    void aLostRedisRefusesAtOnceAndIsAskedAgainWhenItIsBack() throws Exception {
        assertThat(echo("before").get(20, SECONDS)).isEqualTo("before");
        redis.kill();
        Awaitility.await().atMost(LONG).until(() -> !connection.isOpen());
        List<AsyncCommand<String, String, String>> refused = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            refused.add(echo("lost"));
        }
        for (AsyncCommand<String, String, String> one : refused) {
            assertThat(one.isDone()).isTrue();
            assertThatThrownBy(() -> one.get(1, SECONDS)).hasMessageContaining("not connected");
        }
        redis.restart();
        Awaitility.await().atMost(LONG).until(connection::isOpen);
        assertThat(echo("after").get(20, SECONDS)).isEqualTo("after");
    }

    /**
     * Lettuce sends it again on the next connection, or refuses it, depending on how far it was.
     */
    @Test
    void whatIsUnderWayWhenRedisDiesEndsAndHoldsUpNobody() throws Exception {
        assertThat(echo("before").get(20, SECONDS)).isEqualTo("before");
        redis.pause();
        List<AsyncCommand<String, String, String>> open = List.of(echo("sent"), echo("queued"));
        redis.kill();
        redis.restart();
        for (AsyncCommand<String, String, String> one : open) {
            Awaitility.await().atMost(LONG).until(one::isDone);
            assertThat(one.isCancelled()).isFalse();
        }
        Awaitility.await().atMost(LONG).until(connection::isOpen);
        assertThat(echo("after").get(20, SECONDS)).isEqualTo("after");
    }

    /** Were its text not the one its SHA-1 is of, each call would send it again. */
    @Test
    void aScriptIsSentOnceAndThenNamed() {
        try (LedgerFixture f = new LedgerFixture(redis.url())) {
            f.policy(4, WorldPolicy.Placement.PACKED);
            f.ask("first", "ann");
            long sent = scriptsSent();
            for (int i = 0; i < 10; i++) {
                f.ask("r" + i, "p" + i);
            }
            assertThat(sent).isPositive();
            assertThat(scriptsSent()).isEqualTo(sent);
        }
    }

    private long scriptsSent() {
        return connection
                .sync()
                .info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_eval:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("^[^=]*calls=(\\d+),.*", "$1")))
                .sum();
    }

    private AsyncCommand<String, String, String> echo(String text) {
        return send(CommandType.ECHO, text);
    }

    private AsyncCommand<String, String, String> send(CommandType type, String... words) {
        CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8);
        for (String word : words) {
            arguments.add(word);
        }
        AsyncCommand<String, String, String> command =
                new AsyncCommand<>(
                        new Command<>(type, new ValueOutput<>(StringCodec.UTF8), arguments));
        batches.send(command);
        return command;
    }

    private static RedisClient client(String url) {
        RedisClient client = RedisClient.create(url);
        client.setOptions(
                ClientOptions.builder()
                        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                        .build());
        return client;
    }
}
