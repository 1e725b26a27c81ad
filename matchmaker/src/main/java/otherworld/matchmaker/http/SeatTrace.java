package otherworld.matchmaker.http;

import java.util.function.Supplier;
import otherworld.base.PlayerId;
import otherworld.base.TraceContext;
import otherworld.base.WorldId;
import otherworld.http.Request;
import otherworld.http.Response;
import otherworld.ledger.LedgerUnavailable;
import otherworld.ledger.SeatLedger.Assignment;
import otherworld.ledger.SeatLedger.Waited;
import otherworld.ops.Problem;
import otherworld.ops.log.PlayerIds;
import otherworld.tracing.Span;
import otherworld.tracing.Tracing;

/**
 * One request for a seat that is recorded: {@code seat request} from the first time it was made
 * until it had a seat, below it each time that it was made, and below that the ledger's script.
 * Names and attributes of HTTP and of the database are OpenTelemetry's semantic conventions.
 */
final class SeatTrace {
    private static final String ROUTE = "/v1/worlds/{world}/seats/{requestId}";

    private final Tracing tracing;
    private final TraceContext root;
    private final long rootParent;
    private final WorldId world;
    private final String requestId;
    private final String player;
    private final Span.Draft http;
    private long askedNs;

    /**
     * @param root the whole request's span
     * @param rootParent the player's own span; 0 if they have said none
     */
    SeatTrace(
            Tracing tracing,
            TraceContext root,
            long rootParent,
            Request request,
            WorldId world,
            String requestId,
            PlayerId player,
            long startNs) {
        this.tracing = tracing;
        this.root = root;
        this.rootParent = rootParent;
        this.world = world;
        this.requestId = requestId;
        this.player = PlayerIds.SET.shown(player);
        this.askedNs = startNs;
        http =
                Span.begin(
                                "PUT " + ROUTE,
                                Span.Kind.SERVER,
                                Tracing.below(root),
                                root.span(),
                                startNs)
                        .with("http.request.method", "PUT")
                        .with("http.route", ROUTE)
                        .with("url.scheme", "http")
                        .with("url.path", request.path())
                        .with("user_agent.original", request.header("User-Agent").orElse(""))
                        .with("otherworld.world", world.value())
                        .with("otherworld.player", this.player);
    }

    /** What the ticket carries on. */
    TraceContext context() {
        return http.context();
    }

    /** Does the whole of {@code work}; how it ends is how the span ends. */
    Response around(Supplier<Response> work) {
        try {
            Response response = work.get();
            end(response.status(), "");
            return response;
        } catch (Problem.Thrown e) {
            end(e.problem().kind().status(), e.problem().kind().label());
            throw e;
        } catch (LedgerUnavailable e) {
            end(ProblemKind.LEDGER_UNAVAILABLE.status(), ProblemKind.LEDGER_UNAVAILABLE.label());
            throw e;
        } catch (RuntimeException e) {
            end(500, e.getClass().getName());
            throw e;
        }
    }

    private void end(int status, String problem) {
        http.with("http.response.status_code", status);
        if (status >= 500) {
            http.failed(problem);
        } else {
            http.with("otherworld.problem", problem); // the player's affair: no error of ours
        }
        tracing.ended(http.end(System.nanoTime()));
    }

    /** Asks the ledger. */
    Assignment assigning(Supplier<Assignment> ask) {
        askedNs = System.nanoTime();
        Span.Draft span =
                Span.begin(
                                "EVALSHA assign",
                                Span.Kind.CLIENT,
                                Tracing.below(http.context()),
                                http.context().span(),
                                askedNs)
                        .with("db.system.name", "redis")
                        .with("db.operation.name", "EVALSHA")
                        .with("db.stored_procedure.name", "assign");
        try {
            return ask.get();
        } catch (LedgerUnavailable e) {
            span.failed(ProblemKind.LEDGER_UNAVAILABLE.label());
            throw e;
        } finally {
            tracing.ended(span.end(System.nanoTime()));
        }
    }

    /** What the answer is. */
    void answered(Assignment assignment) {
        switch (assignment) {
            case Assignment.Seated seated -> {
                http.with("otherworld.seat.outcome", "seated")
                        .with("otherworld.instance", seated.instance().ordinal())
                        .with("otherworld.seat.chosen", seated.chosen());
                seated.waited().ifPresent(waited -> seated(seated, waited));
            }
            case Assignment.Waiting waiting ->
                    http.with("otherworld.seat.outcome", "waiting")
                            .with("otherworld.seat.position", waiting.position())
                            .with("otherworld.seat.reason", waiting.reason())
                            .with("otherworld.seat.waited_ms", waiting.waited().ms());
            case Assignment.Refused _, Assignment.UnknownWorld _ ->
                    http.with("otherworld.seat.outcome", "refused");
        }
    }

    /** For the first time: the request is over. */
    private void seated(Assignment.Seated seated, Waited waited) {
        long endNs = System.nanoTime();
        long startNs = begunNs(http.startNs(), askedNs, waited.ms());
        tracing.ended(
                Span.begin("seat request", Span.Kind.INTERNAL, root, rootParent, startNs)
                        .with("otherworld.world", world.value())
                        .with("otherworld.player", player)
                        .with("otherworld.request.id", requestId)
                        .with("otherworld.instance", seated.instance().ordinal())
                        .with("otherworld.seat.waited_ms", waited.ms())
                        .end(endNs));
    }

    /**
     * When the ledger heard of a request first, or a little before: no ask ends before the request
     * has begun. The wait is by the ledger's clock, which it looks at after it was asked, so it is
     * counted from there, however long the answer took; of whole milliseconds one may be lost.
     *
     * @param httpNs when the ask came that was answered with a seat
     * @param askedNs when the ledger was asked
     */
    static long begunNs(long httpNs, long askedNs, long waitedMs) {
        return waitedMs == 0 ? httpNs : Math.min(httpNs, askedNs - (waitedMs + 1) * 1_000_000);
    }
}
