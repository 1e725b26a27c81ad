package otherworld.matchmaker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A player's HTTP client, which takes no answer that is not as the OpenAPI document says. */
final class TestClient implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final DocumentedAnswers DOCUMENTED = new DocumentedAnswers();

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
    private final int port;
    private final int managementPort;

    record Answer(int status, JsonNode json, HttpResponse<String> response) {}

    TestClient(Matchmaker matchmaker) {
        this(matchmaker.httpPort(), matchmaker.managementPort());
    }

    /** Asks for {@code /v1/…} at the players' port, for all else at the management listener. */
    TestClient(int port, int managementPort) {
        this.port = port;
        this.managementPort = managementPort;
    }

    Answer put(String path, String token, String body) {
        return send("PUT", path, token, body);
    }

    Answer get(String path, @Nullable String token) {
        return send("GET", path, token, null);
    }

    Answer send(String method, String path, @Nullable String token, @Nullable String body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:%d%s"
                                                .formatted(
                                                        path.startsWith("/v1/")
                                                                ? port
                                                                : managementPort,
                                                        path)))
                        .timeout(Duration.ofSeconds(20))
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            HttpResponse<String> response =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            String type = response.headers().firstValue("content-type").orElse("");
            JsonNode json =
                    type.contains("json") ? MAPPER.readTree(response.body()) : MAPPER.nullNode();
            String retryAfter = response.headers().firstValue("retry-after").orElse("");
            DOCUMENTED.check(
                    method,
                    path,
                    new DocumentedAnswers.Said(response.statusCode(), type, retryAfter, json));
            return new Answer(response.statusCode(), json, response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
