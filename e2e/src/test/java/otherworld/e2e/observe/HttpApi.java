package otherworld.e2e.observe;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** What Prometheus and Alertmanager are asked by. Thread-safe. */
final class HttpApi implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final URI url;
    private final HttpClient http = HttpClient.newHttpClient();

    HttpApi(URI url) {
        this.url = url;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        http.close();
    }
}
