package otherworld.instance.transport.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import otherworld.ops.Problem;

/**
 * Paths and their methods. {@code OPTIONS} and {@code HEAD} come by themselves; a path that is not
 * known is 404, a method that is not 405, both as problem documents. What ends with a slash stands
 * for one more segment behind it.
 */
public final class Routes implements Service {
    private final Map<String, Path> paths = new LinkedHashMap<>();

    private static final class Path {
        final Map<String, Function<Request, Outcome>> methods = new LinkedHashMap<>();
        final List<String> preflight = new ArrayList<>();

        /** As {@code Allow} lists them. */
        String allowed() {
            TreeSet<String> all = new TreeSet<>(methods.keySet());
            if (methods.containsKey("GET")) {
                all.add("HEAD");
            }
            all.add("OPTIONS");
            return String.join(", ", all);
        }
    }

    /** Answered at once on the event loop: must not block. */
    public Routes now(String method, String path, Function<Request, Response> handler) {
        return route(method, path, request -> new Outcome.Answered(handler.apply(request)));
    }

    /** Answered by a virtual thread. */
    public Routes later(String method, String path, Function<Request, Response> handler) {
        return route(method, path, request -> new Outcome.Later(() -> handler.apply(request)));
    }

    public Routes route(String method, String path, Function<Request, Outcome> handler) {
        at(path).methods.put(method, handler);
        return this;
    }

    /** Adds a header field to what a browser is told beforehand. */
    public Routes preflight(String path, String name, String value) {
        at(path).preflight.addAll(List.of(name, value));
        return this;
    }

    /** The last segment of a request's path. */
    public static String segment(Request request) {
        return request.path().substring(request.path().lastIndexOf('/') + 1);
    }

    @Override
    public Outcome begin(Request request) {
        return switch (found(request)) {
            case Outcome.Answered(Response response) -> new Outcome.Answered(Cors.open(response));
            case Outcome.Later(var work) -> new Outcome.Later(() -> Cors.open(work.get()));
            case Outcome.Upgraded upgraded -> upgraded;
        };
    }

    private Outcome found(Request request) {
        Path path = path(request.path());
        if (path == null) {
            return request.path().equals("*")
                    ? new Outcome.Answered(Response.of(204))
                    : refused(HttpProblem.NOT_FOUND, "nothing is at this path");
        }
        if (request.method().equals("OPTIONS")) {
            Response answer = Cors.preflight(path.allowed());
            for (int i = 0; i < path.preflight.size(); i += 2) {
                answer.field(path.preflight.get(i), path.preflight.get(i + 1));
            }
            return new Outcome.Answered(answer);
        }
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        return Optional.ofNullable(path.methods.get(method))
                .map(handler -> handler.apply(request))
                .orElseGet(() -> {
                    Response answer =
                            Response.problem(
                                    new Problem(
                                            HttpProblem.METHOD_NOT_ALLOWED,
                                            "here are " + path.allowed()));
                    return new Outcome.Answered(answer.field("Allow", path.allowed()));
                });
    }

    private @Nullable Path path(String path) {
        Path exact = path.endsWith("/") ? null : paths.get(path);
        if (exact != null) {
            return exact;
        }
        int slash = path.lastIndexOf('/');
        return slash == path.length() - 1 ? null : paths.get(path.substring(0, slash + 1));
    }

    private Path at(String path) {
        return paths.computeIfAbsent(path, _ -> new Path());
    }

    private static Outcome refused(HttpProblem kind, String detail) {
        return new Outcome.Answered(Response.problem(new Problem(kind, detail)));
    }
}
