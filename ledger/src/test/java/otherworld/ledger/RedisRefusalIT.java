package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import otherworld.base.InstanceId;
import otherworld.ledger.RedisWarning.Kind;
import otherworld.ledger.WorldPolicy.Placement;
import otherworld.local.redis.RedisServer;

/** What Redis says when it will not, by its own mouth. */
class RedisRefusalIT {
    private static RedisServer redis;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @Test
    void aWrongPasswordIsNamed() {
        try (LedgerFixture f = as("default", "wrong")) {
            refused(f.seats::probe, RedisTrouble.CREDENTIALS, "WRONGPASS");
        }
    }

    @Test
    void noPasswordIsNamed() {
        try (LedgerFixture f = new LedgerFixture("redis://127.0.0.1:" + redis.port())) {
            refused(f.seats::probe, RedisTrouble.CREDENTIALS, "NOAUTH");
        }
    }

    @Test
    void aUserWithWhatTheDocumentsSaySeatsPlayers() {
        user("fine", "~ow:* resetchannels &ow:* +@all -@admin -@dangerous +info");
        try (LedgerFixture f = as("fine", "pw")) {
            f.policy(4, Placement.PACKED);
            f.open(0, 4);
            f.seated("r", "ann");
            f.seats.probe();
            f.seats.subscribe(_ -> {}).close();
            assertThat(f.seats.inspect())
                    .as("CONFIG is not among it")
                    .extracting(RedisWarning::kind)
                    .containsExactly(Kind.CANNOT_LOOK);
            f.seats.forget(f.world);
        }
    }

    /** As docs/redis-keys.md has it: who takes a gateway over can change nothing. */
    @Test
    void aGatewaysUserReadsWhereInstancesAreAndNothingElse() {
        user("edge", "resetkeys ~ow:*:inst:* resetchannels -@all +hgetall +@connection");
        String url = "redis://edge:pw@127.0.0.1:" + redis.port();
        try (LedgerFixture f = new LedgerFixture(redis.url());
                LedgerFixture edges = as("edge", "pw");
                HostDirectory edge = RedisHostDirectory.connect(RedisSettings.of(url))) {
            InstanceId plaza = new InstanceId(f.world, 0);
            f.policy(4, Placement.PACKED);
            assertThat(edge.find(plaza)).isEmpty();
            f.seats.putHost(
                    f.world,
                    new InstanceHost(
                            0,
                            "plaza-0-1",
                            "uid-1",
                            List.of("wss://play.example.org/i/plaza/0/v1/play"),
                            "10.0.0.7:20001",
                            InstanceHost.Phase.READY));
            assertThat(edge.find(plaza)).as("nobody has reported").isEmpty();
            var _ =
                    f.instances.heartbeat(
                            new InstanceLedger.Heartbeat(plaza, 3, "uid-1", 4, true, "", null));
            assertThat(edge.find(plaza))
                    .hasValue(new HostDirectory.Found(3, "uid-1", "10.0.0.7:20001"));
            assertThat(f.seats.read(f.world).instances().getFirst().podName())
                    .isEqualTo("plaza-0-1");
            refused(() -> edges.seats.read(f.world), RedisTrouble.PERMISSION, "");
            refused(edges.seats::probe, RedisTrouble.PERMISSION, "");
            f.seats.removeHost(plaza, "uid-1");
            assertThat(edge.find(plaza)).isEmpty();
            f.seats.forget(f.world);
        }
    }

    @Test
    void aUserWithoutTheChannelIsToldSoAndIsNotReady() {
        user("mute", "~ow:* resetchannels +@all");
        try (LedgerFixture f = as("mute", "pw")) {
            refused(() -> f.policy(4, Placement.PACKED), RedisTrouble.PERMISSION, "channel");
            refused(f.seats::probe, RedisTrouble.PERMISSION, "channel");
            refused(() -> f.seats.subscribe(_ -> {}), RedisTrouble.PERMISSION, "channel");
        }
    }

    @Test
    void aUserWithoutKeysOrScriptsIsToldSo() {
        user("keyless", "~other:* allchannels +@all");
        user("scriptless", "~ow:* allchannels +@all -@scripting");
        for (String name : new String[] {"keyless", "scriptless"}) {
            try (LedgerFixture f = as(name, "pw")) {
                refused(f.seats::probe, RedisTrouble.PERMISSION, "permission");
                refused(() -> f.seats.read(f.world), RedisTrouble.PERMISSION, "");
            }
        }
    }

    @Test
    void tooFewReplicasIsNotReady() {
        admin(redis -> redis.configSet("min-replicas-to-write", "1"));
        try (LedgerFixture f = new LedgerFixture(redis.url())) {
            refused(f.seats::probe, RedisTrouble.TOO_FEW_REPLICAS, "NOREPLICAS");
            refused(
                    () -> f.policy(4, Placement.PACKED),
                    RedisTrouble.TOO_FEW_REPLICAS,
                    "NOREPLICAS");
        } finally {
            admin(redis -> redis.configSet("min-replicas-to-write", "0"));
        }
    }

    @Test
    void fullMemoryIsRefusedAndNotHalfWritten() {
        try (LedgerFixture f = new LedgerFixture(redis.url())) {
            f.policy(4, Placement.PACKED);
            f.open(0, 4);
            f.seated("r", "ann");
            admin(redis -> redis.configSet("maxmemory", "1"));
            try {
                refused(f.seats::probe, RedisTrouble.OUT_OF_MEMORY, "OOM");
                // A script that began by deleting something is let through to its end.
                try {
                    f.ask("r-2", "bob");
                } catch (LedgerUnavailable e) {
                    assertThat(e.trouble()).isEqualTo(RedisTrouble.OUT_OF_MEMORY);
                }
                assertThatThrownBy(() -> f.policy(3, Placement.PACKED))
                        .isInstanceOfSatisfying(
                                LedgerUnavailable.class,
                                e -> assertThat(e.trouble()).isEqualTo(RedisTrouble.OUT_OF_MEMORY));
            } finally {
                admin(redis -> redis.configSet("maxmemory", "0"));
            }
            f.beat(0, 1, 4, null);
            f.seated("r-2", "bob");
            assertThat(f.state(0).reserved()).isEqualTo(2);
            assertThat(f.instances.takenSeats(f.id(0))).hasSize(2);
        }
    }

    @Test
    void aReplicaIsLeftAndSaysWhy() {
        try (LedgerFixture f = new LedgerFixture(redis.url())) {
            f.policy(4, Placement.PACKED);
            admin(redis -> redis.replicaof("127.0.0.1", 1));
            try {
                refused(() -> f.open(0, 4), RedisTrouble.READ_ONLY, "READONLY");
            } finally {
                admin(RedisCommands::replicaofNoOne);
            }
            org.awaitility.Awaitility.await()
                    .ignoreExceptionsMatching(LedgerUnavailable.class::isInstance)
                    .until(() -> {
                        f.seats.probe();
                        return true;
                    });
        }
    }

    @Test
    void aScriptThatRunsTooLongIsBusy() {
        try (LedgerFixture f = new LedgerFixture(redis.url())) {
            admin(redis -> redis.configSet("lua-time-limit", "50"));
            Thread hog =
                    Thread.ofVirtual()
                            .start(() ->
                                    admin(redis -> {
                                        try {
                                            var _ =
                                                    redis.eval(
                                                            "while true do end",
                                                            io.lettuce.core.ScriptOutputType.VALUE);
                                        } catch (RuntimeException e) {
                                            // killed below
                                        }
                                    }));
            org.awaitility.Awaitility.await()
                    .untilAsserted(() -> refused(f.seats::probe, RedisTrouble.BUSY, "BUSY"));
            admin(RedisCommands::scriptKill);
            hog.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void settingsThatEndangerSeatsAreToldWhileItRuns() {
        try (LedgerFixture f = new LedgerFixture(redis.url())) {
            assertThat(f.seats.inspect()).isEmpty();
            admin(redis -> redis.configSet("maxmemory-policy", "volatile-lru"));
            admin(redis -> redis.configSet("maxmemory", "1gb"));
            admin(redis -> redis.configSet("appendfsync", "everysec"));
            try {
                assertThat(f.seats.inspect())
                        .extracting(RedisWarning::kind)
                        .containsExactlyInAnyOrder(Kind.EVICTS, Kind.ACKNOWLEDGES_EARLY);
                assertThat(f.seats.inspect().get(0).text())
                        .contains("volatile-lru")
                        .contains("noeviction");
                admin(redis -> redis.configSet("appendonly", "no"));
                assertThat(f.seats.inspect())
                        .extracting(RedisWarning::kind)
                        .containsExactlyInAnyOrder(Kind.EVICTS, Kind.FORGETS);
            } finally {
                admin(redis -> redis.configSet("appendonly", "yes"));
                admin(redis -> redis.configSet("appendfsync", "always"));
                admin(redis -> redis.configSet("maxmemory", "0"));
                admin(redis -> redis.configSet("maxmemory-policy", "noeviction"));
            }
        }
    }

    @Test
    void whoMayNotLookIsToldThatNobodyLooked() {
        user("blind", "~ow:* resetchannels &ow:* +@all -@admin -@dangerous");
        try (LedgerFixture f = as("blind", "pw")) {
            f.policy(4, Placement.PACKED);
            assertThat(f.seats.inspect())
                    .singleElement()
                    .satisfies(warning ->
                            assertThat(warning.text()).contains("INFO").contains("NOPERM"));
            f.seats.forget(f.world);
        }
    }

    private static void refused(ThrowingCallable call, RedisTrouble trouble, String words) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        LedgerUnavailable.class,
                        e -> assertThat(e.trouble()).as("%s", e.getMessage()).isEqualTo(trouble))
                .hasMessageContaining(words)
                .hasMessageNotContaining("Unable to connect");
    }

    private static LedgerFixture as(String user, String password) {
        return new LedgerFixture(
                "redis://%s:%s@127.0.0.1:%d".formatted(user, password, redis.port()));
    }

    private static void user(String name, String rules) {
        admin(redis -> {
            var _ =
                    redis.dispatch(
                            io.lettuce.core.protocol.CommandType.ACL,
                            new io.lettuce.core.output.StatusOutput<>(
                                    io.lettuce.core.codec.StringCodec.UTF8),
                            new io.lettuce.core.protocol.CommandArgs<>(
                                            io.lettuce.core.codec.StringCodec.UTF8)
                                    .add("SETUSER")
                                    .add(name)
                                    .add("reset")
                                    .add("on")
                                    .add(">pw")
                                    .addValues(rules.split(" ")));
        });
    }

    private static void admin(Consumer<RedisCommands<String, String>> commands) {
        RedisClient client = RedisClient.create(redis.url());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            commands.accept(connection.sync());
        } finally {
            client.shutdown();
        }
    }
}
