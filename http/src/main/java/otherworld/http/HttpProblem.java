package otherworld.http;

import otherworld.ops.Problem;

/** What may be wrong with a request before a handler sees it. */
public enum HttpProblem implements Problem.Kind {
    BAD_REQUEST(400, "The request is malformed", "Correct the request."),
    NOT_FOUND(404, "No such resource", "Look at the paths that the service documents."),
    METHOD_NOT_ALLOWED(405, "No such method here", "Use one that Allow names."),
    REQUEST_TIMEOUT(408, "The request did not arrive in time", "Send it whole at once."),
    TOO_LARGE(413, "The request is too large", "Send a smaller body."),
    URI_TOO_LONG(414, "The request line is too long", "Send a shorter one."),
    MEDIA_TYPE(415, "The body has another media type", "Send what 'detail' names."),
    EXPECTATION_FAILED(417, "The expectation cannot be met", "Leave Expect out."),
    HEADERS_TOO_LARGE(431, "The headers are too large", "Send smaller ones."),
    INTERNAL(500, "An unexpected error", "Try again; the log of the server has the cause."),
    BUSY(503, "There are too many connections", "Ask again as Retry-After says."),
    HTTP_VERSION(505, "Another version of HTTP", "Use HTTP/1.1.");

    private final Problem.Words words;

    HttpProblem(int status, String title, String action) {
        words = new Problem.Words(status, title, action);
    }

    @Override
    public Problem.Words words() {
        return words;
    }
}
