package otherworld.http.websocket;

import otherworld.ops.Problem;

/** What may be wrong with an opening handshake. */
enum HandshakeProblem implements Problem.Kind {
    BAD_UPGRADE(400, "Not a WebSocket handshake", "Send what RFC 6455 says; see the detail."),
    UPGRADE_REQUIRED(
            426, "A WebSocket is here", "Ask for an upgrade as RFC 6455 says, version 13.");

    private final Problem.Words words;

    HandshakeProblem(int status, String title, String action) {
        words = new Problem.Words(status, title, action);
    }

    @Override
    public Problem.Words words() {
        return words;
    }
}
