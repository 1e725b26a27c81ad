package otherworld.matchmaker.http;

import otherworld.http.HttpProblem;
import otherworld.ops.Problem;

/** What may be wrong with a request to this service, beside {@link HttpProblem}. */
public enum ProblemKind implements Problem.Kind {
    UNAUTHENTICATED(
            401,
            "No valid bearer token",
            "Send 'Authorization: Bearer' with a token of the issuer for this audience."),
    NOT_YOURS(403, "The session is another player's", "Send your own session token."),
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
    RATE_LIMITED(429, "Too many requests", "Wait as long as Retry-After says."),
    QUEUE_FULL(503, "Too many wait for this World", "Ask again later."),
    ISSUER_UNAVAILABLE(
            503, "The token issuer's keys cannot be read", "Ask again as Retry-After says."),
    LEDGER_UNAVAILABLE(503, "The seat ledger does not answer", "Ask again as Retry-After says.");

    private final Problem.Words words;

    ProblemKind(int status, String title, String action) {
        words = new Problem.Words(status, title, action);
    }

    @Override
    public Problem.Words words() {
        return words;
    }
}
