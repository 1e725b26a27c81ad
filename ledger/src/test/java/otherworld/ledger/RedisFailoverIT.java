package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import otherworld.ledger.SeatLedger.Assignment;
import otherworld.ledger.WorldPolicy.Placement;
import otherworld.local.redis.RedisSentinel;
import otherworld.local.redis.RedisServer;

/** Planned failovers: the demoted server lives on as a replica, and nobody must stay with it. */
@Tag("heavy")
class RedisFailoverIT {
    private static final String PASSWORD = "one-for-both";
    private static final Duration LONG = Duration.ofSeconds(30);

    private final RedisServer first = RedisServer.start(PASSWORD, masterAuth());
    private final RedisServer second = RedisServer.start(PASSWORD, masterAuth());

    private static List<String> masterAuth() {
        return List.of("masterauth " + PASSWORD, "repl-diskless-sync-delay 0");
    }

    @BeforeEach
    void replicate() {
        on(second, redis -> redis.replicaof("127.0.0.1", first.port()));
        Awaitility.await()
                .atMost(LONG)
                .until(() -> on(second, r -> r.info("replication")).contains("link_status:up"));
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    /** What a load balancer or a changed DNS name is: the same address, then another server. */
    @Test
    void leavesTheDemotedServerBehindTheSameAddress() throws IOException {
        try (Relay relay = new Relay(first.port());
                LedgerFixture f =
                        new LedgerFixture(
                                "redis://:%s@127.0.0.1:%d".formatted(PASSWORD, relay.port()));
                SeatLedger.Subscription subscription = begin(f)) {
            relay.to(second.port());
            on(second, RedisCommands::replicaofNoOne);
            on(first, redis -> redis.replicaof("127.0.0.1", second.port()));
            goesOn(f);
            Awaitility.await().until(() -> !subscription.isOpen());
            f.seats.subscribe(_ -> {}).close();
        }
    }

    @Test
    void followsTheSentinels() {
        try (RedisSentinel sentinel = RedisSentinel.start(first)) {
            RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", sentinel.port()));
            try (StatefulRedisSentinelConnection<String, String> watch = client.connectSentinel();
                    LedgerFixture f =
                            new LedgerFixture(
                                    "redis-sentinel://:%s@127.0.0.1:%d#%s"
                                            .formatted(
                                                    PASSWORD,
                                                    sentinel.port(),
                                                    RedisSentinel.MASTER));
                    SeatLedger.Subscription _ = begin(f)) {
                Awaitility.await()
                        .atMost(LONG)
                        .until(() -> watch.sync().replicas(RedisSentinel.MASTER).size() == 1);
                Awaitility.await()
                        .atMost(LONG)
                        .ignoreExceptions()
                        .until(() -> {
                            watch.sync().failover(RedisSentinel.MASTER);
                            return true;
                        });
                Awaitility.await()
                        .atMost(LONG)
                        .until(() ->
                                on(second, r -> r.info("replication")).contains("role:master"));
                goesOn(f);
                boolean listed = on(second, r -> r.sismember("ow:worlds", f.world.toString()));
                assertThat(listed).isTrue();
            } finally {
                client.shutdown();
            }
        }
    }

    private SeatLedger.Subscription begin(LedgerFixture f) {
        f.policy(4, Placement.PACKED);
        f.open(0, 4);
        f.seated("r-1", "ann");
        return f.seats.subscribe(_ -> {});
    }

    private static void goesOn(LedgerFixture f) {
        int[] tries = {0};
        Awaitility.await()
                .atMost(LONG)
                .ignoreExceptionsMatching(LedgerUnavailable.class::isInstance)
                .until(() -> {
                    f.seats.probe();
                    f.open(0, 4);
                    f.beat(0, 1, 4, List.of());
                    f.pass(Duration.ofSeconds(2));
                    f.beat(0, 1, 4, null);
                    return f.ask("r-2-" + tries[0]++, "bob") instanceof Assignment.Seated;
                });
    }

    private static <T> T on(
            RedisServer server, Function<RedisCommands<String, String>, T> command) {
        RedisClient client = RedisClient.create(server.url());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            return command.apply(connection.sync());
        } finally {
            client.shutdown();
        }
    }

    /** Passes bytes on; connections that stand stay where they are. */
    private static final class Relay implements AutoCloseable {
        private final ServerSocket server =
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private volatile int port;

        Relay(int port) throws IOException {
            this.port = port;
            Thread.ofVirtual().start(this::accept);
        }

        int port() {
            return server.getLocalPort();
        }

        void to(int other) {
            port = other;
        }

        private void accept() {
            while (!server.isClosed()) {
                try {
                    Socket from = server.accept();
                    Socket to = new Socket(InetAddress.getLoopbackAddress(), port);
                    pass(from, to);
                    pass(to, from);
                } catch (IOException e) {
                    // the end, or one that came too late
                }
            }
        }

        private static void pass(Socket from, Socket to) {
            Thread.ofVirtual()
                    .start(() -> {
                        try (from;
                                to) {
                            from.getInputStream().transferTo(to.getOutputStream());
                        } catch (IOException e) {
                            // either has closed
                        }
                    });
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
