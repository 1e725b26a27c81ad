package otherworld.http;

import otherworld.ops.Problem;

/**
 * The first line of a request: {@code METHOD target HTTP/1.1}, single spaces between. Another minor
 * version is read as HTTP/1.1 (RFC 9110, section 2.5).
 */
record RequestLine(String method, Target target, boolean http10) {
    private static final String VERSION = "HTTP/";
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
        String version = parts[2];
        if (!isVersion(version)) {
            return bad("the first line does not end with HTTP/1.1");
        }
        if (parts[0].equals("PRI")) { // the preface of HTTP/2 looks like a request on purpose
            return bad("this is HTTP/1.1, not HTTP/2");
        }
        if (version.charAt(VERSION.length()) != '1') {
            return new Outcome.Refused(new Problem(HttpProblem.HTTP_VERSION, "this is HTTP/1.1"));
        }
        return switch (Target.parse(parts[0], parts[1])) {
            case Target.Parsed.Good(Target target) ->
                    new Outcome.Read(new RequestLine(parts[0], target, version.endsWith("0")));
            case Target.Parsed.Bad(String reason) -> bad(reason);
        };
    }

    /** {@code HTTP/}, a digit, a dot, a digit. */
    private static boolean isVersion(String text) {
        return text.length() == VERSION.length() + 3
                && text.startsWith(VERSION)
                && Tokens.isDigits(text.substring(VERSION.length(), VERSION.length() + 1))
                && text.charAt(VERSION.length() + 1) == '.'
                && Tokens.isDigits(text.substring(VERSION.length() + 2));
    }

    private static Outcome bad(String detail) {
        return new Outcome.Refused(new Problem(HttpProblem.BAD_REQUEST, detail));
    }
}
