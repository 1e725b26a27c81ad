package otherworld.bots;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.base.WorldId;
import otherworld.bots.NotConnected.Reason;
import otherworld.bots.Seats.Answer;

/** Each refusal of a matchmaker and of an instance's signalling has its reaction. */
class RefusalsTest {
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<String> bearersSeen = new CopyOnWriteArrayList<>();
    private final AtomicInteger tokens = new AtomicInteger();
    private final String expected = "Bearer token-2";
    private HttpServer server;
    private volatile int status = 200;
    private volatile String retryAfter = "";
    private volatile String body = "{}";

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String bearer = exchange.getRequestHeaders().getFirst("Authorization");
                    bearersSeen.add(String.valueOf(bearer));
                    boolean old = status == 401 && expected.equals(bearer);
                    if (!retryAfter.isEmpty()) {
                        exchange.getResponseHeaders().set("Retry-After", retryAfter);
                    }
                    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(old ? 202 : status, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        http.close();
    }

    private MatchmakerSeats seats() {
        return new MatchmakerSeats(
                http,
                uri(""),
                new WorldId("default.plaza"),
                new Bearers(
                        (index, player) -> "token-" + tokens.incrementAndGet(), Map.of("ada", 0)));
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private Answer ask() throws InterruptedException {
        return seats().ask("ada", UUID.randomUUID());
    }

    @Test
    void aBearerThatIsTakenNoMoreIsRenewedOnce() throws Exception {
        status = 401;
        assertThat(ask()).isInstanceOf(Answer.Later.class); // 202 to the second
        assertThat(bearersSeen).containsExactly("Bearer token-1", expected);
    }

    @Test
    void whatPassesIsAskedAgainWhenTheServerSays() throws Exception {
        for (int passing : new int[] {408, 409, 425, 429, 500, 502, 503, 504}) {
            status = passing;
            retryAfter = "7";
            assertThat(ask()).isEqualTo(new Answer.Later(7_000, "matchmaker answered " + passing));
            retryAfter = "Fri, 31 Dec 1999 23:59:59 GMT";
            assertThat(ask()).isEqualTo(new Answer.Later(500, "matchmaker answered " + passing));
        }
    }

    @Test
    void whatStaysIsRefused() throws Exception {
        for (int staying : new int[] {400, 403, 404, 405, 413, 415}) {
            status = staying;
            body = "{\"type\":\"urn:otherworld:problem:unknown-world\",\"title\":\"No World\"}";
            assertThat(ask()).isEqualTo(new Answer.Refused(staying + " No World"));
        }
        status = 404; // by its type, whatever else speaks of it
        body = "{\"type\":\"urn:otherworld:problem:session-ended\",\"title\":\"x\"}";
        assertThat(seats().resume("ada", "s")).isEqualTo(new Answer.SessionEnded());
        body = "{\"type\":\"urn:otherworld:problem:other\",\"title\":\"not SESSION_ENDED\"}";
        assertThat(seats().resume("ada", "s")).isInstanceOf(Answer.Refused.class);
    }

    @Test
    void anInstancesAnswerToAnOfferSaysWhatToDo() throws Exception {
        Map<Integer, Reason> reactions =
                Map.ofEntries(
                        Map.entry(400, Reason.WEBRTC_REFUSED),
                        Map.entry(401, Reason.TOKEN_REFUSED),
                        Map.entry(403, Reason.TOKEN_REFUSED),
                        Map.entry(404, Reason.WEBRTC_REFUSED),
                        Map.entry(409, Reason.WEBRTC_REFUSED),
                        Map.entry(412, Reason.WEBRTC_REFUSED),
                        Map.entry(413, Reason.WEBRTC_REFUSED),
                        Map.entry(415, Reason.WEBRTC_REFUSED),
                        Map.entry(429, Reason.BUSY),
                        Map.entry(500, Reason.BUSY),
                        Map.entry(503, Reason.BUSY));
        retryAfter = "3";
        for (Map.Entry<Integer, Reason> reaction : reactions.entrySet()) {
            status = reaction.getKey();
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(uri("/v1/webrtc")).build(),
                            HttpResponse.BodyHandlers.ofString());
            NotConnected refused = NotConnected.refused(answer);
            assertThat(refused.reason()).as("%d", status).isEqualTo(reaction.getValue());
            assertThat(refused.retryAfterMs()).isEqualTo(3_000);
        }
    }
}
