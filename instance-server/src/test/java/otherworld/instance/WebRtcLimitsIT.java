package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.instance.config.Limits;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Messages;
import otherworld.protocol.Ping;
import otherworld.webrtc.client.WebRtcClients;

/** Bounds of signalling and of WebRTC peers, at the limit and one beyond it. */
class WebRtcLimitsIT {
    private final WebRtcClients clients = WebRtcWire.clients();
    private final Backend backend = new Backend();
    private InstanceProcess instance;

    @BeforeEach
    void start() {
        instance = InstanceProcess.ready(backend, "pod-1");
    }

    @AfterEach
    void stop() {
        clients.close();
        instance.close();
        backend.close();
    }

    @Test
    void anAddressMayOfferSoOftenAndOthersAreNotConcerned() throws Exception {
        String offer = WebRtcWire.offer(clients);
        try (HttpClient eager = from("127.0.0.9");
                HttpClient other = from("127.0.0.10")) {
            long startNs = System.nanoTime();
            int looked = 0;
            HttpResponse<String> answer = post(eager, "none", offer);
            while (answer.statusCode() == 401) {
                looked++;
                answer = post(eager, "none", offer);
            }
            double seconds = (System.nanoTime() - startNs) / 1e9;
            assertThat(looked)
                    .isBetween(
                            Limits.OFFERS_BURST_PER_ADDRESS,
                            Limits.OFFERS_BURST_PER_ADDRESS
                                    + (int) (seconds * Limits.OFFERS_PER_SECOND_PER_ADDRESS)
                                    + 1);
            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.body()).contains("too-many-offers", "from your address");
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
            assertThat(post(other, "none", offer).statusCode()).isEqualTo(401);
        }
        assertThat(
                        instance.metric(
                                "otherworld_instance_webrtc_refused_total{problem=\"too-many-offers\"}"))
                .isEqualTo(1);
    }

    @Test
    void peersThatNeverConnectAreBoundedAndMakeRoomAgain() throws Exception {
        String offer = WebRtcWire.offer(clients);
        try (HttpClient http = from("127.0.0.11");
                HttpClient more = from("127.0.0.12");
                HttpClient most = from("127.0.0.13")) {
            HttpClient[] addresses = {http, more, most};
            for (int i = 0; i < Limits.MAX_HALF_OPEN_PEERS; i++) {
                String token = backend.ticket("p" + i, backend.seat(i % 100));
                HttpResponse<String> answer = patient(addresses[i % 3], token, offer);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
            }
            String late = backend.session("late", backend.seat(1));
            HttpResponse<String> busy = patient(http, late, offer);
            assertThat(busy.statusCode()).isEqualTo(503);
            assertThat(busy.body()).contains("urn:otherworld:problem:busy", "512");
            assertThat(busy.headers().firstValue("Retry-After")).contains("1");
            assertThat(limitHits("peers")).isEqualTo(1);
            await().atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> patient(http, late, offer).statusCode() == 201);
        }
        assertThat(
                        instance.metric(
                                "otherworld_instance_webrtc_closed_total{reason=\"timeout_ice\"}"))
                .isPositive();
    }

    @Test
    void aPlayerMayBeginThreeConnectionsAtATime() throws IOException {
        String ticket = backend.ticket("eager", backend.seat(22));
        for (int i = 0; i < Limits.BEGUN_PEERS_PER_PLAYER; i++) {
            assertThat(WebRtcWire.post(instance, ticket, WebRtcWire.offer(clients)).statusCode())
                    .isEqualTo(201);
        }
        assertThat(limitHits("peers_per_player")).isZero();
        HttpResponse<String> fourth = WebRtcWire.post(instance, ticket, WebRtcWire.offer(clients));
        assertThat(fourth.statusCode()).isEqualTo(429);
        assertThat(fourth.body()).contains("too-many-peers-of-player");
        assertThat(fourth.headers().firstValue("Retry-After")).contains("1");
        assertThat(limitHits("peers_per_player")).isEqualTo(1);
        String other = backend.ticket("patient", backend.seat(23));
        WebRtcWire.connect(clients, instance, other).hello(other).welcomed().close();
    }

    @Test
    void whileHelloIsCheckedSoManyMessagesWait() throws Exception {
        TestPlayer modest = greeted("modest", 1);
        TestPlayer rude = greeted("rude", 2);
        backend.redis.pause(); // claiming a seat takes until it goes on
        try {
            modest.hello(backend.ticket("modest", backend.seat(1)));
            rude.hello(backend.ticket("rude", backend.seat(2)));
            // The Hellos are being checked by now, and are until Redis is given up after a second.
            Thread.sleep(300);
            say(modest, Limits.PEER_WAITING_MESSAGES);
            say(rude, Limits.PEER_WAITING_MESSAGES + 1);
            assertThat(rude.refusal()).isEqualTo(GoodbyeReason.INTERNAL);
            assertThat(limitHits("peer_waiting")).isEqualTo(1);
        } finally {
            backend.redis.resume();
        }
        assertThat(limitHits("peer_waiting")).isEqualTo(1);
        modest.close();
    }

    private TestPlayer greeted(String player, int seat) {
        return WebRtcWire.connect(clients, instance, backend.ticket(player, backend.seat(seat)));
    }

    private static void say(TestPlayer player, int messages) {
        for (int i = 0; i < messages; i++) {
            player.sendRaw(Messages.encode(new Ping(i, 1)));
        }
    }

    private double limitHits(String limit) throws IOException {
        return instance.metric(
                "otherworld_instance_limit_hits_total{limit=\"%s\"}".formatted(limit));
    }

    private static HttpClient from(String address) throws IOException {
        return HttpClient.newBuilder().localAddress(InetAddress.getByName(address)).build();
    }

    /** Offers again as long as it was too soon. */
    private HttpResponse<String> patient(HttpClient http, String token, String offer)
            throws Exception {
        HttpResponse<String> answer = post(http, token, offer);
        while (answer.statusCode() == 429) {
            Thread.sleep(100);
            answer = post(http, token, offer);
        }
        return answer;
    }

    private HttpResponse<String> post(HttpClient http, String token, String offer)
            throws Exception {
        return http.send(
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:%d/v1/webrtc".formatted(instance.port)))
                        .timeout(Duration.ofSeconds(10))
                        .header("Content-Type", "application/sdp")
                        .header("Authorization", "Bearer " + token)
                        .POST(HttpRequest.BodyPublishers.ofString(offer))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
