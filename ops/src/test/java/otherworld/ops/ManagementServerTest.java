package otherworld.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManagementServerTest {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final AtomicReference<Health> ready = new AtomicReference<>(Health.up());
    private ManagementServer server;

    @BeforeEach
    void start() throws Exception {
        server = start(0);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private ManagementServer start(int port) throws PortTaken {
        return ManagementServer.start(
                new ManagementSettings("127.0.0.1", port, "uid-1"),
                registry,
                Health::up,
                ready::get);
    }

    @Test
    void tellsWhyItIsNotReady() throws Exception {
        assertThat(send("GET", "/readyz").statusCode()).isEqualTo(200);
        ready.set(Health.down("no lease: plaza-0 is held by pod x"));
        HttpResponse<String> response = send("GET", "/readyz");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("held by pod x");
        assertThat(send("GET", "/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void eachAnswerSaysWhoseItIs() throws Exception {
        for (String path : List.of("/healthz", "/readyz", "/metrics", "/nothing")) {
            assertThat(send("GET", path).headers().firstValue(ManagementServer.POD_HEADER))
                    .contains("uid-1");
        }
    }

    @Test
    void servesMetricsAsPrometheusText() throws Exception {
        Counter.builder().name("otherworld_test_events_total").register(registry).inc(3);
        HttpResponse<String> response = send("GET", "/metrics");
        assertThat(response.headers().firstValue("content-type").orElseThrow())
                .startsWith("text/plain");
        assertThat(response.body()).contains("otherworld_test_events_total 3.0");
    }

    @Test
    void metricsArePackedForWhoTakesThat() throws Exception {
        Counter.builder().name("otherworld_test_events_total").register(registry).inc(3);
        HttpResponse<byte[]> packed = metrics("br, gzip;q=0.5");
        assertThat(packed.headers().firstValue("content-encoding")).contains("gzip");
        byte[] plain = new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes();
        assertThat(plain).isEqualTo(metrics("gzip;q=0, *").body());
        assertThat(metrics("gzip;q=0, *").headers().firstValue("content-encoding")).isEmpty();
        assertThat(new String(plain, StandardCharsets.UTF_8))
                .contains("otherworld_test_events_total 3.0");
    }

    private HttpResponse<byte[]> metrics(String encodings) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(uri("/metrics"))
                            .header("Accept-Encoding", encodings)
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /, 404",
        "GET, /healthzz, 404",
        "GET, /healthz/x, 404",
        "HEAD, /healthz, 200",
        "HEAD, /metrics, 200",
        "POST, /healthz, 405",
        "DELETE, /metrics, 405"
    })
    void otherPathsAndMethodsAreRefused(String method, String path, int status) throws Exception {
        assertThat(send(method, path).statusCode()).isEqualTo(status);
    }

    @Test
    void anAddressThatIsTakenIsNamedWithItsSetting() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> start(taken.getLocalPort()))
                    .isInstanceOf(PortTaken.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("OTHERWORLD_MANAGEMENT_PORT");
        }
    }

    /** Connections that say nothing, or half of something, are ended and keep no probe out. */
    @Test
    void silentConnectionsKeepNoProbeOut() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) { // above the limit
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                socket.setSoTimeout(20_000);
                silent.add(socket);
                if (i % 2 == 0) {
                    socket.getOutputStream()
                            .write("GET /healthz HT".getBytes(StandardCharsets.US_ASCII));
                }
            }
            long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
            int status = 0;
            while (status != 200 && System.nanoTime() < deadline) {
                try {
                    status = send("GET", "/healthz").statusCode();
                } catch (IOException e) {
                    Thread.sleep(100); // refused while the limit is reached
                }
            }
            assertThat(status).isEqualTo(200);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(uri(path))
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .timeout(Duration.ofSeconds(5))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
