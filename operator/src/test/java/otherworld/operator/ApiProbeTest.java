package otherworld.operator;

import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What counts as an answer, and what does not. */
class ApiProbeTest {
    private static final int SAYS_NOTHING = 0;
    private static final byte[] BODY =
            "{\"major\": \"1\", \"minor\": \"34\"}".getBytes(StandardCharsets.UTF_8);

    private final AtomicInteger status = new AtomicInteger(200);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private HttpServer server;
    private KubernetesClient client;
    private ApiProbe probe;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    while (status.get() == SAYS_NOTHING) {
                        sleep();
                    }
                    exchange.getResponseHeaders().set("Content-Type", "application/json");
                    exchange.sendResponseHeaders(status.get(), BODY.length);
                    exchange.getResponseBody().write(BODY);
                    exchange.close();
                });
        server.start();
        client =
                new KubernetesClientBuilder()
                        .withConfig(
                                new ConfigBuilder()
                                        .withMasterUrl(
                                                "http://127.0.0.1:" + server.getAddress().getPort())
                                        .build())
                        .build();
        probe =
                new ApiProbe(
                        client,
                        registry,
                        KubernetesClient::getKubernetesVersion,
                        Duration.ofMillis(20),
                        Duration.ofMillis(200));
    }

    private static void sleep() {
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() {
        probe.close();
        client.close();
        status.set(200);
        server.stop(0);
        threads.close();
    }

    @Test
    void anAnswerIsOneAndSoIsARefusal() {
        awaitUp(1);
        status.set(500);
        awaitUp(0);
        status.set(403);
        awaitUp(1);
    }

    @Test
    void whoSaysNothingIsAway() {
        awaitUp(1);
        status.set(SAYS_NOTHING);
        awaitUp(0);
        status.set(200);
        awaitUp(1);
    }

    @Test
    void whoIsNotThereIsAway() {
        awaitUp(1);
        server.stop(0);
        awaitUp(0);
    }

    private void awaitUp(double value) {
        await().atMost(Duration.ofSeconds(20)).until(() -> up() == value);
    }

    private double up() {
        return registry.scrape().stream()
                .filter(GaugeSnapshot.class::isInstance)
                .map(GaugeSnapshot.class::cast)
                .filter(gauge -> gauge.getMetadata().getName().endsWith("api_server_up"))
                .flatMap(gauge -> gauge.getDataPoints().stream())
                .mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
                .findFirst()
                .orElse(Double.NaN);
    }
}
