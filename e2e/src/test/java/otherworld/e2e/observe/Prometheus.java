package otherworld.e2e.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A Prometheus that runs, asked over HTTP. Thread-safe. */
public final class Prometheus implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI url;
    private final HttpClient http = HttpClient.newHttpClient();

    public Prometheus(URI url) {
        this.url = url;
    }

    /** The series that an expression has now. */
    public JsonNode query(String expression) throws IOException, InterruptedException {
        return get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .path("result");
    }

    /** Its one value; NaN if it has none. */
    public double value(String expression) throws IOException, InterruptedException {
        JsonNode result = query(expression);
        return result.isEmpty() ? Double.NaN : result.get(0).at("/value/1").asDouble();
    }

    /** Alerts that fire, or are about to. */
    public JsonNode alerts() throws IOException, InterruptedException {
        return get("/api/v1/alerts").path("alerts");
    }

    /** Whatever else it answers, such as {@code /api/v1/status/tsdb}. */
    public JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(
                        HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE).build(),
                        HttpResponse.BodyHandlers.ofString());
        JsonNode body = JSON.readTree(answer.body());
        if (!body.path("status").asText().equals("success")) {
            throw new IOException("%s: %s".formatted(path, answer.body()));
        }
        return body.path("data");
    }

    @Override
    public void close() {
        http.close();
    }
}
