package otherworld.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Answers {@code /healthz} (is the process alive: restart it if not), {@code /readyz} (does it do
 * its work now) and {@code /metrics} (Prometheus text, or OpenMetrics if asked for; packed with
 * gzip for those who take it, as Prometheus does) on a listener of its own, so that strangers on
 * the players' port can neither reach these nor keep probes out. {@code GET} and {@code HEAD}; a
 * path that is not known is 404, another method 405.
 *
 * <p>Checks run on a virtual thread for each request. Bounds are those of {@link InternalListener}.
 */
public final class ManagementServer implements AutoCloseable {
    /** Header of each answer of a pod: its {@code metadata.uid}. */
    public static final String POD_HEADER = "Otherworld-Pod";

    private static final ExpositionFormats FORMATS = ExpositionFormats.init();

    private final HttpServer server;
    private final ExecutorService threads;
    private final String podUid;

    private ManagementServer(HttpServer server, ExecutorService threads, String podUid) {
        this.server = server;
        this.threads = threads;
        this.podUid = podUid;
    }

    /**
     * Listens from now on.
     *
     * @throws PortTaken if the address cannot be had
     */
    public static ManagementServer start(
            ManagementSettings settings,
            PrometheusRegistry registry,
            Supplier<Health> live,
            Supplier<Health> ready)
            throws PortTaken {
        HttpServer server =
                InternalListener.bind(
                        settings.bind(), settings.port(), ManagementSettings.PORT, 128);
        ExecutorService threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("management-", 0).factory());
        server.setExecutor(threads);
        ManagementServer management = new ManagementServer(server, threads, settings.podUid());
        server.createContext("/", exchange -> management.answer(exchange, Optional.empty()));
        management.serve("/healthz", () -> health(live.get()));
        management.serve("/readyz", () -> health(ready.get()));
        server.createContext(
                "/metrics",
                exchange -> management.answer(exchange, Optional.of(metrics(exchange, registry))));
        server.start();
        return management;
    }

    /** Answers {@code path}, too. */
    public void add(String path, Supplier<Health> answer) {
        serve(path, () -> health(answer.get()));
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Stops listening at once; answers that are under way are cut off. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private record Answer(int status, String contentType, boolean packed, byte[] body) {
        static Answer text(int status, String text) {
            return new Answer(
                    status,
                    "text/plain; charset=utf-8",
                    false,
                    (text + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private void serve(String path, Supplier<Answer> source) {
        server.createContext(path, exchange -> answer(exchange, Optional.of(source.get())));
    }

    private static Answer health(Health health) {
        return switch (health) {
            case Health.Up() -> Answer.text(200, "ok");
            case Health.Down(String reason) -> Answer.text(503, reason);
        };
    }

    private static Answer metrics(HttpExchange exchange, PrometheusRegistry registry)
            throws IOException {
        String accepted = exchange.getRequestHeaders().getFirst("Accept");
        var writer = FORMATS.findWriter(accepted == null ? "" : accepted);
        boolean packed = Gzip.isAccepted(exchange.getRequestHeaders());
        ByteArrayOutputStream body = new ByteArrayOutputStream((packed ? 8 : 32) * 1024);
        try (OutputStream out = packed ? Gzip.quick(body) : body) {
            writer.write(out, registry.scrape());
        }
        return new Answer(200, writer.getContentType(), packed, body.toByteArray());
    }

    /**
     * @param known empty if nothing is at this path
     */
    private void answer(HttpExchange exchange, Optional<Answer> known) throws IOException {
        // A context is a prefix: "/healthz" also gets "/healthzzz".
        boolean exact =
                exchange.getHttpContext().getPath().equals(exchange.getRequestURI().getPath());
        Answer answer =
                known.filter(there -> exact)
                        .map(there -> allowed(exchange) ? there : Answer.text(405, "GET or HEAD"))
                        .orElseGet(() -> Answer.text(404, "here are /healthz, /readyz, /metrics"));
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", answer.contentType());
        headers.set("Cache-Control", "no-store");
        if (answer.packed()) {
            headers.set("Content-Encoding", "gzip");
        }
        if (answer.status() == 405) {
            headers.set("Allow", "GET, HEAD");
        }
        if (!podUid.isEmpty()) {
            headers.set(POD_HEADER, podUid);
        }
        try (exchange) {
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(answer.status(), -1);
            } else {
                exchange.sendResponseHeaders(answer.status(), answer.body().length);
                exchange.getResponseBody().write(answer.body());
            }
        }
    }

    private static boolean allowed(HttpExchange exchange) {
        String method = exchange.getRequestMethod();
        return method.equals("GET") || method.equals("HEAD");
    }
}
