package otherworld.instance.transport.signalling;

import java.util.Locale;

/**
 * A refusal as a problem document (RFC 9457), as the matchmaker's are.
 *
 * @param kind what is wrong, in general
 * @param detail what is wrong with this request
 */
record Problem(Kind kind, String detail) {
    /** The problems there are; the name, lower-case with dashes, ends the {@code type} URI. */
    enum Kind {
        OFFER_UNACCEPTABLE(400, "The offer cannot be answered", "Send what the detail says."),
        FRAGMENT_UNACCEPTABLE(400, "The fragment cannot be used", "Send what the detail says."),
        TICKET_FORGED(401, "TICKET_FORGED", "Ask the matchmaker for a seat."),
        TICKET_EXPIRED(401, "TICKET_EXPIRED", "Send the session token, or ask for a new seat."),
        TICKET_WRONG_INSTANCE(403, "TICKET_WRONG_INSTANCE", "Use the endpoints of this ticket."),
        UNKNOWN_SESSION(404, "No such WebRTC session", "Make a new one with POST."),
        WEBRTC_OFF(404, "No WebRTC here", "Connect to the next endpoint of the list."),
        SESSION_CHANGED(412, "The session is another one now", "Send the ETag of its answer."),
        TOO_LARGE(413, "The request is too large", "Send what the detail says."),
        MEDIA_TYPE(415, "Not that media type", "Send the media type that the detail says."),
        NO_RESTART(422, "ICE is not restarted here", "Make a new session with POST."),
        NO_ETAG(428, "If-Match is missing", "Send the ETag of the answer as If-Match."),
        TOO_MANY_OFFERS(429, "Too many offers", "Wait as long as Retry-After says."),
        TOO_MANY_PEERS_OF_PLAYER(
                429, "Too many connections begun", "Let one connect or fail, then ask again."),
        INTERNAL(500, "An unexpected error", "Try again; the instance's log has the cause."),
        KEYS_UNAVAILABLE(
                503, "The matchmaker's keys cannot be read", "Ask again as Retry-After says."),
        BUSY(503, "No room for another peer", "Connect to the next endpoint of the list.");

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

        /** Ends the type, and labels the metric. */
        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Whether the same request may succeed in a second. */
        boolean retry() {
            return status == 503 || status == 429;
        }
    }

    String json() {
        return "{\"type\":\"urn:otherworld:problem:%s\",\"title\":%s,\"status\":%d,\"detail\":%s,\"action\":%s}"
                .formatted(
                        kind.label(),
                        JsonText.quoted(kind.title),
                        kind.status,
                        JsonText.quoted(detail),
                        JsonText.quoted(kind.action));
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
