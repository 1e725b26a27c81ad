package otherworld.instance.transport.signalling;

import otherworld.ops.Problem;

/** What may be wrong with a request to this service. */
enum ProblemKind implements Problem.Kind {
    OFFER_UNACCEPTABLE(400, "The offer cannot be answered", "Send what the detail says."),
    FRAGMENT_UNACCEPTABLE(400, "The fragment cannot be used", "Send what the detail says."),
    TICKET_FORGED(401, "TICKET_FORGED", "Ask the matchmaker for a seat."),
    TICKET_EXPIRED(401, "TICKET_EXPIRED", "Send the session token, or ask for a new seat."),
    TICKET_WRONG_INSTANCE(403, "TICKET_WRONG_INSTANCE", "Use the endpoints of this ticket."),
    UNKNOWN_SESSION(404, "No such WebRTC session", "Make a new one with POST."),
    WEBRTC_OFF(404, "No WebRTC here", "Connect to the next endpoint of the list."),
    SESSION_CHANGED(412, "The session is another one now", "Send the ETag of its answer."),
    MEDIA_TYPE(415, "Not that media type", "Send the media type that the detail says."),
    NO_RESTART(422, "ICE is not restarted here", "Make a new session with POST."),
    NO_ETAG(428, "If-Match is missing", "Send the ETag of the answer as If-Match."),
    TOO_MANY_OFFERS(429, "Too many offers", "Wait as long as Retry-After says."),
    TOO_MANY_PEERS_OF_PLAYER(
            429, "Too many connections begun", "Let one connect or fail, then ask again."),
    INTERNAL(500, "An unexpected error", "Try again; the instance's log has the cause."),
    KEYS_UNAVAILABLE(503, "The matchmaker's keys cannot be read", "Ask again as Retry-After says."),
    BUSY(503, "No room for another peer", "Connect to the next endpoint of the list.");

    private final Problem.Words words;

    ProblemKind(int status, String title, String action) {
        words = new Problem.Words(status, title, action);
    }

    @Override
    public Problem.Words words() {
        return words;
    }
}
