package otherworld.instance.transport.signalling;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import otherworld.ops.Problem;

/** Bodies, headers and answers of signalling's HTTP. */
final class Http {
    static final HeaderName ACCEPT_PATCH = HeaderNames.create("Accept-Patch");

    private static final HeaderName ACCEPT_POST = HeaderNames.create("Accept-Post");
    private static final HeaderName LINK = HeaderNames.create("Link");
    private static final HeaderName ALLOW_ORIGIN =
            HeaderNames.create("Access-Control-Allow-Origin");
    private static final HeaderName ALLOW_METHODS =
            HeaderNames.create("Access-Control-Allow-Methods");
    private static final HeaderName ALLOW_HEADERS =
            HeaderNames.create("Access-Control-Allow-Headers");
    private static final HeaderName EXPOSE_HEADERS =
            HeaderNames.create("Access-Control-Expose-Headers");
    private static final HeaderName MAX_AGE = HeaderNames.create("Access-Control-Max-Age");

    private Http() {}

    static void allowOrigins(ServerResponse response) {
        response.header(ALLOW_ORIGIN, "*");
        response.header(EXPOSE_HEADERS, "Location, ETag, Link, Accept-Patch, Retry-After");
    }

    /** Answers what a browser asks before it lets a page of another origin ask. */
    static void preflight(ServerRequest request, ServerResponse response) {
        allowOrigins(response);
        response.status(Status.NO_CONTENT_204)
                .header(ALLOW_METHODS, "GET, POST, PATCH, DELETE, OPTIONS")
                .header(ALLOW_HEADERS, "Authorization, Content-Type, If-Match")
                .header(MAX_AGE, "86400")
                .header(ACCEPT_POST, Signalling.SDP)
                .header(ACCEPT_PATCH, Signalling.FRAGMENT)
                .send();
    }

    static void addLink(ServerResponse response, String link) {
        response.headers().add(LINK, link);
    }

    /**
     * @throws Problem.Thrown if the body is of another media type; parameters do not matter
     */
    static void requireType(ServerRequest request, String type) {
        String given =
                request.headers()
                        .first(HeaderNames.CONTENT_TYPE)
                        .map(text -> text.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                        .orElse("");
        if (!given.equals(type)) {
            throw new Problem.Thrown(
                    ProblemKind.MEDIA_TYPE,
                    "the body is '%s'; send %s"
                            .formatted(given.isEmpty() ? "untyped" : given, type));
        }
    }

    /** The whole body, as UTF-8. */
    static String body(ServerRequest request, int mostBytes) {
        if (!request.content().hasEntity()) {
            return "";
        }
        try (InputStream body = request.content().inputStream()) {
            byte[] bytes = body.readNBytes(mostBytes + 1);
            if (bytes.length > mostBytes) {
                throw new Problem.Thrown(
                        ProblemKind.TOO_LARGE,
                        "the body is more than %d bytes; send less".formatted(mostBytes));
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
