package otherworld.matchmaker.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import otherworld.base.WorldId;
import otherworld.ops.Problem;

/** The HTTP side of every handler: bodies, parameters, answers. */
final class Exchange {
    static final int MAX_BODY_BYTES = 4096;

    private static final Header JSON =
            HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json");
    private static final Header NO_STORE =
            HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");

    private Exchange() {}

    /** The whole body. */
    static byte[] body(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        try (InputStream body = request.content().inputStream()) {
            byte[] bytes = body.readNBytes(MAX_BODY_BYTES + 1);
            if (bytes.length > MAX_BODY_BYTES) {
                throw new Problem.Thrown(
                        ProblemKind.TOO_LARGE,
                        "the body is more than %d bytes".formatted(MAX_BODY_BYTES));
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static WorldId world(ServerRequest request) {
        try {
            return new WorldId(request.path().pathParameters().get("world"));
        } catch (IllegalArgumentException e) {
            throw new Problem.Thrown(
                    ProblemKind.UNKNOWN_WORLD, "the path names no World id: NAMESPACE.NAME");
        }
    }

    /** The UUID the client made for this request, in lower case. */
    static String requestId(ServerRequest request) {
        String id = request.path().pathParameters().get("requestId");
        boolean uuid = id.length() == 36;
        StringBuilder lower = new StringBuilder(36);
        for (int i = 0; uuid && i < 36; i++) {
            char c = Character.toLowerCase(id.charAt(i));
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            uuid = dash ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
            lower.append(c);
        }
        if (!uuid) {
            throw new Problem.Thrown(
                    ProblemKind.BAD_REQUEST,
                    "the request id in the path must be a UUID such as 0b8f7c1e-4d5a-4f6b-9c3d-2e1f0a9b8c7d");
        }
        return lower.toString();
    }

    static void json(ServerResponse response, Status status, byte[] body) {
        response.status(status).header(JSON).header(NO_STORE).send(body);
    }
}
