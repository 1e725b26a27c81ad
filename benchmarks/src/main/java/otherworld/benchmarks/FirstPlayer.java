package otherworld.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import otherworld.protocol.Hello;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Messages;
import otherworld.protocol.Protocol;
import otherworld.protocol.Welcome;

/** A player of a local cluster: token, seat, WebSocket, Welcome. One thread. */
final class FirstPlayer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long RETRY_MS = 20;

    private final HttpClient http;
    private final URI matchmaker;
    private final String token;

    /**
     * @param home the cluster's state folder
     */
    FirstPlayer(HttpClient http, Path home) throws IOException, InterruptedException {
        this.http = http;
        Properties connections = new Properties();
        connections.load(
                new StringReader(
                        Files.readString(home.resolve("run/connections.env")).replace("'", "")));
        matchmaker = URI.create(connections.getProperty("OTHERWORLD_MATCHMAKER_URL"));
        String secret =
                Files.readString(Path.of(connections.getProperty("OTHERWORLD_CLIENT_SECRET_FILE")))
                        .strip();
        String form =
                "grant_type=client_credentials&client_id=bench&client_secret=%s".formatted(secret);
        HttpResponse<String> answer =
                http.send(
                        HttpRequest.newBuilder(
                                        URI.create(connections.getProperty("OTHERWORLD_TOKEN_URL")))
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString(form))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        token = JSON.readTree(answer.body()).path("access_token").asText();
    }

    /** Milliseconds until it is welcomed in {@code world}. */
    double join(String world, Duration limit) throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        JsonNode seat = seat(world, startNs + limit.toNanos());
        CompletableFuture<Boolean> welcomed = new CompletableFuture<>();
        try {
            WebSocket socket =
                    http.newWebSocketBuilder()
                            .subprotocols(Protocol.SUBPROTOCOL)
                            .connectTimeout(limit)
                            .buildAsync(webSocket(seat), new FirstAnswer(welcomed))
                            .get(limit.toMillis(), TimeUnit.MILLISECONDS);
            Hello hello =
                    new Hello(
                            Protocol.VERSION,
                            Protocol.OLDEST,
                            0,
                            seat.path("ticket").asText(),
                            "otherworld-bench/1");
            var _ = socket.sendBinary(ByteBuffer.wrap(Messages.encode(hello)), true);
            boolean admitted = welcomed.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            double ms = (System.nanoTime() - startNs) / 1e6;
            socket.abort();
            if (!admitted) {
                throw new IOException("the instance of %s refused the player".formatted(world));
            }
            return ms;
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the player did not get into " + world, e);
        }
    }

    /** The first endpoint of the seat that is one; others are of WebRTC. */
    private static URI webSocket(JsonNode seat) throws IOException {
        for (JsonNode endpoint : seat.path("endpoints")) {
            if (endpoint.asText().startsWith("ws")) {
                return URI.create(endpoint.asText());
            }
        }
        throw new IOException("the seat has no WebSocket endpoint: " + seat.path("endpoints"));
    }

    private JsonNode seat(String world, long untilNs) throws IOException, InterruptedException {
        UUID request = UUID.randomUUID();
        while (System.nanoTime() < untilNs) {
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(
                                            matchmaker.resolve(
                                                    "/v1/worlds/%s/seats/%s"
                                                            .formatted(world, request)))
                                    .header("Authorization", "Bearer " + token)
                                    .header("Content-Type", "application/json")
                                    .PUT(HttpRequest.BodyPublishers.ofString("{}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                return JSON.readTree(answer.body());
            }
            Thread.sleep(RETRY_MS);
        }
        throw new IOException("no seat in %s in time".formatted(world));
    }

    private record FirstAnswer(CompletableFuture<Boolean> welcomed) implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] message = new byte[data.remaining()];
            data.get(message);
            try {
                welcomed.complete(
                        Messages.decodeServer(message, 0, message.length) instanceof Welcome);
            } catch (MalformedMessage e) {
                welcomed.completeExceptionally(e);
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            welcomed.complete(false);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            welcomed.completeExceptionally(error);
        }
    }
}
