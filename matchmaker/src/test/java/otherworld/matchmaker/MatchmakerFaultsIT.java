package otherworld.matchmaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import otherworld.fleet.v1.Cordon;
import otherworld.fleet.v1.CordonState;
import otherworld.fleet.v1.FromOperator;
import otherworld.fleet.v1.InstanceDemand;
import otherworld.fleet.v1.LedgerHealth;
import otherworld.fleet.v1.Uncordon;
import otherworld.fleet.v1.WorldDemand;
import otherworld.local.process.Build;
import otherworld.local.redis.RedisServer;

/** What is promised when Redis or a matchmaker is killed. */
class MatchmakerFaultsIT {
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final List<String> FLAGS =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final RedisServer redis = RedisServer.start();
    private final MatchmakerFixture f = new MatchmakerFixture(redis.url());

    @AfterEach
    void stop() throws Exception {
        f.close();
        redis.close();
    }

    @Test
    void startsWithoutRedisAndSaysWhatIsMissing() throws Exception {
        redis.kill();
        try (Matchmaker matchmaker = f.start();
                TestClient client = new TestClient(matchmaker)) {
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> client.get("/readyz", null).response().body().contains("Redis"));
            assertThat(client.get("/readyz", null).status()).isEqualTo(503);
            assertThat(client.get("/healthz", null).status()).isEqualTo(200);
            assertThat(client.get("/metrics", null).response().body())
                    .contains("otherworld_matchmaker_ledger_up 0");
            assertThat(client.get("/v1/keys", null).status()).isEqualTo(200);
            String token = f.issuer.token("ann");
            String seat = f.seatPath(UUID.randomUUID().toString());
            for (TestClient.Answer answer :
                    List.of(
                            client.put(seat, token, ""),
                            client.send("DELETE", seat, token, null),
                            client.get("/v1/worlds", token),
                            client.get("/v1/worlds/" + f.world, token))) {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.json().get("type").asText()).endsWith("ledger-unavailable");
                assertThat(answer.response().body())
                        .as("where Redis is, is not for strangers")
                        .doesNotContainIgnoringCase("redis")
                        .doesNotContain(Integer.toString(redis.port()));
                assertThat(answer.response().headers().firstValue("retry-after")).hasValue("1");
            }
            redis.restart();
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> client.get("/readyz", null).status() == 200);
            assertThat(client.get("/metrics", null).response().body())
                    .contains("otherworld_matchmaker_ledger_up 1");
        }
    }

    /** The operator connects once, and it may do so before Redis is there. */
    @Test
    void aFleetToldBeforeRedisWasThereIsSeatedInWhenItComes() throws Exception {
        redis.kill();
        try (Matchmaker matchmaker = f.start();
                TestClient client = new TestClient(matchmaker);
                TestOperator operator =
                        new TestOperator(matchmaker.grpcPort(), TestOperator.SECRET)) {
            operator.snapshot(f.fleet(1, 10));
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> operator.health != null && !reachable(operator));
            redis.restart();
            Awaitility.await().atMost(LONG).until(() -> reachable(operator));
            f.beat(1, 10);
            String request = UUID.randomUUID().toString();
            Awaitility.await()
                    .atMost(LONG)
                    .pollInterval(Duration.ofMillis(250))
                    .until(() -> seat(client, "ann", request).status() == 200);
            assertThat(operator.ended).as("the stream outlived it").isNull();
        }
    }

    @Test
    void sitsOutARedisThatHangsAndTellsTheOperator() throws Exception {
        try (Matchmaker matchmaker = f.start();
                TestClient client = new TestClient(matchmaker);
                TestOperator operator =
                        new TestOperator(matchmaker.grpcPort(), TestOperator.SECRET)) {
            open(operator, 1, 10);
            redis.pause();
            long startNs = System.nanoTime();
            assertThat(seat(client, "ann", UUID.randomUUID().toString()).status()).isEqualTo(503);
            assertThat(Duration.ofNanos(System.nanoTime() - startNs))
                    .isLessThan(Duration.ofSeconds(5));
            Awaitility.await().atMost(LONG).until(() -> !reachable(operator));
            redis.resume();
            Awaitility.await().atMost(LONG).until(() -> reachable(operator));
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> seat(client, "ann", UUID.randomUUID().toString()).status() == 200);
        }
    }

    @Test
    void anUncordonSaidWhileRedisWasAwayIsDoneWhenItIsBack() throws Exception {
        try (Matchmaker matchmaker = f.start();
                TestOperator operator =
                        new TestOperator(matchmaker.grpcPort(), TestOperator.SECRET)) {
            open(operator, 1, 10);
            operator.send(FromOperator.newBuilder().setCordon(cordon(600_000)));
            Awaitility.await().atMost(LONG).until(() -> cordon(operator) == CordonState.REQUESTED);
            redis.kill();
            operator.send(
                    FromOperator.newBuilder()
                            .setUncordon(
                                    Uncordon.newBuilder()
                                            .setWorldId(f.world.value())
                                            .setToken("c")));
            Awaitility.await().atMost(LONG).until(() -> !reachable(operator));
            redis.restart();
            Awaitility.await().atMost(LONG).until(() -> cordon(operator) == CordonState.OPEN);
        }
    }

    private Cordon.Builder cordon(int ttlMs) {
        return Cordon.newBuilder().setWorldId(f.world.value()).setToken("c").setTtlMs(ttlMs);
    }

    private CordonState cordon(TestOperator operator) {
        return demand(operator).getInstancesList().stream()
                .findFirst()
                .map(InstanceDemand::getCordon)
                .orElse(CordonState.CORDON_STATE_UNSPECIFIED);
    }

    @Test
    void fillsAWipedLedgerAgainAndSeatsNobodyTooSoon() throws Exception {
        try (Matchmaker matchmaker = f.start();
                TestClient client = new TestClient(matchmaker);
                TestOperator operator =
                        new TestOperator(matchmaker.grpcPort(), TestOperator.SECRET)) {
            open(operator, 1, 10);
            assertThat(seat(client, "ann", UUID.randomUUID().toString()).status()).isEqualTo(200);
            String before = demand(operator).getIncarnation();
            redis.wipe();
            long wipedNs = System.nanoTime();
            String request = UUID.randomUUID().toString();
            int[] status = {0};
            Awaitility.await()
                    .atMost(LONG)
                    .pollInterval(Duration.ofMillis(250))
                    .until(() -> {
                        status[0] = seat(client, "bob", request).status();
                        assertThat(status[0]).isIn(200, 202, 503);
                        return status[0] == 200;
                    });
            assertThat(Duration.ofNanos(System.nanoTime() - wipedNs))
                    .as("tickets of the time before have ended")
                    .isGreaterThan(Duration.ofSeconds(10));
            assertThat(demand(operator).getIncarnation()).isNotEqualTo(before);
        }
    }

    /** Killed between reservation and answer, for many requests at once. */
    @Test
    void aKilledMatchmakersRequestsGetTheSameSeatsElsewhere() throws Exception {
        int players = 60;
        Process victim = spawn();
        Map<String, TestClient.Answer> first = new ConcurrentHashMap<>();
        Map<String, String> requests = new TreeMap<>();
        for (int i = 0; i < players; i++) {
            requests.put("p" + i, UUID.randomUUID().toString());
        }
        try (Matchmaker survivor = f.start();
                TestClient client = new TestClient(survivor);
                TestOperator operator =
                        new TestOperator(survivor.grpcPort(), TestOperator.SECRET)) {
            open(operator, 2, 100);
            ListeningPorts ports = ListeningPorts.of(victim);
            CountDownLatch answered = new CountDownLatch(15);
            try (TestClient doomed = new TestClient(ports.http(), ports.management());
                    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                requests.forEach((player, request) ->
                        threads.execute(() -> {
                            try {
                                first.put(player, seat(doomed, player, request));
                            } catch (UncheckedIOException e) {
                                // The point of the test: it died before answering.
                            }
                            answered.countDown();
                        }));
                assertThat(answered.await(40, TimeUnit.SECONDS)).isTrue();
                victim.destroyForcibly().waitFor();
            }
            TreeMap<String, String> seats = new TreeMap<>();
            requests.forEach((player, request) -> {
                TestClient.Answer again = seat(client, player, request);
                assertThat(again.status()).isEqualTo(200);
                TestClient.Answer before = first.get(player);
                if (before != null && before.status() == 200) {
                    for (String field : List.of("instance", "seat", "generation")) {
                        assertThat(again.json().get(field)).isEqualTo(before.json().get(field));
                    }
                }
                assertThat(
                                seats.put(
                                        again.json().get("instance")
                                                + "/"
                                                + again.json().get("seat"),
                                        player))
                        .isNull();
            });
            Awaitility.await()
                    .atMost(LONG)
                    .until(() ->
                            demand(operator).getInstancesList().stream()
                                            .mapToInt(i -> i.getReserved())
                                            .sum()
                                    == players);
        } finally {
            victim.destroyForcibly();
        }
    }

    @Test
    void sigtermEndsItCleanly() throws Exception {
        Process process = spawn();
        try {
            ListeningPorts ports = ListeningPorts.of(process);
            try (TestClient client = new TestClient(ports.http(), ports.management())) {
                Awaitility.await()
                        .atMost(LONG)
                        .until(() -> client.get("/readyz", null).status() == 200);
            }
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private Process spawn() throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                                Build.ofThisCheckout()
                                        .java("matchmaker", Main.class.getName(), FLAGS))
                        .redirectErrorStream(true);
        builder.environment().putAll(f.environment());
        return builder.start();
    }

    private void open(TestOperator operator, int count, int capacity) {
        operator.snapshot(f.fleet(count, capacity));
        f.beat(count, capacity);
        Awaitility.await()
                .atMost(LONG)
                .until(() ->
                        demand(operator).getInstancesList().stream()
                                        .filter(i -> i.getFree() == capacity)
                                        .count()
                                == count);
    }

    private WorldDemand demand(TestOperator operator) {
        return operator.demand.getOrDefault(f.world.value(), WorldDemand.getDefaultInstance());
    }

    private static boolean reachable(TestOperator operator) {
        LedgerHealth health = operator.health;
        return health != null && health.getReachable();
    }

    private TestClient.Answer seat(TestClient client, String player, String request) {
        return client.put(f.seatPath(request), f.issuer.token(player), "");
    }
}
