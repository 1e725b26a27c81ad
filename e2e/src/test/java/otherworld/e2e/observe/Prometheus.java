package otherworld.e2e.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** A Prometheus that runs, asked over HTTP. Thread-safe. */
public final class Prometheus implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpApi api;

    public Prometheus(URI url) {
        this.api = new HttpApi(url);
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
        HttpResponse<String> answer = api.get(path);
        JsonNode body = JSON.readTree(answer.body());
        if (!body.path("status").asText().equals("success")) {
            throw new IOException("%s: %s".formatted(path, answer.body()));
        }
        return body.path("data");
    }

    @Override
    public void close() {
        api.close();
    }
}
