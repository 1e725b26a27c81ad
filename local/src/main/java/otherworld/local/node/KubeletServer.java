package otherworld.local.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * The kubelet's HTTPS endpoint on loopback, which the API server dials for {@code kubectl logs}.
 * Only a client with a trusted certificate gets past the handshake. Blocking, a virtual thread for
 * each request.
 */
final class KubeletServer implements AutoCloseable {
    /** A follower may last as long as its pod. */
    static final int MAX_REQUESTS = 128;

    private static final Pattern SEPARATOR = Pattern.compile("/");
    private static final Pattern AND = Pattern.compile("&");

    private final HttpsServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore requests = new Semaphore(MAX_REQUESTS);
    private final Logs logs;
    private final InstantSource clock;

    /** Finds the log of a container. */
    interface Logs {
        Lookup find(String namespace, String pod, String container);
    }

    sealed interface Lookup {
        record Found(ContainerLog log) implements Lookup {}

        /** There is no log to read, for a reason that a person understands. */
        record Absent(String reason) implements Lookup {}
    }

    /**
     * @throws UncheckedIOException if no port can be had
     */
    KubeletServer(KubeletTls tls, Logs logs, InstantSource clock) {
        this.logs = logs;
        this.clock = clock;
        SSLContext context = tls.context();
        try {
            server =
                    HttpsServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("The kubelet endpoint found no port on loopback", e);
        }
        server.setHttpsConfigurator(
                new HttpsConfigurator(context) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
                        ssl.setNeedClientAuth(true);
                        parameters.setSSLParameters(ssl);
                    }
                });
        server.createContext("/", this::refuse);
        server.createContext("/healthz", exchange -> answer(exchange, 200, "ok\n"));
        server.createContext("/containerLogs/", this::containerLogs);
        server.setExecutor(executor);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Ends running requests at once. */
    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    private void refuse(HttpExchange exchange) throws IOException {
        answer(
                exchange,
                501,
                "The local node serves container logs only: its pods are processes of this machine\n");
    }

    private void containerLogs(HttpExchange exchange) throws IOException {
        List<String> path =
                SEPARATOR.splitAsStream(exchange.getRequestURI().getPath()).skip(2).toList();
        if (!exchange.getRequestMethod().equals("GET") || path.size() != 3) {
            answer(exchange, 400, "Use GET /containerLogs/NAMESPACE/POD/CONTAINER\n");
            return;
        }
        LogQuery query;
        try {
            query =
                    LogQuery.of(
                            parameters(exchange.getRequestURI().getRawQuery()), clock.instant());
        } catch (IllegalArgumentException e) {
            answer(exchange, 400, e.getMessage() + "\n");
            return;
        }
        if (!requests.tryAcquire()) {
            answer(exchange, 429, "%d log requests run already\n".formatted(MAX_REQUESTS));
            return;
        }
        try {
            switch (logs.find(path.get(0), path.get(1), path.get(2))) {
                case Lookup.Absent(String reason) -> answer(exchange, 400, reason + "\n");
                case Lookup.Found(ContainerLog log) -> stream(exchange, log, query);
            }
        } finally {
            requests.release();
        }
    }

    private static void stream(HttpExchange exchange, ContainerLog log, LogQuery query)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            LogReader.copy(log, query, out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the node stops
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private static Map<String, String> parameters(@org.jspecify.annotations.Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        if (query != null) {
            AND.splitAsStream(query)
                    .forEach(pair -> {
                        int equals = pair.indexOf('=');
                        String name = equals < 0 ? pair : pair.substring(0, equals);
                        String value = equals < 0 ? "" : pair.substring(equals + 1);
                        parameters.put(
                                URLDecoder.decode(name, StandardCharsets.UTF_8),
                                URLDecoder.decode(value, StandardCharsets.UTF_8));
                    });
        }
        return parameters;
    }
}
