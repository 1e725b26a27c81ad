package otherworld.http;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import otherworld.ops.Problem;

/**
 * Which handler answers what: 404 for other paths, 405 for other methods, HEAD where GET is,
 * OPTIONS everywhere. Built by one thread, then read by any.
 */
public final class Routes {
    /** Answers a request; runs on a virtual thread. */
    @FunctionalInterface
    public interface Handler {
        Response handle(Request request);
    }

    private record Place(List<String> template, Map<String, Handler> methods) {
        /** Empty if the path is another; the parameters otherwise. */
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

        Collection<String> allowed() {
            TreeSet<String> allowed = new TreeSet<>(methods.keySet());
            allowed.add("OPTIONS");
            if (allowed.contains("GET")) {
                allowed.add("HEAD");
            }
            return allowed;
        }
    }

    private final Map<String, Place> places = new LinkedHashMap<>();

    /**
     * @param template such as {@code /v1/worlds/{world}}
     */
    public Routes add(String method, String template, Handler handler) {
        places.computeIfAbsent(
                        template,
                        path ->
                                new Place(
                                        List.of(path.substring(1).split("/", -1)), new HashMap<>()))
                .methods()
                .put(method, handler);
        return this;
    }

    /** Each as {@code GET /path/{parameter}}. */
    public List<String> all() {
        List<String> all = new ArrayList<>();
        places.forEach((path, place) ->
                place.methods().keySet().forEach(method -> all.add(method + " " + path)));
        return all;
    }

    Response answer(Request request) {
        if (request.target().equals(Target.SERVER)) {
            return Response.empty(204).with("Allow", "GET, HEAD, OPTIONS");
        }
        for (Place place : places.values()) {
            Map<String, String> parameters = new HashMap<>();
            if (place.matches(request.target().segments(), parameters)) {
                return answer(place, request.with(parameters));
            }
        }
        throw new Problem.Thrown(HttpProblem.NOT_FOUND, "there is no " + request.path());
    }

    private static Response answer(Place place, Request request) {
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        Handler handler = place.methods().get(method);
        if (handler != null) {
            return handler.handle(request);
        }
        String allow = String.join(", ", place.allowed());
        if (Cors.isPreflight(request)) {
            return Cors.preflight(place.allowed());
        }
        if (method.equals("OPTIONS")) {
            return Response.empty(204).with("Allow", allow);
        }
        return Response.of(
                        new Problem(
                                HttpProblem.METHOD_NOT_ALLOWED,
                                "%s is not a method of %s: %s"
                                        .formatted(request.method(), request.path(), allow)))
                .with("Allow", allow);
    }
}
