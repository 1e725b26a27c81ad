package otherworld.instance.transport.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import otherworld.ops.Problem;

/** An answer; whoever makes it fills it before it is sent. */
public final class Response {
    private final int status;
    private final List<String> names = new ArrayList<>(8);
    private final List<String> values = new ArrayList<>(8);
    private byte[] body = new byte[0];

    private Response(int status) {
        this.status = status;
    }

    public static Response of(int status) {
        return new Response(status);
    }

    public static Response text(int status, String text) {
        return of(status).body("text/plain; charset=utf-8", text);
    }

    public static Response problem(Problem problem) {
        Response response = of(problem.kind().status());
        problem.headers().forEach(response::field);
        response.body = problem.body().getBytes(StandardCharsets.UTF_8);
        return response;
    }

    /** Adds a header field; not those that say how long the body is or what the connection does. */
    public Response field(String name, String value) {
        if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException(
                    "%s of a header would be '%s'".formatted(name, value));
        }
        names.add(name);
        values.add(value);
        return this;
    }

    public Response body(String contentType, String text) {
        field("Content-Type", contentType);
        body = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    public int status() {
        return status;
    }

    /** Whether a later {@link #field} of this name would be the second. */
    boolean has(String name) {
        return names.stream().anyMatch(name::equalsIgnoreCase);
    }

    byte[] body() {
        return body;
    }

    /** Names and values take turns. */
    List<String> fields() {
        List<String> all = new ArrayList<>(2 * names.size());
        for (int i = 0; i < names.size(); i++) {
            all.add(names.get(i));
            all.add(values.get(i));
        }
        return all;
    }
}
