package otherworld.operator.page;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.operator.config.PageSettings;
import otherworld.ops.Gzip;
import otherworld.ops.InternalListener;
import otherworld.ops.PortTaken;
import otherworld.ops.Problem;

/**
 * The listener of the page: its files at {@code /}, what they show at {@code /api/…}. {@code GET}
 * and {@code HEAD} alone. Bounds are those of {@link InternalListener}.
 */
public final class PageServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PageServer.class);

    /** Nothing from elsewhere, nothing inline, in nobody's frame. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final Map<String, String> ALWAYS =
            Map.of(
                    "Content-Security-Policy", POLICY,
                    "X-Content-Type-Options", "nosniff",
                    "Referrer-Policy", "no-referrer",
                    "Cross-Origin-Opener-Policy", "same-origin",
                    "Cross-Origin-Resource-Policy", "same-origin",
                    "Permissions-Policy", "camera=(), microphone=(), geolocation=()",
                    "Cache-Control", "no-cache",
                    "Vary", "Accept-Encoding");

    private final HttpServer server;
    private final ExecutorService threads;
    private final PageApi api;
    private final HostNames hosts;
    private final Bearers bearers;
    private final Map<String, Body> files = PageFiles.load();

    private PageServer(
            HttpServer server, ExecutorService threads, PageSettings settings, PageApi api) {
        this.server = server;
        this.threads = threads;
        this.api = api;
        this.hosts = new HostNames(settings.hosts());
        this.bearers = new Bearers(settings.tokenFile());
    }

    /**
     * Listens from now on.
     *
     * @throws PortTaken if the address cannot be had
     */
    public static PageServer start(PageSettings settings, FleetView fleet, InstantSource clock)
            throws PortTaken {
        HttpServer server =
                InternalListener.bind(settings.bind(), settings.port(), PageSettings.PORT, 64);
        ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("page-", 0).factory());
        server.setExecutor(threads);
        PageServer page =
                new PageServer(
                        server,
                        threads,
                        settings,
                        new PageApi(fleet, settings.prometheus(), clock, System::nanoTime));
        server.createContext("/", page::handle);
        server.start();
        return page;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            ALWAYS.forEach(exchange.getResponseHeaders()::set);
            try {
                send(exchange, 200, answer(exchange));
            } catch (Problem.Thrown e) {
                refuse(exchange, e.problem());
            } catch (RuntimeException e) {
                log.error("{} could not be answered", exchange.getRequestURI().getPath(), e);
                refuse(exchange, new Problem(PageProblem.INTERNAL, "the request failed"));
            }
        }
    }

    private Body answer(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        String host = Optional.ofNullable(headers.getFirst("Host")).orElse("");
        if (!hosts.allow(host)) {
            throw new Problem.Thrown(
                    PageProblem.STRANGE_HOST, "Host is '%s'".formatted(FleetJson.shorten(host)));
        }
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            throw new Problem.Thrown(PageProblem.READ_ONLY, "the method is " + method);
        }
        Body file = files.get(exchange.getRequestURI().getPath());
        if (file != null) {
            return file;
        }
        return api.answer(
                        exchange.getRequestURI(), bearers.allow(headers.getFirst("Authorization")))
                .orElseThrow(() ->
                        new Problem.Thrown(
                                PageProblem.NOT_FOUND,
                                FleetJson.shorten(exchange.getRequestURI().getPath())));
    }

    private static void refuse(HttpExchange exchange, Problem problem) throws IOException {
        problem.headers().forEach(exchange.getResponseHeaders()::set);
        // The next connection may be to the replica that leads.
        exchange.getResponseHeaders().set("Connection", "close");
        byte[] body = problem.body().getBytes(StandardCharsets.UTF_8);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(problem.kind().status(), head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    private static void send(HttpExchange exchange, int status, Body body) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("ETag", body.etag());
        headers.set("Content-Type", body.contentType());
        String known = exchange.getRequestHeaders().getFirst("If-None-Match");
        if (known != null && known.contains(body.etag())) {
            exchange.sendResponseHeaders(304, -1);
            return;
        }
        boolean zip =
                body.zipped().length < body.plain().length
                        && Gzip.isAccepted(exchange.getRequestHeaders());
        if (zip) {
            headers.set("Content-Encoding", "gzip");
        }
        byte[] bytes = zip ? body.zipped() : body.plain();
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
    }

    /** Stops listening at once. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        api.close();
    }
}
