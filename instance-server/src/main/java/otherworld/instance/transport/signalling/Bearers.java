package otherworld.instance.transport.signalling;

import otherworld.base.InstanceId;
import otherworld.http.Request;
import otherworld.ops.Problem;
import otherworld.tickets.TicketVerifier;
import otherworld.tickets.Token;
import otherworld.tickets.Verification;

/** Who asks: the bearer of a genuine ticket or session token for this instance. */
final class Bearers {
    private static final String SCHEME = "Bearer ";

    private final TicketVerifier verifier;
    private final InstanceId instance;

    Bearers(TicketVerifier verifier, InstanceId instance) {
        this.verifier = verifier;
        this.instance = instance;
    }

    /**
     * The token of the request; it is not used up here, the seat is claimed by Hello.
     *
     * @throws Problem.Thrown if there is none that is good
     */
    Token token(Request request) {
        String header = request.header("Authorization").orElse("");
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new Problem.Thrown(
                    ProblemKind.TICKET_FORGED,
                    "send 'Authorization: Bearer' with a ticket or session token");
        }
        return switch (verifier.verify(header.substring(SCHEME.length()).strip(), instance)) {
            case Verification.Valid(Token token) -> token;
            case Verification.Expired(var at) ->
                    throw new Problem.Thrown(ProblemKind.TICKET_EXPIRED, "it ended at " + at);
            case Verification.WrongInstance(String audience) ->
                    throw new Problem.Thrown(
                            ProblemKind.TICKET_WRONG_INSTANCE,
                            "it is for %s, this is %s".formatted(audience, instance));
            case Verification.Forged(String detail) ->
                    throw new Problem.Thrown(ProblemKind.TICKET_FORGED, detail);
            case Verification.KeysUnavailable(String detail) ->
                    throw new Problem.Thrown(ProblemKind.KEYS_UNAVAILABLE, detail);
        };
    }
}
