package otherworld.e2e.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import otherworld.local.oidc.LocalIssuer;
import otherworld.protocol.Hello;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Messages;
import otherworld.protocol.Protocol;
import otherworld.protocol.ServerMessage;

/** Asks for seats at whichever matchmaker answers, and says Hello over WebSocket. Thread-safe. */
final class Players {
    static final String SECRET = "the local issuer's secret";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private final LocalIssuer issuer;
    private final String world;
    private final List<Integer> replicas;
    private final AtomicInteger next = new AtomicInteger();
    private final Map<String, String> bearers = new ConcurrentHashMap<>();

    /** What a matchmaker gave. */
    record Seat(String ticket, String session, URI play) {}

    Players(LocalIssuer issuer, String world, List<Integer> replicas) {
        this.issuer = issuer;
        this.world = world;
        this.replicas = replicas;
    }

    /** Asks again, elsewhere, as long as nobody answers or there is no seat yet. */
    Seat seat(String player, int instance) throws InterruptedException {
        UUID request = UUID.randomUUID();
        long endNs = System.nanoTime() + PATIENCE.toNanos();
        String last = "";
        while (System.nanoTime() < endNs) {
            int port = replicas.get(Math.floorMod(next.getAndIncrement(), replicas.size()));
            try {
                HttpResponse<String> answer =
                        http.send(
                                asked(player, port, "seats/" + request)
                                        .PUT(body("{\"instance\":%d}".formatted(instance)))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == 200) {
                    JsonNode json = JSON.readTree(answer.body());
                    return new Seat(
                            json.get("ticket").asText(),
                            json.get("session").asText(),
                            URI.create(json.get("endpoints").get(0).asText()));
                }
                last = answer.body();
            } catch (IOException e) {
                last = e.toString(); // it is being replaced
            }
            Thread.sleep(50);
        }
        throw new AssertionError("No seat for %s: %s".formatted(player, last));
    }

    /** The answer to {@code POST …/resume}. */
    int resume(String player, String session, int port) throws IOException, InterruptedException {
        return http.send(
                        asked(player, port, "resume")
                                .POST(body("{\"session\":\"%s\"}".formatted(session)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private HttpRequest.Builder asked(String player, int port, String path)
            throws InterruptedException {
        return HttpRequest.newBuilder(
                        URI.create(
                                "http://127.0.0.1:%d/v1/worlds/%s/%s".formatted(port, world, path)))
                .timeout(Duration.ofSeconds(5))
                .header("Authorization", "Bearer " + bearer(player))
                .header("Content-Type", "application/json");
    }

    private static HttpRequest.BodyPublisher body(String json) {
        return HttpRequest.BodyPublishers.ofString(json);
    }

    private String bearer(String player) throws InterruptedException {
        String known = bearers.get(player);
        if (known != null) {
            return known;
        }
        try {
            String form =
                    "grant_type=client_credentials&client_id=%s&client_secret=%s"
                            .formatted(player, SECRET.replace(" ", "+").replace("'", "%27"));
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(URI.create(issuer.issuer() + "/token"))
                                    .header("Content-Type", "application/x-www-form-urlencoded")
                                    .POST(body(form))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            String token = JSON.readTree(answer.body()).path("access_token").asText();
            bearers.put(player, token);
            return token;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** One that has said Hello. */
    record Said(WebSocket socket, ServerMessage answer) implements AutoCloseable {
        @Override
        public void close() {
            socket.abort();
        }
    }

    /** Says Hello with a token; the first answer is Welcome or Goodbye. */
    Said hello(URI play, String token) throws InterruptedException {
        CompletableFuture<ServerMessage> first = new CompletableFuture<>();
        try {
            WebSocket socket =
                    http.newWebSocketBuilder()
                            .subprotocols(Protocol.SUBPROTOCOL)
                            .buildAsync(play, new First(first))
                            .get(10, TimeUnit.SECONDS);
            byte[] hello =
                    Messages.encode(
                            new Hello(Protocol.VERSION, Protocol.OLDEST, 0, token, "rotation"));
            socket.sendBinary(ByteBuffer.wrap(hello), true).get(10, TimeUnit.SECONDS);
            return new Said(socket, first.get(30, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("No answer from " + play, e);
        }
    }

    /** Keeps the first message, and reads on. */
    private static final class First implements WebSocket.Listener {
        private final CompletableFuture<ServerMessage> first;
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();

        First(CompletableFuture<ServerMessage> first) {
            this.first = first;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            message.writeBytes(bytes);
            if (last) {
                byte[] whole = message.toByteArray();
                message.reset();
                if (!first.isDone()) {
                    try {
                        first.complete(Messages.decodeServer(whole, 0, whole.length));
                    } catch (MalformedMessage e) {
                        first.completeExceptionally(e);
                    }
                }
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            first.completeExceptionally(error);
        }
    }
}
