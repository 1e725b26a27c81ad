package otherworld.matchmaker.http;

/**
 * A refusal as a problem document (RFC 9457).
 *
 * @param kind what is wrong, in general
 * @param detail what is wrong with this request
 */
record Problem(Kind kind, String detail) {
    /** The problems there are; the name, lower-case with dashes, ends the {@code type} URI. */
    enum Kind {
        BAD_REQUEST(400, "The request is malformed", "Correct the request."),
        UNAUTHENTICATED(
                401,
                "No valid bearer token",
                "Send 'Authorization: Bearer' with a token of the issuer for this audience."),
        NOT_YOURS(403, "The session is another player's", "Send your own session token."),
        NOT_FOUND(404, "No such resource", "See GET /v1/openapi.yaml."),
        UNKNOWN_WORLD(404, "No such World", "See GET /v1/worlds."),
        SESSION_ENDED(404, "SESSION_ENDED", "Ask for a new seat."),
        REQUEST_CONFLICT(
                409, "The request id was used for other players", "Make a new UUID and ask again."),
        SEATED_ELSEWHERE(409, "The player has a seat elsewhere", "Leave it, then ask again."),
        UNKNOWN_INSTANCE(
                404,
                "No such instance",
                "Name one that has run; see GET /v1/worlds/{world}/instances."),
        WAKES_ANOTHER(
                409,
                "The player woke another instance",
                "Ask for that one, or wait as long as 'detail' says."),
        PARTY_TOO_LARGE(409, "The party fits in no instance", "Ask as smaller parties."),
        TOO_LARGE(413, "The request is too large", "Send at most 4096 bytes."),
        RATE_LIMITED(429, "Too many requests", "Wait as long as Retry-After says."),
        INTERNAL(500, "An unexpected error", "Try again; the matchmaker's log has the cause."),
        QUEUE_FULL(503, "Too many wait for this World", "Ask again later."),
        ISSUER_UNAVAILABLE(
                503, "The token issuer's keys cannot be read", "Ask again as Retry-After says."),
        LEDGER_UNAVAILABLE(
                503, "The seat ledger does not answer", "Ask again as Retry-After says.");

        private final int status;
        private final String title;
        private final String action;

        Kind(int status, String title, String action) {
            this.status = status;
            this.title = title;
            this.action = action;
        }

        int status() {
            return status;
        }

        String title() {
            return title;
        }

        /** What the caller can do about it. */
        String action() {
            return action;
        }

        String type() {
            return "urn:otherworld:problem:"
                    + name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }

        /** Whether the same request may succeed in a second. */
        boolean retry() {
            return status == 503 || status == 429;
        }
    }

    /** Leaves the handler with this problem as answer. */
    static final class Thrown extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Problem problem;

        Thrown(Kind kind, String detail) {
            super(detail, null, false, false);
            problem = new Problem(kind, detail);
        }

        Problem problem() {
            return problem;
        }
    }
}
