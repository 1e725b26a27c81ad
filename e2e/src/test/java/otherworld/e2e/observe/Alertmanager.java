package otherworld.e2e.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Set;
import java.util.TreeSet;

/** An Alertmanager that runs, asked by its API v2. Thread-safe. */
public final class Alertmanager implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpApi api;

    public Alertmanager(URI url) {
        this.api = new HttpApi(url);
    }

    /** Names of the alerts that it holds and would tell of. */
    public Set<String> alerts() throws IOException, InterruptedException {
        HttpResponse<String> answer = api.get("/api/v2/alerts?active=true");
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
        api.close();
    }
}
