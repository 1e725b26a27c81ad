package otherworld.operator.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Asks Prometheus what this package asks, and nothing that a reader of the page has sent. Bounded
 * in time, bytes, and questions at a time. Thread-safe.
 */
final class Prometheus implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final int MOST_BYTES = 2 * 1024 * 1024;
    private static final int MOST_AT_ONCE = 4;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final URI base;
    private final HttpClient http;
    private final Semaphore permits = new Semaphore(MOST_AT_ONCE);

    /** It did not answer, or not what Prometheus answers; the message says which. */
    static final class Unanswered extends Exception {
        private static final long serialVersionUID = 1;

        Unanswered(String message) {
            super(message, null, false, false);
        }
    }

    Prometheus(URI base) {
        this.base = base;
        this.http =
                HttpClient.newBuilder()
                        .connectTimeout(TIMEOUT)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();
    }

    /** {@code data.result} of a range query. */
    JsonNode range(String query, Instant from, Instant to, Duration step) throws Unanswered {
        String path =
                "api/v1/query_range?query=%s&start=%d&end=%d&step=%d&timeout=2s"
                        .formatted(
                                URLEncoder.encode(query, StandardCharsets.UTF_8),
                                from.getEpochSecond(),
                                to.getEpochSecond(),
                                step.toSeconds());
        return array(data(path), "result");
    }

    /** Alerts that wait or fire. */
    JsonNode alerts() throws Unanswered {
        return array(data("api/v1/alerts"), "alerts");
    }

    private static JsonNode array(JsonNode data, String field) throws Unanswered {
        JsonNode array = data.path(field);
        if (!array.isArray()) {
            throw new Unanswered("what it answers is no answer of Prometheus: it has no " + field);
        }
        return array;
    }

    private JsonNode data(String path) throws Unanswered {
        try {
            if (!permits.tryAcquire(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Unanswered("it is slow: other questions wait for it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unanswered("the operator stops");
        }
        try {
            HttpResponse<InputStream> response =
                    http.send(
                            HttpRequest.newBuilder(base.resolve(path))
                                    .timeout(TIMEOUT)
                                    .header("Accept", "application/json")
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            return data(response);
        } catch (IOException e) {
            String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new Unanswered("it does not answer: " + why);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unanswered("the operator stops");
        } finally {
            permits.release();
        }
    }

    private static JsonNode data(HttpResponse<InputStream> response)
            throws IOException, Unanswered {
        // The time-out of a request ends with its headers: one that drips its body is cut here.
        Thread cutter =
                Thread.ofVirtual()
                        .name("prometheus-cutter")
                        .start(() -> {
                            try {
                                Thread.sleep(TIMEOUT);
                                response.body().close();
                            } catch (InterruptedException | IOException e) {
                                return; // it was in time, or has ended by itself
                            }
                        });
        byte[] body;
        try (InputStream in = response.body()) {
            body = in.readNBytes(MOST_BYTES + 1);
        } finally {
            cutter.interrupt();
        }
        if (body.length > MOST_BYTES) {
            throw new Unanswered("it answers more than %d bytes".formatted(MOST_BYTES));
        }
        JsonNode answer;
        try {
            answer = MAPPER.readTree(body);
        } catch (IOException e) {
            throw new Unanswered(
                    "what it answers, with status %d, is no JSON".formatted(response.statusCode()));
        }
        if (answer == null || !answer.path("status").asText().equals("success")) {
            String error = answer == null ? "" : answer.path("error").asText();
            throw new Unanswered(
                    error.isEmpty()
                            ? "what it answers, with status %d, is no answer of Prometheus"
                                    .formatted(response.statusCode())
                            : "it refuses: " + FleetJson.shorten(error));
        }
        return answer.path("data");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
