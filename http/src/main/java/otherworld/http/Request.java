package otherworld.http;

import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A whole request, and who sent it. */
public final class Request {
    private final Head head;
    private final byte[] body;
    private final InetSocketAddress remote;
    private final Map<String, String> parameters;

    Request(Head head, byte[] body, InetSocketAddress remote) {
        this(head, body, remote, Map.of());
    }

    private Request(
            Head head, byte[] body, InetSocketAddress remote, Map<String, String> parameters) {
        this.head = head;
        this.body = body;
        this.remote = remote;
        this.parameters = parameters;
    }

    Request with(Map<String, String> pathParameters) {
        return new Request(head, body, remote, pathParameters);
    }

    /** As sent, such as {@code GET}. */
    public String method() {
        return head.method();
    }

    Target target() {
        return head.target();
    }

    /** As sent, without the query. */
    public String path() {
        return head.target().path();
    }

    /** The decoded value of {@code {name}} in the route's template. */
    public String parameter(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no parameter " + name);
        }
        return value;
    }

    /** A parameter of the query: its first value, decoded. */
    public Optional<String> query(String name) {
        for (String pair : head.target().query().split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals >= 0 && pair.substring(0, equals).equals(name)) {
                return Optional.of(
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return Optional.empty();
    }

    /** The first value of a header. */
    public Optional<String> header(String name) {
        return head.fields().first(name);
    }

    /** The value of each line of a header. */
    public List<String> headers(String name) {
        return head.fields().all(name);
    }

    /** The elements of a header that is a list with commas, whatever lines they are on. */
    public List<String> tokens(String name) {
        return head.fields().tokens(name);
    }

    /** Whether a header that is a list with commas has this token, in any case. */
    public boolean hasToken(String name, String token) {
        return head.fields().hasToken(name, token);
    }

    /** How often a header was sent. */
    public int count(String name) {
        return head.fields().all(name).size();
    }

    /** Whether its client speaks HTTP/1.0. */
    public boolean http10() {
        return head.http10();
    }

    Head head() {
        return head;
    }

    /** Empty if there is none. */
    @SuppressWarnings("MissingCopy") // a request has one reader
    public byte[] body() {
        return body;
    }

    /** Its client's address. */
    public InetSocketAddress remote() {
        return remote;
    }
}
