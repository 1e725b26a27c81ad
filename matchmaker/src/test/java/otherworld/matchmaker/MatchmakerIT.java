package otherworld.matchmaker;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.base.InstanceId;
import otherworld.base.LivePolicy;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.fleet.v1.Cordon;
import otherworld.fleet.v1.CordonState;
import otherworld.fleet.v1.FleetSnapshot;
import otherworld.fleet.v1.FromMatchmaker;
import otherworld.fleet.v1.FromOperator;
import otherworld.fleet.v1.Host;
import otherworld.fleet.v1.HostRef;
import otherworld.fleet.v1.InstanceDemand;
import otherworld.fleet.v1.Permissions;
import otherworld.fleet.v1.Who;
import otherworld.fleet.v1.World;
import otherworld.fleet.v1.WorldDemand;
import otherworld.fleet.v1.WorldRef;
import otherworld.ledger.InstanceLedger.Reply;
import otherworld.local.redis.RedisServer;
import otherworld.tickets.SigningKeys;
import otherworld.tickets.StaticKeySource;
import otherworld.tickets.Ticket;
import otherworld.tickets.TicketVerifier;
import otherworld.tickets.Verification;

/** One matchmaker as players and the operator meet it. */
class MatchmakerIT {
    private static final Duration LONG = Duration.ofSeconds(20);

    private MatchmakerFixture f;
    private Matchmaker matchmaker;
    private TestClient client;
    private TestOperator operator;

    @BeforeEach
    void start() throws Exception {
        f = new MatchmakerFixture(RedisServer.shared().url());
        matchmaker = f.start();
        client = new TestClient(matchmaker);
        operator = new TestOperator(matchmaker.grpcPort(), TestOperator.SECRET);
    }

    @AfterEach
    void stop() throws Exception {
        operator.close();
        client.close();
        matchmaker.close();
        f.close();
    }

    @Test
    void seatsAPlayerWithTicketsThatVerify() {
        open(1, 4);
        String request = UUID.randomUUID().toString();
        TestClient.Answer answer = seat("ann", request, "{}");
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        assertThat(answer.json().get("endpoints").get(0).asText())
                .isEqualTo("ws://127.0.0.1:20000/v1/play");
        assertThat(answer.json().get("why").get("chosen").asText())
                .isEqualTo("fullest instance that fits");

        SigningKeys keys = SigningKeys.parse(f.signingKeys);
        assertThat(client.get("/v1/keys", null).response().body()).isEqualTo(keys.publicJson());
        TicketVerifier verifier =
                new TicketVerifier(
                        "otherworld",
                        new StaticKeySource(client.get("/v1/keys", null).response().body()),
                        Instant::now);
        InstanceId instance = new InstanceId(f.world, 0);
        Verification.Valid ticket =
                (Verification.Valid)
                        verifier.verify(answer.json().get("ticket").asText(), instance);
        assertThat(ticket.token()).isInstanceOf(Ticket.class);
        Seat seat = ticket.token().seat();
        assertThat(seat.number()).isEqualTo(answer.json().get("seat").asInt());
        assertThat(ticket.token().requestId()).isEqualTo(request);

        TestClient.Answer again = seat("ann", request, "");
        assertThat(again.json().get("generation")).isEqualTo(answer.json().get("generation"));

        assertThat(f.instances.claim(instance, 1, seat, new PlayerId("ann")))
                .isEqualTo(new Reply.Done());
        TestClient.Answer resumed = resume("ann", answer.json().get("session").asText());
        assertThat(resumed.status()).isEqualTo(200);
        assertThat(resumed.json().get("epoch").asLong()).isEqualTo(1);
        assertThat(resume("eve", answer.json().get("session").asText()).status()).isEqualTo(403);
        // Signed by keys that were lost since, or no token at all: only a new seat helps.
        String session = answer.json().get("session").asText();
        for (String none :
                List.of("abc", session.substring(0, session.length() - 8) + "AAAAAAAA")) {
            assertThat(resume("ann", none))
                    .satisfies(said -> {
                        assertThat(said.status()).isEqualTo(404);
                        assertThat(said.json().get("title").asText()).isEqualTo("SESSION_ENDED");
                    });
        }
        assertThat(resume("ann", answer.json().get("ticket").asText()).status()).isEqualTo(400);

        f.instances.release(instance, 1, seat, new PlayerId("ann"));
        TestClient.Answer ended = resume("ann", answer.json().get("session").asText());
        assertThat(ended.status()).isEqualTo(404);
        assertThat(ended.json().get("title").asText()).isEqualTo("SESSION_ENDED");
    }

    /**
     * Which of a player's groups count is the World's word, and that they are theirs the issuer's.
     */
    @Test
    void ticketsNameThoseGroupsOfThePlayerThatTheWorldNames() {
        Permissions named =
                Permissions.newBuilder()
                        .setBuild(Who.MEMBERS)
                        .setChangeOthers(Who.NOBODY)
                        .addGroups("builders")
                        .addGroups("/staff")
                        .addPlayers("ann")
                        .build();
        World world = f.world(4).toBuilder().setPermissions(named).build();
        operator.snapshot(FleetSnapshot.newBuilder().addWorlds(world).addHosts(f.host(0)));
        f.beat(1, 4);
        until(d -> d.getInstancesCount() == 1 && d.getInstances(0).getKnown());
        List<String> hundred = IntStream.range(0, 100).mapToObj(i -> "group-" + i).toList();
        List<Object> claim = new ArrayList<>(hundred);
        claim.addAll(List.of("builders", "two words", 7, "/staff", "builders"));
        assertThat(groups("bob", claims -> claims.claim("groups", claim)))
                .containsExactly("/staff", "builders");
        assertThat(groups("carol", claims -> claims.claim("groups", "builders")))
                .containsExactly("builders");
        assertThat(groups("dora", claims -> claims.claim("roles", List.of("builders")))).isEmpty();

        operator.send(
                FromOperator.newBuilder()
                        .setWorld(
                                world.toBuilder()
                                        .setPermissions(
                                                named.toBuilder()
                                                        .clearGroups()
                                                        .addGroups("group-7"))));
        Awaitility.await()
                .atMost(LONG)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() ->
                        assertThat(groups("bob", claims -> claims.claim("groups", claim)))
                                .containsExactly("group-7"));
        LivePolicy told = f.beatOnce(0).policy();
        assertThat(told).isNotNull();
        assertThat(told.permissions().encode()).isEqualTo("MEMBERS NOBODY ggroup-7 pann");
    }

    private List<String> groups(String player, UnaryOperator<JWTClaimsSet.Builder> claims) {
        TestClient.Answer answer =
                client.put(
                        f.seatPath(UUID.randomUUID().toString()),
                        f.issuer.token(player, claims),
                        "");
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        TicketVerifier verifier =
                new TicketVerifier(
                        "otherworld",
                        new StaticKeySource(SigningKeys.parse(f.signingKeys).publicJson()),
                        Instant::now);
        List<List<String>> told =
                Stream.of("ticket", "session")
                        .map(name -> verifier.verify(answer.json().get(name).asText()))
                        .map(found -> ((Verification.Valid) found).token().groups())
                        .distinct()
                        .toList();
        assertThat(told).hasSize(1); // of both tokens
        return told.getFirst();
    }

    @Test
    void theFifthOfFourWaitsAndIsSeatedWhenThereIsRoom() {
        open(1, 4);
        for (int i = 0; i < 4; i++) {
            assertThat(seat("p" + i, UUID.randomUUID().toString(), "").status()).isEqualTo(200);
        }
        String request = UUID.randomUUID().toString();
        TestClient.Answer waiting = seat("late", request, "");
        assertThat(waiting.status()).isEqualTo(202);
        assertThat(waiting.json().get("position").asInt()).isEqualTo(1);
        assertThat(waiting.json().get("retryAfterMs").asInt()).isPositive();
        until(d -> d.getOldestUnseatedParty() == 1 && d.getWaitingPlayers() == 1);

        operator.send(FromOperator.newBuilder().setHost(f.host(1)));
        f.beat(2, 4);
        Awaitility.await()
                .atMost(LONG)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> seat("late", request, "").status() == 200);
        until(d -> d.getOldestUnseatedParty() == 0 && d.getWaitingPlayers() == 0);
    }

    @Test
    void cancelGivesTheSeatBack() {
        open(1, 1);
        String request = UUID.randomUUID().toString();
        assertThat(seat("ann", request, "").status()).isEqualTo(200);
        assertThat(cancel("ann", request).status()).isEqualTo(204);
        assertThat(cancel("ann", request).status()).isEqualTo(204);
        assertThat(seat("bob", UUID.randomUUID().toString(), "").status()).isEqualTo(200);
    }

    @Test
    void tellsWhatRuns() {
        open(2, 4);
        seat("ann", UUID.randomUUID().toString(), "");
        String token = f.issuer.token("ann");
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() -> {
                    var world = client.get("/v1/worlds/" + f.world, token).json();
                    assertThat(world.get("openInstances").asInt()).isEqualTo(2);
                    assertThat(world.get("reserved").asInt()).isEqualTo(1);
                    assertThat(world.get("freeSeats").asInt()).isEqualTo(7);
                });
        var instances = client.get("/v1/worlds/" + f.world + "/instances", token).json();
        assertThat(instances.get("instances")).hasSize(2);
        assertThat(instances.get("instances").get(1).get("pod").asText()).isEqualTo("w-1-0");
        assertThat(client.get("/v1/worlds", token).response().body()).contains(f.world.value());
        assertThat(client.get("/metrics", null).response().body())
                .contains("otherworld_matchmaker_seat_seconds_count 1")
                .contains("otherworld_matchmaker_ledger_up 1");
        assertThat(client.get("/healthz", null).status()).isEqualTo(200);
    }

    // ---- bad input
    // -------------------------------------------------------------------------------

    @Test
    void refusesBadRequestsWithProblems() {
        open(1, 4);
        String id = UUID.randomUUID().toString();
        problem(seat("ann", "not-a-uuid", ""), 400, "bad-request");
        problem(seat("ann", id, "{\"instance\":-1}"), 400, "bad-request");
        problem(seat("ann", id, "{\"instance\":100000}"), 400, "bad-request");
        problem(seat("ann", id, "{\"instance\":\"7\"}"), 400, "bad-request");
        problem(seat("ann", id, "{\"other\":1}"), 400, "bad-request");
        problem(seat("ann", id, "[]"), 400, "bad-request");
        problem(seat("ann", id, "{"), 400, "bad-request");
        problem(seat("ann", id, "{} {}"), 400, "bad-request");
        problem(seat("ann", id, "[".repeat(2000)), 400, "bad-request");
        problem(seat("ann", id, " ".repeat(4097)), 413, "too-large");
        problem(
                client.put("/v1/worlds/test.none/seats/" + id, f.issuer.token("ann"), ""),
                404,
                "unknown-world");
        problem(
                client.put("/v1/worlds/-/seats/" + id, f.issuer.token("ann"), ""),
                404,
                "unknown-world");
        problem(client.get("/v1/nothing", f.issuer.token("ann")), 404, "not-found");
        problem(resume("ann", "x"), 404, "session-ended");
        problem(seat("cy", id, "{\"instance\":10}"), 404, "unknown-instance");
        problem(seat("cy", id, "{\"instance\":9}"), 202, "");
        problem(seat("cy", UUID.randomUUID().toString(), "{\"instance\":8}"), 409, "wakes-another");
        problem(seat("bob", id, ""), 200, "");
        problem(seat("ann", id, ""), 409, "request-conflict");
    }

    @Test
    void letsInNobodyWithoutAGoodToken() {
        open(1, 4);
        String path = f.seatPath(UUID.randomUUID().toString());
        String good = f.issuer.token("ann");
        problem(client.send("PUT", path, null, ""), 401, "unauthenticated");
        problem(client.put(path, "x", ""), 401, "unauthenticated");
        problem(client.put(path, good + "x", ""), 401, "unauthenticated");
        problem(client.put(path, "a".repeat(4097), ""), 401, "unauthenticated");
        problem(
                client.put(path, f.issuer.token("ann", c -> c.audience("other")), ""),
                401,
                "unauthenticated");
        problem(
                client.put(path, f.issuer.token("ann", c -> c.issuer("http://evil")), ""),
                401,
                "unauthenticated");
        problem(
                client.put(
                        path,
                        f.issuer.token(
                                "ann",
                                c -> c.expirationTime(Date.from(Instant.now().minusSeconds(10)))),
                        ""),
                401,
                "unauthenticated");
        problem(client.put(path, f.issuer.token("a b"), ""), 401, "unauthenticated");
        try (TestIssuer other = new TestIssuer()) {
            problem(
                    client.put(path, other.token("ann", c -> c.issuer(f.issuer.url())), ""),
                    401,
                    "unauthenticated");
        }
        problem(client.put(path, good, ""), 200, "");
    }

    @Test
    void slowsDownAPlayerWhoAsksTooOften() {
        open(1, 4);
        String token = f.issuer.token("ann");
        int limited = 0;
        for (int i = 0; i < 400 && limited == 0; i++) {
            TestClient.Answer answer = client.get("/v1/worlds/" + f.world, token);
            if (answer.status() == 429) {
                limited++;
                assertThat(answer.response().headers().firstValue("retry-after")).hasValue("1");
            }
        }
        assertThat(limited).isEqualTo(1);
        assertThat(client.get("/v1/worlds/" + f.world, f.issuer.token("bob")).status())
                .isEqualTo(200);
    }

    // ---- the operator's stream
    // -------------------------------------------------------------------

    @Test
    void demandFollowsSeatsAndCordonsInSequence() {
        open(2, 4);
        seat("ann", UUID.randomUUID().toString(), "");
        until(d -> instance(d, 0).getReserved() == 1 && instance(d, 0).getFree() == 3);
        assertThat(instance(demand(), 1).getIdleMs()).isPositive();

        operator.send(
                FromOperator.newBuilder()
                        .setCordon(
                                Cordon.newBuilder()
                                        .setWorldId(f.world.value())
                                        .setOrdinal(1)
                                        .setToken("c")
                                        .setTtlMs(60_000)));
        until(d -> instance(d, 1).getCordon() == CordonState.REQUESTED);
        operator.send(
                FromOperator.newBuilder()
                        .setHostRemoved(
                                HostRef.newBuilder()
                                        .setWorldId(f.world.value())
                                        .setOrdinal(0)
                                        .setPodUid("uid-0")));
        Awaitility.await()
                .atMost(LONG)
                .until(() -> seat("bob", UUID.randomUUID().toString(), "").status() == 202);
        assertThat(seat("cy", UUID.randomUUID().toString(), "{\"instance\":7}").status())
                .isEqualTo(202);
        until(d -> d.getWantedOrdinalsList().equals(List.of(7)));
        long expected = 0;
        for (FromMatchmaker message : operator.received) {
            assertThat(message.getSequence()).isEqualTo(++expected);
        }
    }

    @Test
    void aWorldThatWasRemovedSeatsNobodyUntilItIsBack() {
        open(1, 4);
        operator.send(
                FromOperator.newBuilder()
                        .setWorldRemoved(WorldRef.newBuilder().setId(f.world.value())));
        Awaitility.await()
                .atMost(LONG)
                .until(() -> seat("ann", UUID.randomUUID().toString(), "").status() >= 404);
        operator.send(FromOperator.newBuilder().setWorld(f.world(4)));
        operator.send(FromOperator.newBuilder().setHost(f.host(0)));
        Awaitility.await()
                .atMost(LONG)
                .until(() -> seat("ann", UUID.randomUUID().toString(), "").status() == 200);
    }

    @Test
    void anOperatorOfOtherNamespacesRetiresNobodyElsesWorlds() throws Exception {
        open(1, 4);
        try (TestOperator other = new TestOperator(matchmaker.grpcPort(), TestOperator.SECRET)) {
            other.snapshot(FleetSnapshot.newBuilder().addNamespaces("elsewhere"));
            Awaitility.await().atMost(LONG).until(() -> other.health != null);
            assertThat(seat("ann", UUID.randomUUID().toString(), "").status()).isEqualTo(200);
        }
        try (TestOperator same = new TestOperator(matchmaker.grpcPort(), TestOperator.SECRET)) {
            same.snapshot(FleetSnapshot.newBuilder().addNamespaces("test"));
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> seat("bob", UUID.randomUUID().toString(), "").status() >= 404);
        }
    }

    @Test
    void aGapInTheSequenceEndsTheStream() {
        open(1, 4);
        operator.skipASequence();
        operator.send(FromOperator.newBuilder().setWorld(f.world(4)));
        Awaitility.await()
                .atMost(LONG)
                .until(() -> operator.ended != null && is(operator, Status.Code.DATA_LOSS));
    }

    @Test
    void whatNamesNothingValidConcernsItselfAlone() {
        Host noHost = Host.newBuilder().setWorldId(f.world.value()).setOrdinal(-1).build();
        World noWorld = World.newBuilder().setId("Not An Id").setCapacity(4).build();
        World noCapacity =
                World.newBuilder().setId("test.crowd").setCapacity(2_000_000_000).build();
        operator.snapshot(
                f.fleet(1, 4).addWorlds(0, noWorld).addWorlds(noCapacity).addHosts(0, noHost));
        f.beat(1, 4);
        until(d -> d.getInstancesCount() == 1 && d.getInstances(0).getFree() == 4);

        operator.send(FromOperator.newBuilder().setWorld(noCapacity));
        operator.send(FromOperator.newBuilder().setHost(noHost));
        operator.send(FromOperator.newBuilder());
        operator.send(FromOperator.newBuilder().setWorld(f.world(3)));
        f.beat(1, 3);
        until(d -> d.getInstances(0).getFree() == 3);
        assertThat(operator.ended).isNull();
    }

    @Test
    void anOperatorWithoutTheSecretIsRefused() throws Exception {
        try (TestOperator stranger = new TestOperator(matchmaker.grpcPort(), "guess")) {
            Awaitility.await().atMost(LONG).until(() -> is(stranger, Status.Code.UNAUTHENTICATED));
        }
    }

    // ---- helpers
    // ---------------------------------------------------------------------------------

    /** Instances 0 to {@code count} - 1 run and are open. */
    private void open(int count, int capacity) {
        operator.snapshot(f.fleet(count, capacity));
        f.beat(count, capacity);
        until(d ->
                d.getInstancesCount() == count
                        && d.getInstancesList().stream()
                                .allMatch(i -> i.getKnown() && i.getFree() == capacity));
    }

    private void until(java.util.function.Predicate<WorldDemand> condition) {
        Awaitility.await()
                .atMost(LONG)
                .until(() ->
                        operator.demand.containsKey(f.world.value()) && condition.test(demand()));
    }

    private WorldDemand demand() {
        return operator.demand.getOrDefault(f.world.value(), WorldDemand.getDefaultInstance());
    }

    private static InstanceDemand instance(WorldDemand demand, int ordinal) {
        return demand.getInstancesList().stream()
                .filter(i -> i.getOrdinal() == ordinal)
                .findFirst()
                .orElse(InstanceDemand.getDefaultInstance());
    }

    private static boolean is(TestOperator operator, Status.Code code) {
        Status ended = operator.ended;
        return ended != null && ended.getCode() == code;
    }

    private TestClient.Answer seat(String player, String requestId, String body) {
        return client.put(f.seatPath(requestId), f.issuer.token(player), body);
    }

    private TestClient.Answer cancel(String player, String requestId) {
        return client.send("DELETE", f.seatPath(requestId), f.issuer.token(player), null);
    }

    private TestClient.Answer resume(String player, String session) {
        return client.send(
                "POST",
                "/v1/worlds/%s/resume".formatted(f.world),
                f.issuer.token(player),
                "{\"session\":\"" + session + "\"}");
    }

    private static void problem(TestClient.Answer answer, int status, String type) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
        if (status >= 400) {
            assertThat(answer.response().headers().firstValue("content-type"))
                    .hasValue("application/problem+json");
            assertThat(answer.json().get("type").asText())
                    .isEqualTo("urn:otherworld:problem:" + type);
            assertThat(answer.json().get("action").asText()).isNotEmpty();
            assertThat(answer.json().get("status").asInt()).isEqualTo(status);
        }
    }
}
