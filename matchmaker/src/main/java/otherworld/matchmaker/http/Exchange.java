package otherworld.matchmaker.http;

import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import otherworld.base.WorldId;
import otherworld.http.HttpProblem;
import otherworld.http.Request;
import otherworld.http.Response;
import otherworld.ops.Problem;

/** The HTTP side of every handler: bodies, parameters, answers. */
final class Exchange {
    private static final String UUID = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
    private static final String PLAIN_JSON = "application/json";
    private static final Pattern JSON =
            Pattern.compile(
                    "application/json *(; *charset *= *\"?utf-8\"? *)?", Pattern.CASE_INSENSITIVE);

    private Exchange() {}

    /** The whole body, which is JSON or empty. */
    static byte[] json(Request request) {
        if (request.body().length > 0) {
            String type = request.header("Content-Type").orElse(PLAIN_JSON);
            if (request.count("Content-Type") > 1
                    || !(type.equals(PLAIN_JSON) || JSON.matcher(type).matches())) {
                throw new Problem.Thrown(
                        HttpProblem.MEDIA_TYPE, "the body must be application/json in UTF-8");
            }
            if (request.header("Content-Encoding").isPresent()) {
                throw new Problem.Thrown(
                        HttpProblem.MEDIA_TYPE, "the body must be without Content-Encoding");
            }
        }
        return request.body();
    }

    static WorldId world(Request request) {
        try {
            return new WorldId(request.parameter("world"));
        } catch (IllegalArgumentException e) {
            throw new Problem.Thrown(
                    ProblemKind.UNKNOWN_WORLD, "the path names no World id: NAMESPACE.NAME");
        }
    }

    /** The UUID the client made for this request, in lower case. */
    static String requestId(Request request) {
        String id = request.parameter("requestId");
        if (!isUuid(id)) {
            throw new Problem.Thrown(
                    HttpProblem.BAD_REQUEST,
                    "the request id in the path must be a UUID such as 0b8f7c1e-4d5a-4f6b-9c3d-2e1f0a9b8c7d");
        }
        return id.toLowerCase(Locale.ROOT);
    }

    private static boolean isUuid(String text) {
        if (text.length() != UUID.length()) {
            return false;
        }
        for (int i = 0; i < UUID.length(); i++) {
            char c = text.charAt(i);
            if (UUID.charAt(i) == '-' ? c != '-' : !HexFormat.isHexDigit(c)) {
                return false;
            }
        }
        return true;
    }

    static Response json(int status, byte[] body) {
        return Response.of(status, "application/json", body).with("Cache-Control", "no-store");
    }
}
