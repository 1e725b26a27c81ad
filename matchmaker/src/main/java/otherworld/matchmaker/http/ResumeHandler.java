package otherworld.matchmaker.http;

import otherworld.base.PlayerId;
import otherworld.base.WorldId;
import otherworld.http.HttpProblem;
import otherworld.http.Request;
import otherworld.http.Response;
import otherworld.ledger.SeatLedger;
import otherworld.ledger.SeatLedger.Location;
import otherworld.matchmaker.decisions.SeatDecisions;
import otherworld.matchmaker.http.BearerTokens.Sender;
import otherworld.ops.Problem;
import otherworld.tickets.SessionToken;
import otherworld.tickets.TicketVerifier;
import otherworld.tickets.Token;
import otherworld.tickets.Verification;

/** {@code POST /v1/worlds/{world}/resume}: where a session's instance is now. */
final class ResumeHandler {
    private static final int RETRY_MS = 250;

    private final SeatLedger ledger;
    private final TicketVerifier verifier;
    private final KnownWorlds worlds;
    private final SeatDecisions decisions;
    private final HttpMetrics metrics;

    ResumeHandler(
            SeatLedger ledger,
            TicketVerifier verifier,
            KnownWorlds worlds,
            SeatDecisions decisions,
            HttpMetrics metrics) {
        this.ledger = ledger;
        this.verifier = verifier;
        this.worlds = worlds;
        this.decisions = decisions;
        this.metrics = metrics;
    }

    Response post(Request request, Sender.Player sender) {
        PlayerId player = sender.id();
        WorldId world = Exchange.world(request);
        String[] text = {""};
        Json.readObject(
                Exchange.json(request),
                (name, value) -> {
                    if (!name.equals("session")) {
                        throw Json.unknownField(name);
                    }
                    text[0] = Json.string(name, value);
                });
        SessionToken session = session(text[0]);
        if (!session.player().equals(player)) {
            throw new Problem.Thrown(
                    ProblemKind.NOT_YOURS, "the session's player did not send the request");
        }
        if (!session.instance().world().equals(world)) {
            throw new Problem.Thrown(
                    ProblemKind.SESSION_ENDED,
                    "the session is of World %s".formatted(session.instance().world()));
        }
        Location location = ledger.locate(session.instance(), session.seat(), player);
        decisions.located(world, player, session.instance().ordinal(), location);
        return switch (location) {
            case Location.UnknownWorld() -> throw worlds.unknown(world);
            case Location.Ended() ->
                    throw new Problem.Thrown(
                            ProblemKind.SESSION_ENDED, SeatDecisions.SESSION_ENDED);
            case Location.Found found -> answer(session, found);
        };
    }

    private SessionToken session(String text) {
        return switch (verifier.verify(text)) {
            case Verification.Valid(Token token) when token instanceof SessionToken session ->
                    session;
            case Verification.Valid _ ->
                    throw new Problem.Thrown(
                            HttpProblem.BAD_REQUEST,
                            "'session' is a ticket: send the session token of the same answer");
            case Verification.Expired(var at) ->
                    throw new Problem.Thrown(
                            ProblemKind.SESSION_ENDED, "the session token expired at " + at);
            case Verification.Forged(String detail) ->
                    // Perhaps it was one under keys that are lost: a new seat is the way out of
                    // both.
                    throw new Problem.Thrown(
                            ProblemKind.SESSION_ENDED, "'session' is none of ours: " + detail);
            case Verification.WrongInstance(String audience) ->
                    throw new Problem.Thrown(
                            ProblemKind.SESSION_ENDED, "the session is of " + audience);
            case Verification.KeysUnavailable(String detail) ->
                    throw new Problem.Thrown(HttpProblem.INTERNAL, detail);
        };
    }

    private Response answer(SessionToken session, Location.Found found) {
        boolean back = found.closed().isEmpty() && !found.endpoints().isEmpty();
        byte[] body =
                Json.object(json -> {
                    json.writeStringField("world", session.instance().world().value());
                    json.writeNumberField("instance", session.instance().ordinal());
                    json.writeNumberField("seat", session.seat().number());
                    json.writeNumberField("generation", session.seat().generation());
                    json.writeNumberField("epoch", found.epoch());
                    Json.strings(json, "endpoints", found.endpoints());
                    if (!back) {
                        json.writeNumberField("retryAfterMs", RETRY_MS);
                        json.writeStringField(
                                "reason",
                                "the instance is "
                                        + (found.closed().isEmpty()
                                                ? "without an address"
                                                : found.closed()));
                    }
                });
        metrics.requests.labelValues("resume", back ? "found" : "waiting").inc();
        return Exchange.json(back ? 200 : 202, body);
    }
}
