package otherworld.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import otherworld.ops.Problem;

/**
 * A whole answer. {@code Content-Length}, {@code Date} and {@code Connection} are added to it.
 *
 * @param fields of the header, in their order; a name may be there more than once
 */
public record Response(int status, List<Field> fields, byte[] body) {
    private static final byte[] NONE = {};

    /** One line of the header. */
    public record Field(String name, String value) {
        public Field {
            for (int i = 0; i < value.length(); i++) {
                if (value.charAt(i) < ' ' || value.charAt(i) > '~') {
                    throw new IllegalArgumentException("%s would be '%s'".formatted(name, value));
                }
            }
        }
    }

    public static Response of(int status, String contentType, byte[] body) {
        return new Response(status, List.of(new Field("Content-Type", contentType)), body);
    }

    public static Response of(int status, String contentType, String body) {
        return of(status, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    public static Response empty(int status) {
        return new Response(status, List.of(), NONE);
    }

    public static Response of(Problem problem) {
        return new Response(
                        problem.kind().status(),
                        List.of(),
                        problem.body().getBytes(StandardCharsets.UTF_8))
                .with(problem.headers());
    }

    /** This, with one header more. */
    public Response with(String name, String value) {
        return with(Map.of(name, value));
    }

    /** This, with more headers. */
    public Response with(Map<String, String> more) {
        List<Field> all = new ArrayList<>(fields);
        more.forEach((name, value) -> all.add(new Field(name, value)));
        return new Response(status, all, body);
    }
}
