package otherworld.http;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Map;
import java.util.Optional;

/** A whole request. */
public final class Request {
    private final String method;
    private final Target target;
    private final HttpHeaders headers;
    private final byte[] body;
    private final Map<String, String> parameters;

    Request(String method, Target target, HttpHeaders headers, byte[] body) {
        this(method, target, headers, body, Map.of());
    }

    private Request(
            String method,
            Target target,
            HttpHeaders headers,
            byte[] body,
            Map<String, String> parameters) {
        this.method = method;
        this.target = target;
        this.headers = headers;
        this.body = body;
        this.parameters = parameters;
    }

    Request with(Map<String, String> pathParameters) {
        return new Request(method, target, headers, body, pathParameters);
    }

    /** As sent, such as {@code GET}. */
    public String method() {
        return method;
    }

    Target target() {
        return target;
    }

    /** As sent, without the query. */
    public String path() {
        return target.path();
    }

    /** The decoded value of {@code {name}} in the route's template. */
    public String parameter(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no parameter " + name);
        }
        return value;
    }

    /** The first value of a header. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** How often a header was sent. */
    public int count(String name) {
        return headers.getAll(name).size();
    }

    /** Empty if there is none. */
    @SuppressWarnings("MissingCopy") // a request has one reader
    public byte[] body() {
        return body;
    }
}
