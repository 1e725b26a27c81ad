package otherworld.instance.transport.http;

import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A whole request, and who sent it. */
public record Request(Head head, byte[] body, InetSocketAddress remote) {
    public String method() {
        return head.method();
    }

    public String path() {
        return head.path();
    }

    /** A header field's first value. */
    public Optional<String> field(String name) {
        return head.fields().first(name);
    }

    /** A query parameter's first value. */
    public Optional<String> parameter(String name) {
        for (String pair : head.query().split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals >= 0 && pair.substring(0, equals).equals(name)) {
                return Optional.of(
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return Optional.empty();
    }
}
