package otherworld.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import otherworld.ops.Problem;

/**
 * Which handler answers what: 404 for other paths, 405 for other methods, HEAD where GET is,
 * OPTIONS everywhere. Built by one thread, then read by any.
 */
public final class Routes {
    /** Answers a request. */
    @FunctionalInterface
    public interface Handler {
        Response handle(Request request);
    }

    /** What becomes of a request that would take its connection over. */
    public sealed interface Upgrade {
        /** After this answer, a 101, the connection is {@code next}'s. */
        record Switched(Response switching, Upgraded next) implements Upgrade {}

        record Refused(Response answer) implements Upgrade {}
    }

    /** What becomes of a request. */
    sealed interface Outcome {
        /** Does not block. */
        record Now(Supplier<Response> work) implements Outcome {}

        /** May block. */
        record Later(Supplier<Response> work) implements Outcome {}

        /** Does not block. */
        record Upgrading(Supplier<Upgrade> work) implements Outcome {}
    }

    private record Place(
            List<String> template,
            Map<String, Function<Request, Outcome>> methods,
            Map<String, String> preflight) {
        Place(String path) {
            this(List.of(path.substring(1).split("/", -1)), new HashMap<>(), new LinkedHashMap<>());
        }

        /** False if the path is another. */
        boolean matches(List<String> segments, Map<String, String> parameters) {
            if (segments.size() != template.size()) {
                return false;
            }
            for (int i = 0; i < segments.size(); i++) {
                String wanted = template.get(i);
                if (wanted.startsWith("{")) {
                    if (segments.get(i).isEmpty()) {
                        return false;
                    }
                    parameters.put(wanted.substring(1, wanted.length() - 1), segments.get(i));
                } else if (!wanted.equals(segments.get(i))) {
                    return false;
                }
            }
            return true;
        }

        String allowed() {
            TreeSet<String> allowed = new TreeSet<>(methods.keySet());
            allowed.add("OPTIONS");
            if (allowed.contains("GET")) {
                allowed.add("HEAD");
            }
            return String.join(", ", allowed);
        }
    }

    private final Map<String, Place> places = new LinkedHashMap<>();

    /**
     * @param template such as {@code /v1/worlds/{world}}
     * @param handler runs on a virtual thread, and may block
     */
    public Routes add(String method, String template, Handler handler) {
        return route(method, template, request -> new Outcome.Later(() -> handler.handle(request)));
    }

    /**
     * @param handler runs on the event loop: must not block
     */
    public Routes now(String method, String template, Handler handler) {
        return route(method, template, request -> new Outcome.Now(() -> handler.handle(request)));
    }

    /**
     * What takes the connection over. HEAD is answered as GET is, so {@code handler} refuses it.
     *
     * @param handler runs on the event loop: must not block
     */
    public Routes upgrade(String template, Function<Request, Upgrade> handler) {
        return route(
                "GET", template, request -> new Outcome.Upgrading(() -> handler.apply(request)));
    }

    /** Adds a header to what OPTIONS of a path is answered. */
    public Routes options(String template, String name, String value) {
        at(template).preflight().put(name, value);
        return this;
    }

    private Routes route(String method, String template, Function<Request, Outcome> outcome) {
        at(template).methods().put(method, outcome);
        return this;
    }

    private Place at(String template) {
        return places.computeIfAbsent(template, Place::new);
    }

    /** Each as {@code GET /path/{parameter}}. */
    public List<String> all() {
        List<String> all = new ArrayList<>();
        places.forEach((path, place) ->
                place.methods().keySet().forEach(method -> all.add(method + " " + path)));
        return all;
    }

    /**
     * @throws Problem.Thrown if there is no such path
     */
    Outcome find(Request request, Cors cors) {
        if (request.target().equals(Target.SERVER)) {
            return answered(Response.empty(204).with("Allow", "GET, HEAD, OPTIONS"));
        }
        for (Place place : places.values()) {
            Map<String, String> parameters = new HashMap<>();
            if (place.matches(request.target().segments(), parameters)) {
                return find(place, request.with(parameters), cors);
            }
        }
        if (Cors.isPreflight(request)) {
            return answered(cors.preflight()); // so that the page can read that there is none
        }
        throw new Problem.Thrown(HttpProblem.NOT_FOUND, "there is no " + request.path());
    }

    private static Outcome find(Place place, Request request, Cors cors) {
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        Function<Request, Outcome> handler = place.methods().get(method);
        if (handler != null) {
            return handler.apply(request);
        }
        String allow = place.allowed();
        if (method.equals("OPTIONS")) {
            return answered(cors.preflight().with("Allow", allow).with(place.preflight()));
        }
        return answered(
                Response.of(
                                new Problem(
                                        HttpProblem.METHOD_NOT_ALLOWED,
                                        "%s is not a method of %s: %s"
                                                .formatted(
                                                        request.method(), request.path(), allow)))
                        .with("Allow", allow));
    }

    private static Outcome answered(Response response) {
        return new Outcome.Now(() -> response);
    }
}
