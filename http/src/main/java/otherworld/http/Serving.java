package otherworld.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import otherworld.ops.Problem;

/** What all connections of a server have in common. Thread-safe. */
final class Serving {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final HttpServer.Config config;
    private final ConnectionTable<Connection> table;
    private final ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();
    private volatile String date = "";
    private volatile boolean closing;

    Serving(HttpServer.Config config) {
        this.config = config;
        table =
                new ConnectionTable<>(
                        config.limits().connections(),
                        config.limits().connectionsPerAddress(),
                        Connection::address);
        tellTime();
    }

    HttpLimits limits() {
        return config.limits();
    }

    ServerEvents events() {
        return config.events();
    }

    ConnectionTable<Connection> table() {
        return table;
    }

    /** For the field {@code Date}. */
    String date() {
        return date;
    }

    /** To be called more often than once a second. */
    void tellTime() {
        date = DATE.format(Instant.now());
    }

    boolean closing() {
        return closing;
    }

    /**
     * Runs what may block.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the server is going
     */
    void later(Runnable work) {
        handlers.execute(work);
    }

    Routes.Outcome find(Request request) {
        try {
            return config.routes().find(request, config.cors());
        } catch (Problem.Thrown thrown) {
            Response refused = refused(thrown.problem());
            return new Routes.Outcome.Now(() -> refused);
        }
    }

    /** What a handler says, or what it threw as a problem; pages may read it. */
    Response answer(Request request, Supplier<Response> handler) {
        Response response;
        try {
            response = handler.get();
        } catch (RuntimeException e) {
            response = refused(e);
        }
        return readable(response, request.header("Origin"));
    }

    Response refused(RuntimeException thrown) {
        return refused(
                thrown instanceof Problem.Thrown known
                        ? known.problem()
                        : config.problems().apply(thrown));
    }

    Response refused(Problem problem) {
        config.events().refused(problem);
        return Response.of(problem);
    }

    /** For pages of other origins, too. */
    Response readable(Response response, Optional<String> origin) {
        return response.with(config.cors().fields(origin));
    }

    void close() {
        closing = true;
        handlers.shutdown();
    }

    /** Lets requests that are under way end for so long. */
    void awaitHandlers(long nanos) {
        try {
            boolean _ = handlers.awaitTermination(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        handlers.shutdownNow();
    }
}
