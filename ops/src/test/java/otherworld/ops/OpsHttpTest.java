package otherworld.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.WebServer;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpsHttpTest {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final AtomicReference<Health> ready = new AtomicReference<>(Health.up());
    private WebServer server;

    @BeforeEach
    void start() {
        server =
                WebServer.builder()
                        .address(InetAddress.getLoopbackAddress())
                        .port(0)
                        .routing(routing ->
                                routing.register(new OpsHttp(registry, Health::up, ready::get)))
                        .build()
                        .start();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void tellsWhyItIsNotReady() throws Exception {
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        ready.set(Health.down("no lease: plaza-0 is held by pod x"));
        HttpResponse<String> response = get("/readyz");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("held by pod x");
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void servesMetricsAsPrometheusText() throws Exception {
        Counter.builder().name("otherworld_test_events_total").register(registry).inc(3);
        HttpResponse<String> response = get("/metrics");
        assertThat(response.headers().firstValue("content-type").orElseThrow())
                .startsWith("text/plain");
        assertThat(response.body()).contains("otherworld_test_events_total 3.0");
    }

    private HttpResponse<String> get(String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
