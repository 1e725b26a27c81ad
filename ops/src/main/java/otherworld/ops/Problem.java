package otherworld.ops;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.util.Locale;

/**
 * A refusal as a problem document (RFC 9457).
 *
 * @param kind what is wrong, in general
 * @param detail what is wrong with this request
 */
public record Problem(Kind kind, String detail) {
    private static final Header CONTENT_TYPE =
            HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/problem+json");
    private static final Header NO_STORE =
            HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");
    private static final Header CHALLENGE =
            HeaderValues.createCached(HeaderNames.WWW_AUTHENTICATE, "Bearer");
    private static final Header IN_A_SECOND =
            HeaderValues.createCached(HeaderNames.RETRY_AFTER, "1");

    /** One of the problems a service has; an enum lists them. */
    public interface Kind {
        /** The constant's, such as {@code NOT_FOUND}. */
        String name();

        /** Of the HTTP answer. */
        int status();

        String title();

        /** What the caller can do about it. */
        String action();

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

    /** Answers with this, and with the headers that go with its status. */
    public void send(ServerResponse response) {
        response.status(Status.create(kind.status())).header(CONTENT_TYPE).header(NO_STORE);
        if (kind.retry()) {
            response.header(IN_A_SECOND);
        }
        if (kind.status() == 401) {
            response.header(CHALLENGE);
        }
        response.send(
                "{\"type\":\"%s\",\"title\":%s,\"status\":%d,\"detail\":%s,\"action\":%s}"
                        .formatted(
                                kind.type(),
                                JsonText.quoted(kind.title()),
                                kind.status(),
                                JsonText.quoted(detail),
                                JsonText.quoted(kind.action())));
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
