package otherworld.gateway;

import otherworld.ops.Problem;

/** What may be wrong with a request to the gateway, beside HTTP. */
public enum GatewayProblem implements Problem.Kind {
    BAD_PARAMETER(400, "A parameter that cannot be used", "Send what the detail says."),
    TICKET_FORGED(401, "TICKET_FORGED", "Ask the matchmaker for a seat."),
    TICKET_EXPIRED(
            401, "TICKET_EXPIRED", "Send the session token, or ask the matchmaker for a seat."),
    TICKET_WRONG_INSTANCE(403, "TICKET_WRONG_INSTANCE", "Use the endpoints of this ticket."),
    NO_SUCH_INSTANCE(
            404,
            "No such instance here",
            "Ask the matchmaker to resume, or for a seat, and use its endpoints."),
    TOO_MANY_BEGINS(429, "Too many connections are begun", "Wait as long as Retry-After says."),
    TOO_MANY_PLAYERS(
            429, "Too many players of one address", "Wait until one of them has left, then retry."),
    TOO_MANY_REQUESTS(429, "Too many requests", "Wait as long as Retry-After says."),
    INSTANCE_AWAY(
            503, "The instance does not answer", "Ask the matchmaker to resume, and come again."),
    LEDGER_UNAVAILABLE(503, "The seat ledger does not answer", "Ask again as Retry-After says."),
    KEYS_UNAVAILABLE(503, "The matchmaker's keys cannot be read", "Ask again as Retry-After says."),
    BUSY(503, "Too much at a time", "Ask again as Retry-After says.");

    private final Problem.Words words;

    GatewayProblem(int status, String title, String action) {
        words = new Problem.Words(status, title, action);
    }

    @Override
    public Problem.Words words() {
        return words;
    }
}
