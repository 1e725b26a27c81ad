package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Leave;
import otherworld.protocol.Messages;
import otherworld.protocol.Ping;
import otherworld.protocol.Pong;
import otherworld.tickets.Ticket;
import otherworld.webrtc.client.WebRtcClients;

/** One instance server on real Redis and SQL, and players over real WebRTC beside WebSocket. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebRtcIT {
    private final List<TestPlayer> players = new ArrayList<>();
    private final WebRtcClients clients = WebRtcWire.clients();
    private Backend backend;
    private InstanceProcess instance;

    @BeforeAll
    void start() {
        backend = new Backend();
        instance =
                InstanceProcess.ready(
                        backend,
                        "pod-1",
                        Map.of(
                                "OTHERWORLD_TURN_URLS",
                                "turn:turn.example.org:3478,stun:stun.example.org",
                                "OTHERWORLD_TURN_SECRET",
                                "shared"));
    }

    @AfterEach
    void everyoneLeaves() {
        players.forEach(TestPlayer::close);
        players.clear();
    }

    @AfterAll
    void stop() {
        clients.close();
        instance.close();
        backend.close();
    }

    @Test
    void aPlayerOverEachTransportWalksSeesTheOtherAndBuildsForGood() throws IOException {
        TestPlayer ada = join("ada", backend.seat(1));
        TestPlayer bob = webSocket("bob", backend.seat(2));
        await().atMost(TestPlayer.PATIENCE)
                .untilAsserted(() -> {
                    assertThat(ada.avatars.values()).contains("ada", "bob");
                    assertThat(bob.avatars.values()).contains("ada", "bob");
                });
        for (int step = 1; step <= 10; step++) {
            ada.walkTo(30 + step * 0.2f, 30);
            bob.walkTo(33, 30 + step * 0.2f);
        }
        long adas = ada.welcome().avatar();
        long bobs = bob.welcome().avatar();
        await().atMost(TestPlayer.PATIENCE)
                .untilAsserted(() -> {
                    assertThat(bob.poses.get(adas)).isEqualTo(TestPlayer.at(32, 30));
                    assertThat(ada.poses.get(bobs)).isEqualTo(TestPlayer.at(33, 32));
                });
        long sequence = ada.place("crate", 32, 31);
        long entity = ada.applied(sequence).entity();
        ada.durable(sequence);
        assertThat(backend.stored()).containsKey(entity);
        await().atMost(TestPlayer.PATIENCE)
                .untilAsserted(() -> assertThat(bob.props).containsKey(entity));
        assertThat(
                        instance.metric(
                                "otherworld_instance_sessions_total{reason=\"direct\",transport=\"webrtc\"}"))
                .isGreaterThanOrEqualTo(1);
        assertThat(instance.metric("otherworld_instance_webrtc_peers{state=\"connected\"}"))
                .isGreaterThanOrEqualTo(1);
    }

    @Test
    void whoClosesTheUnreliableChannelGoesOnOverTheOtherAndMayOpenItAgain() {
        TestPlayer ada = join("closer", backend.seat(30));
        TestPlayer bob = webSocket("walker", backend.seat(31));
        WebRtcWire wire = (WebRtcWire) ada.wire;
        long bobs = bob.welcome().avatar();
        float z = walkUntil(bob, 30, () -> wire.heardOn.contains("unreliable"));
        wire.closeChannel("unreliable");
        wire.heardOn.clear();
        z = walkUntil(bob, z, () -> wire.heardOn.contains("reliable"));
        sees(ada, bobs, z);
        assertThat(wire.heardOn).doesNotContain("unreliable");
        wire.openUnreliableAgain();
        z = walkUntil(bob, z, () -> wire.heardOn.contains("unreliable"));
        sees(ada, bobs, z);
        ada.walkTo(31, 30);
        sees(bob, ada.welcome().avatar(), 30);
    }

    /** Returns the z that was reached, a step after the condition holds. */
    private static float walkUntil(TestPlayer player, float fromZ, BooleanSupplier condition) {
        float[] z = {fromZ};
        await().atMost(TestPlayer.PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    z[0] += 0.1f;
                    player.walkTo(33, z[0]);
                    return condition.getAsBoolean();
                });
        return z[0];
    }

    private static void sees(TestPlayer viewer, long avatar, float z) {
        await().atMost(TestPlayer.PATIENCE)
                .untilAsserted(() ->
                        assertThat(viewer.poses)
                                .hasEntrySatisfying(
                                        avatar,
                                        pose ->
                                                assertThat(pose.z())
                                                        .isCloseTo(
                                                                z,
                                                                within(EntityMirror.PRECISION_M))));
    }

    @Test
    void whoClosesTheReliableChannelIsHeldAndResumes() {
        Seat seat = backend.seat(32);
        TestPlayer ada = join("half", seat);
        ((WebRtcWire) ada.wire).closeChannel("reliable");
        ada.awaitClosed();
        TestPlayer back = enter(backend.session("half", seat));
        assertThat(back.welcome().resumed()).isTrue();
    }

    @Test
    void leaveFreesTheSeatAndSoDoesDelete() {
        Seat first = backend.seat(3);
        TestPlayer ada = join("leaver", first);
        ada.say(new Leave());
        assertThat(ada.refusal()).isEqualTo(GoodbyeReason.LEFT);
        ada.awaitClosed();
        assertThat(webSocketRefusal(backend.session("leaver", first)))
                .isEqualTo(GoodbyeReason.SESSION_ENDED);

        Seat second = backend.seat(4);
        TestPlayer bob = join("deleter", second);
        String location = ((WebRtcWire) bob.wire).location;
        assertThat(send(location, "DELETE").statusCode()).isEqualTo(200);
        assertThat(bob.refusal()).isEqualTo(GoodbyeReason.LEFT);
        bob.awaitClosed();
        assertThat(webSocketRefusal(backend.session("deleter", second)))
                .isEqualTo(GoodbyeReason.SESSION_ENDED);
        await().atMost(TestPlayer.PATIENCE)
                .until(() -> send(location, "DELETE").statusCode() == 404);
    }

    @Test
    void aDroppedPeerIsHeldAndResumesAndANewerConnectionReplacesItWhateverCarriesIt() {
        Seat seat = backend.seat(5);
        TestPlayer first = join("mover", seat);
        first.walkTo(30, 30);
        TestPlayer second =
                track(TestPlayer.hello(instance, backend.session("mover", seat))).welcomed();
        assertThat(first.refusal()).isEqualTo(GoodbyeReason.REPLACED);
        first.awaitClosed();
        assertThat(second.welcome().resumed()).isTrue();
        assertThat(second.welcome().avatar()).isEqualTo(first.welcome().avatar());
        TestPlayer third = enter(backend.session("mover", seat)); // upgrades again
        assertThat(second.refusal()).isEqualTo(GoodbyeReason.REPLACED);
        third.drop();
        third.awaitClosed();
        await().atMost(TestPlayer.PATIENCE)
                .until(() -> instance.metric("otherworld_instance_seats{state=\"held\"}") >= 1);
        TestPlayer fourth = enter(backend.session("mover", seat));
        assertThat(fourth.welcome().resumed()).isTrue();
    }

    @Test
    void the101stPlayerIsRefusedByTheNumberOfTheSeat() {
        join("hundredth", backend.seat(99));
        String ticket = backend.ticket("hundred-and-first", backend.seat(100));
        TestPlayer extra = track(WebRtcWire.connect(clients, instance, ticket)).hello(ticket);
        assertThat(extra.refusal()).isEqualTo(GoodbyeReason.INSTANCE_FULL);
        extra.awaitClosed();
    }

    @Test
    void malformedInputEndsThatConnectionAlone() {
        TestPlayer bystander = join("bystander", backend.seat(6));
        int number = 7;
        for (byte[] bytes :
                List.of(new byte[] {99}, new byte[Messages.MAX_CLIENT_BYTES + 1], new byte[0])) {
            TestPlayer rude = join("rude-" + number, backend.seat(number++));
            rude.sendRaw(bytes);
            assertThat(rude.refusal()).isEqualTo(GoodbyeReason.MALFORMED);
            rude.awaitClosed();
        }
        TestPlayer talker = join("talker", backend.seat(number++));
        talker.sendText("hello");
        assertThat(talker.refusal()).isEqualTo(GoodbyeReason.MALFORMED);
        TestPlayer lossy = join("lossy", backend.seat(number));
        lossy.wire.sendUnreliable(Messages.encode(new Ping(1, 2)));
        assertThat(lossy.refusal()).isEqualTo(GoodbyeReason.MALFORMED);
        bystander.say(new Ping(7, 8));
        assertThat(bystander.await(Pong.class, _ -> true).nonce()).isEqualTo(7);
    }

    @Test
    void whoeverHasNoGoodTokenGetsAProblemAndNothingElse() throws IOException {
        double before =
                instance.metric("otherworld_instance_webrtc_events_total{event=\"peer_accepted\"}");
        Seat seat = backend.seat(20);
        String offer = WebRtcWire.offer(clients);
        String good = backend.ticket("ada", seat);
        problem(
                WebRtcWire.post(instance, good.substring(0, good.length() - 4) + "AAAA", offer),
                401,
                "ticket-forged");
        problem(WebRtcWire.post(instance, "", offer), 401, "ticket-forged");
        Instant past = Instant.now().minusSeconds(60);
        String expired =
                backend.sign(
                        Ticket.issue(new PlayerId("late"), backend.instance, seat, "r", 100, past));
        problem(WebRtcWire.post(instance, expired, offer), 401, "ticket-expired");
        String elsewhere =
                backend.sign(
                        Ticket.issue(
                                new PlayerId("ada"),
                                new InstanceId(backend.instance.world(), 7),
                                seat,
                                "r",
                                100,
                                Instant.now()));
        problem(WebRtcWire.post(instance, elsewhere, offer), 403, "ticket-wrong-instance");
        assertThat(
                        instance.metric(
                                "otherworld_instance_webrtc_events_total{event=\"peer_accepted\"}"))
                .isEqualTo(before);
        assertThat(
                        instance.metric(
                                "otherworld_instance_webrtc_refused_total{problem=\"ticket-forged\"}"))
                .isGreaterThanOrEqualTo(2);
        // The ticket was not used up.
        enter(good);
    }

    @Test
    void anOfferThatCannotBeAnsweredIsToldWhatToSend() {
        String ticket = backend.ticket("ada", backend.seat(21));
        problem(WebRtcWire.post(instance, ticket, "v=0\r\n"), 400, "offer-unacceptable");
        problem(WebRtcWire.post(instance, ticket, "x".repeat(16 * 1024 + 1)), 413, "too-large");
        problem(
                WebRtcWire.post(instance, ticket, "x".repeat(16 * 1024)),
                400,
                "offer-unacceptable");
        int least = Messages.MAX_SERVER_BYTES;
        String small =
                WebRtcWire.offer(clients)
                        .replaceAll("a=max-message-size:\\d+", "a=max-message-size:" + (least - 1));
        assertThat(problem(WebRtcWire.post(instance, ticket, small), 400, "offer-unacceptable"))
                .contains("max-message-size is " + (least - 1), Integer.toString(least));
        HttpResponse<String> untyped =
                WebRtcWire.send(
                        WebRtcWire.request(instance, "/v1/webrtc", "POST", "x")
                                .header("Authorization", "Bearer " + ticket));
        problem(untyped, 415, "media-type");
    }

    @Test
    void lateCandidatesAreTakenUnderTheSessionsEtag() {
        TestPlayer ada = join("trickler", backend.seat(24));
        WebRtcWire wire = (WebRtcWire) ada.wire;
        String ufrag =
                wire.peer
                        .offer()
                        .lines()
                        .filter(line -> line.startsWith("a=ice-ufrag:"))
                        .findFirst()
                        .orElseThrow();
        String fragment = ufrag + "\r\na=end-of-candidates\r\n";
        assertThat(patch(wire.location, wire.etag, fragment).statusCode()).isEqualTo(204);
        problem(patch(wire.location, "\"other\"", fragment), 412, "session-changed");
        problem(patch(wire.location, "*", fragment), 422, "no-restart");
        problem(patch(wire.location, "", fragment), 428, "no-etag");
        // Credentials of another generation ask for a restart (RFC 9725, section 4.3.1).
        String restart = "a=ice-ufrag:nobody\r\na=ice-pwd:passwordOf22OrMoreChars\r\n";
        problem(patch(wire.location, wire.etag, restart), 422, "no-restart");
        problem(
                patch(wire.location, wire.etag, "a=end-of-candidates\r\n"),
                400,
                "fragment-unacceptable");
        problem(patch(wire.location, wire.etag, "x".repeat(16 * 1024 + 1)), 413, "too-large");
        problem(
                WebRtcWire.send(
                        WebRtcWire.request(instance, wire.location, "PATCH", fragment)
                                .header("Content-Type", "application/sdp")
                                .header("If-Match", wire.etag)),
                415,
                "media-type");
        problem(send("/v1/webrtc/nobody", "DELETE"), 404, "unknown-session");
        problem(patch("/v1/webrtc/nobody", wire.etag, fragment), 404, "unknown-session");
    }

    @Test
    void pagesOfOtherOriginsMayAskAndReadAndAreToldOfTurnServers() {
        HttpResponse<String> preflight = send("/v1/webrtc", "OPTIONS");
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers").orElse(""))
                .contains("Authorization", "Content-Type", "If-Match");
        String ticket = backend.ticket("roamer", backend.seat(25));
        HttpResponse<String> answer = WebRtcWire.post(instance, ticket, WebRtcWire.offer(clients));
        assertThat(answer.headers().firstValue("Access-Control-Expose-Headers").orElse(""))
                .contains("Location", "ETag", "Link");
        assertThat(answer.headers().allValues("Link"))
                .hasSize(2)
                .anyMatch(link ->
                        link.matches(
                                "<turn:turn.example.org:3478>; rel=\"ice-server\"; username=\"\\d+:roamer\"; credential=\"[^\"]+\"; credential-type=\"password\""))
                .anyMatch(link -> link.equals("<stun:stun.example.org>; rel=\"ice-server\""));
        HttpResponse<String> servers =
                WebRtcWire.send(
                        WebRtcWire.request(instance, "/v1/webrtc/ice-servers", "GET", "")
                                .header("Authorization", "Bearer " + ticket));
        assertThat(servers.statusCode()).isEqualTo(200);
        assertThat(servers.body())
                .contains("\"urls\":[\"turn:turn.example.org:3478\"]", "\"ttlSeconds\":3600");
        problem(send("/v1/webrtc/ice-servers", "GET"), 401, "ticket-forged");
    }

    @Test
    void aConnectionWithoutHelloEndsAndAFallbackIsCountedByItsReason() throws IOException {
        String ticket = backend.ticket("silent", backend.seat(26));
        TestPlayer silent = track(WebRtcWire.connect(clients, instance, ticket));
        TestPlayer fallen =
                track(TestPlayer.connect(instance, "?reason=webrtc-timeout"))
                        .hello(backend.ticket("fallen", backend.seat(27)))
                        .welcomed();
        assertThat(fallen.welcome().resumed()).isFalse();
        assertThat(
                        instance.metric(
                                "otherworld_instance_sessions_total{reason=\"webrtc-timeout\",transport=\"websocket\"}"))
                .isEqualTo(1);
        assertThat(silent.refusal()).isEqualTo(GoodbyeReason.HELLO_TIMEOUT);
        silent.awaitClosed();
    }

    @Test
    void withWebRtcOffItSaysSoAndTheKilledOnesPlayersResumeOnWebSocket() {
        Seat seat = new Seat(3, backend.seat(28).generation());
        try (Backend other = new Backend()) {
            InstanceProcess first = InstanceProcess.ready(other, "pod-1");
            Seat taken = other.seat(seat.number());
            String ticket = other.ticket("ada", taken);
            TestPlayer ada = track(WebRtcWire.connect(clients, first, ticket)).hello(ticket);
            ada.welcomed();
            ada.durable(ada.place("crate", 33, 33));
            first.process.kill();
            InstanceProcess second =
                    InstanceProcess.ready(other, "pod-2", Map.of("OTHERWORLD_WEBRTC", "false"));
            try {
                TestPlayer back = track(TestPlayer.hello(second, other.session("ada", taken)));
                assertThat(back.welcome().resumed()).isTrue();
                assertThat(back.welcome().epoch()).isEqualTo(2);
                await().atMost(TestPlayer.PATIENCE)
                        .untilAsserted(() -> assertThat(back.props).hasSize(1));
                problem(
                        WebRtcWire.post(
                                second, other.session("ada", taken), WebRtcWire.offer(clients)),
                        404,
                        "webrtc-off");
            } finally {
                first.close();
                second.close();
            }
        }
    }

    private TestPlayer join(String player, Seat seat) {
        return enter(backend.ticket(player, seat));
    }

    private TestPlayer enter(String token) {
        return track(WebRtcWire.connect(clients, instance, token)).hello(token).welcomed();
    }

    private TestPlayer webSocket(String player, Seat seat) {
        return track(TestPlayer.join(instance, backend.ticket(player, seat)));
    }

    private GoodbyeReason webSocketRefusal(String token) {
        return track(TestPlayer.hello(instance, token)).refusal();
    }

    private TestPlayer track(TestPlayer player) {
        players.add(player);
        return player;
    }

    private HttpResponse<String> send(String path, String method) {
        return WebRtcWire.send(WebRtcWire.request(instance, path, method, ""));
    }

    private HttpResponse<String> patch(String path, String etag, String fragment) {
        var request =
                WebRtcWire.request(instance, path, "PATCH", fragment)
                        .header("Content-Type", "application/trickle-ice-sdpfrag");
        return WebRtcWire.send(etag.isEmpty() ? request : request.header("If-Match", etag));
    }

    /** The body. */
    private static String problem(HttpResponse<String> response, int status, String type) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
        assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
        assertThat(response.body())
                .contains("\"type\":\"urn:otherworld:problem:" + type + "\"", "\"action\":\"");
        return response.body();
    }
}
