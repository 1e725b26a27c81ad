package otherworld.instance.transport.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import otherworld.ops.Problem;

/**
 * The first line of a request: {@code METHOD target HTTP/1.1}, single spaces between. A target is a
 * path with perhaps a query, or the same behind {@code http://host} (RFC 9112, section 3.2).
 *
 * @param path decoded; {@code *} of {@code OPTIONS *}
 */
record RequestLine(String method, String path, String query, boolean http10) {
    private static final Pattern VERSION = Pattern.compile("HTTP/([0-9])\\.([0-9])");
    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://([^/?#]+)(.*)");
    private static final int MAX_METHOD_CHARS = 32;

    sealed interface Outcome {
        record Read(RequestLine line) implements Outcome {}

        record Refused(Problem problem) implements Outcome {}
    }

    static Outcome read(String text) {
        String[] parts = text.split(" ", -1);
        if (parts.length != 3) {
            return bad("the first line is not 'METHOD target HTTP/1.1'");
        }
        if (!Tokens.isToken(parts[0]) || parts[0].length() > MAX_METHOD_CHARS) {
            return bad("the method is not a short token");
        }
        Matcher version = VERSION.matcher(parts[2]);
        if (!version.matches()) {
            return bad("the first line does not end with HTTP/1.1");
        }
        if (parts[0].equals("PRI")) { // the preface of HTTP/2 looks like a request on purpose
            return bad("this is HTTP/1.1, not HTTP/2");
        }
        if (!version.group(1).equals("1")) {
            return new Outcome.Refused(
                    new Problem(HttpProblem.VERSION_UNSUPPORTED, "this is HTTP/1.1"));
        }
        return target(parts[0], parts[1], version.group(2).equals("0"));
    }

    private static Outcome target(String method, String target, boolean http10) {
        if (target.equals("*") && method.equals("OPTIONS")) {
            return new Outcome.Read(new RequestLine(method, target, "", http10));
        }
        String relative = target;
        Matcher absolute = ABSOLUTE.matcher(target);
        if (absolute.matches()) {
            if (!Tokens.isHost(absolute.group(1))) {
                return bad("the target's host is not one");
            }
            relative =
                    absolute.group(2).startsWith("/") ? absolute.group(2) : "/" + absolute.group(2);
        }
        int mark = relative.indexOf('?');
        String path = mark < 0 ? relative : relative.substring(0, mark);
        String query = mark < 0 ? "" : relative.substring(mark + 1);
        if (!path.startsWith("/") || !Tokens.isPath(path) || !Tokens.isQuery(query)) {
            return bad("the target is not a path with perhaps a query");
        }
        if (Tokens.decoded(query).isEmpty()) {
            return bad("a percent sign of the query stands for nothing");
        }
        return Tokens.decoded(path)
                .<Outcome>map(decoded ->
                        new Outcome.Read(new RequestLine(method, decoded, query, http10)))
                .orElseGet(() -> bad("a percent sign of the path stands for nothing"));
    }

    private static Outcome bad(String detail) {
        return new Outcome.Refused(new Problem(HttpProblem.BAD_REQUEST, detail));
    }
}
