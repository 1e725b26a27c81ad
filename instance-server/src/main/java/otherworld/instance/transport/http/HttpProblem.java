package otherworld.instance.transport.http;

import otherworld.ops.Problem;

/** What may be wrong with a request, whatever it asks for. */
public enum HttpProblem implements Problem.Kind {
    BAD_REQUEST(400, "Not an HTTP/1.1 request", "Send what RFC 9112 says; see the detail."),
    BAD_PARAMETER(400, "A parameter that cannot be used", "Send what the detail says."),
    BAD_UPGRADE(400, "Not a WebSocket handshake", "Send what RFC 6455 says; see the detail."),
    NOT_FOUND(404, "Nothing is here", "See the paths of docs/endpoints.md."),
    METHOD_NOT_ALLOWED(405, "Not that method", "Use a method of the header Allow."),
    REQUEST_TIMEOUT(408, "The request took too long", "Send the whole request at once."),
    TOO_LARGE(413, "The request is too large", "Send what the detail says."),
    URI_TOO_LONG(414, "The request line is too long", "Send what the detail says."),
    EXPECTATION_FAILED(417, "An expectation nobody meets", "Send no Expect, or 100-continue."),
    UPGRADE_REQUIRED(
            426, "A WebSocket is here", "Ask for an upgrade as RFC 6455 says, version 13."),
    HEADERS_TOO_LARGE(431, "The header fields are too large", "Send what the detail says."),
    INTERNAL(500, "An unexpected error", "Try again; the instance's log has the cause."),
    UNAVAILABLE(503, "Not healthy", "Try again, or ask for another seat."),
    VERSION_UNSUPPORTED(505, "Not that version of HTTP", "Send HTTP/1.1.");

    private final int status;
    private final String title;
    private final String action;

    HttpProblem(int status, String title, String action) {
        this.status = status;
        this.title = title;
        this.action = action;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public String action() {
        return action;
    }
}
