package otherworld.http;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which pages may call (the Fetch standard's CORS protocol). Requests bring a token and never a
 * cookie, so pages of every origin may be let in; credentials are not.
 *
 * @param origins such as {@code https://play.example.org}; {@code *} for all
 */
public record Cors(Set<String> origins) {
    private static final String HEADERS = "Authorization, Content-Type";
    private static final String EXPOSED = "Location, Retry-After";
    private static final String MAX_AGE_S = "7200";

    /** What every answer to {@code request} carries, be it a refusal. */
    Map<String, String> headers(Request request) {
        return headers(request.header("Origin"));
    }

    Map<String, String> headers(Optional<String> origin) {
        if (origins.contains("*")) {
            return origin.isEmpty()
                    ? Map.of()
                    : Map.of(
                            "Access-Control-Allow-Origin",
                            "*",
                            "Access-Control-Expose-Headers",
                            EXPOSED);
        }
        return origin.isPresent() && origins.contains(origin.get())
                ? Map.of(
                        "Access-Control-Allow-Origin",
                        origin.get(),
                        "Access-Control-Expose-Headers",
                        EXPOSED,
                        "Vary",
                        "Origin")
                : Map.of("Vary", "Origin");
    }

    /** What a page's browser asks before the request itself. */
    static boolean isPreflight(Request request) {
        return request.method().equals("OPTIONS")
                && request.header("Origin").isPresent()
                && request.header("Access-Control-Request-Method").isPresent();
    }

    /** Beside {@link #headers}. */
    static Response preflight(Collection<String> methods) {
        return Response.empty(204)
                .with("Access-Control-Allow-Methods", String.join(", ", methods))
                .with("Access-Control-Allow-Headers", HEADERS)
                .with("Access-Control-Max-Age", MAX_AGE_S);
    }
}
