package otherworld.e2e.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

/** An Alertmanager that runs, asked by its API v2. Thread-safe. */
public final class Alertmanager implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI url;
    private final HttpClient http = HttpClient.newHttpClient();

    public Alertmanager(URI url) {
        this.url = url;
    }

    /** Names of the alerts that it holds and would tell of. */
    public Set<String> alerts() throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(
                        HttpRequest.newBuilder(URI.create(url + "/api/v2/alerts?active=true"))
                                .timeout(PATIENCE)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("%d: %s".formatted(answer.statusCode(), answer.body()));
        }
        Set<String> names = new TreeSet<>();
        for (JsonNode alert : JSON.readTree(answer.body())) {
            names.add(alert.at("/labels/alertname").asText());
        }
        return names;
    }

    @Override
    public void close() {
        http.close();
    }
}
