package otherworld.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import otherworld.ops.Problem;

/**
 * A whole answer. {@code Content-Length}, {@code Date} and {@code Connection} are added to it.
 *
 * @param headers by name
 */
public record Response(int status, Map<String, String> headers, byte[] body) {
    private static final byte[] NONE = {};

    public static Response of(int status, String contentType, byte[] body) {
        return new Response(status, Map.of("Content-Type", contentType), body);
    }

    public static Response empty(int status) {
        return new Response(status, Map.of(), NONE);
    }

    public static Response of(Problem problem) {
        return new Response(
                problem.kind().status(),
                problem.headers(),
                problem.body().getBytes(StandardCharsets.UTF_8));
    }

    /** This, with one header more. */
    public Response with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Response(status, more, body);
    }
}
