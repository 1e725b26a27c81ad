package otherworld.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which pages may call (the Fetch standard's CORS protocol). Requests bring a token and never a
 * cookie, so pages of every origin may be let in; credentials are not.
 *
 * @param origins such as {@code https://play.example.org}; {@code *} for all
 * @param headers that a page may send, with commas between them
 * @param exposed headers that a page may read, with commas between them
 */
public record Cors(Set<String> origins, String headers, String exposed) {
    private static final String MAX_AGE_S = "7200";

    /**
     * Of every path, also where it is none of the path's: a page that may not ask cannot read that
     * it was refused, and why.
     */
    private static final String METHODS = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";

    /** What every answer carries, be it a refusal. */
    Map<String, String> fields(Optional<String> origin) {
        if (origins.contains("*")) {
            return open("*");
        }
        Map<String, String> vary = Map.of("Vary", "Origin");
        if (origin.isEmpty() || !origins.contains(origin.get())) {
            return vary;
        }
        Map<String, String> fields = new LinkedHashMap<>(open(origin.get()));
        fields.putAll(vary);
        return fields;
    }

    private Map<String, String> open(String origin) {
        return Map.of(
                "Access-Control-Allow-Origin", origin, "Access-Control-Expose-Headers", exposed);
    }

    /** Whether a page's browser asks on its own account whether the page may ask (preflight). */
    static boolean isPreflight(Request request) {
        return request.method().equals("OPTIONS")
                && request.header("Origin").isPresent()
                && request.header("Access-Control-Request-Method").isPresent();
    }

    /** What a page's browser asks before the request itself; beside {@link #fields}. */
    Response preflight() {
        return Response.empty(204)
                .with("Access-Control-Allow-Methods", METHODS)
                .with("Access-Control-Allow-Headers", headers)
                .with("Access-Control-Max-Age", MAX_AGE_S);
    }
}
