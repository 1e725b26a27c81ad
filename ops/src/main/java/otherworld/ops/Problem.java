package otherworld.ops;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A refusal as a problem document (RFC 9457).
 *
 * @param kind what is wrong, in general
 * @param detail what is wrong with this request
 */
public record Problem(Kind kind, String detail) {
    /** Media type of {@link #body}. */
    public static final String CONTENT_TYPE = "application/problem+json";

    /**
     * What is the same of a problem whenever it is met.
     *
     * @param status of the HTTP answer
     * @param action what the caller can do about it
     */
    public record Words(int status, String title, String action) {}

    /** One of the problems a service has; an enum lists them. */
    public interface Kind {
        /** The constant's, such as {@code NOT_FOUND}. */
        String name();

        /** What the constant was made with. */
        Words words();

        /** Of the HTTP answer. */
        default int status() {
            return words().status();
        }

        default String title() {
            return words().title();
        }

        /** What the caller can do about it. */
        default String action() {
            return words().action();
        }

        /** The name, lower-case with dashes: ends the type, and labels metrics. */
        default String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** The {@code type} URI. */
        default String type() {
            return "urn:otherworld:problem:" + label();
        }

        /** Whether the same request may succeed in a second. */
        default boolean retry() {
            return status() == 503 || status() == 429;
        }
    }

    /**
     * What goes with its status, by name, in the usual spelling; {@code Content-Type} is among
     * them.
     */
    public Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", CONTENT_TYPE);
        headers.put("Cache-Control", "no-store");
        if (kind.retry()) {
            headers.put("Retry-After", "1");
        }
        if (kind.status() == 401) {
            headers.put("WWW-Authenticate", "Bearer");
        }
        return headers;
    }

    /** JSON. */
    public String body() {
        return "{\"type\":\"%s\",\"title\":%s,\"status\":%d,\"detail\":%s,\"action\":%s}"
                .formatted(
                        kind.type(),
                        JsonText.quoted(kind.title()),
                        kind.status(),
                        JsonText.quoted(detail),
                        JsonText.quoted(kind.action()));
    }

    /** Leaves the handler with this problem as answer. Has no stack trace. */
    public static final class Thrown extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Problem problem;

        public Thrown(Kind kind, String detail) {
            super(detail, null, false, false);
            problem = new Problem(kind, detail);
        }

        public Problem problem() {
            return problem;
        }
    }
}
