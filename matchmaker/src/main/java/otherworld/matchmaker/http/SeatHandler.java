package otherworld.matchmaker.http;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.TraceContext;
import otherworld.base.WorldId;
import otherworld.http.Request;
import otherworld.http.Response;
import otherworld.ledger.SeatLedger;
import otherworld.ledger.SeatLedger.Assignment;
import otherworld.ledger.SeatLedger.SeatRequest;
import otherworld.ledger.SeatLedger.Waited;
import otherworld.matchmaker.decisions.SeatDecisions;
import otherworld.matchmaker.http.BearerTokens.Sender;
import otherworld.ops.Problem;
import otherworld.ops.log.LogContext;
import otherworld.tickets.SessionToken;
import otherworld.tickets.Ticket;
import otherworld.tickets.TicketSigner;

/** {@code PUT} and {@code DELETE /v1/worlds/{world}/seats/{requestId}}. */
final class SeatHandler {
    private static final Logger log = LoggerFactory.getLogger(SeatHandler.class);
    private static final int RETRY_MS = 500;
    private static final int MAX_RETRY_MS = 5_000;

    private final SeatLedger ledger;
    private final TicketSigner signer;
    private final InstantSource clock;
    private final KnownWorlds worlds;
    private final SeatDecisions decisions;
    private final HttpMetrics metrics;
    private final SeatTraces traces;

    /** Tickets end at whole seconds: those of one second share its text. */
    private volatile Written expiry = new Written(Instant.EPOCH, Instant.EPOCH.toString());

    private record Written(Instant at, String text) {}

    SeatHandler(
            SeatLedger ledger,
            TicketSigner signer,
            InstantSource clock,
            KnownWorlds worlds,
            SeatDecisions decisions,
            HttpMetrics metrics,
            SeatTraces traces) {
        this.ledger = ledger;
        this.signer = signer;
        this.clock = clock;
        this.worlds = worlds;
        this.decisions = decisions;
        this.metrics = metrics;
        this.traces = traces;
    }

    Response put(Request request, Sender.Player player) {
        long startNs = System.nanoTime();
        WorldId world = Exchange.world(request);
        String requestId = Exchange.requestId(request);
        Optional<SeatTrace> trace = traces.begin(request, world, requestId, player.id(), startNs);
        LogContext context =
                LogContext.of(player.id()).in(world).traced(trace.map(SeatTrace::context));
        Supplier<Response> work = () -> seat(request, player, world, requestId, trace);
        Response response = context.get(() -> trace.map(it -> it.around(work)).orElseGet(work));
        metrics.seatSeconds.observe((System.nanoTime() - startNs) / 1e9);
        return response;
    }

    private Response seat(
            Request request,
            Sender.Player player,
            WorldId world,
            String requestId,
            Optional<SeatTrace> trace) {
        int instance = wantedInstance(Exchange.json(request));
        SeatRequest asked = new SeatRequest(requestId, List.of(player.id()), instance, Set.of());
        Supplier<Assignment> assign = () -> ledger.assign(world, asked);
        long assignNs = System.nanoTime();
        Assignment assignment = trace.map(it -> it.assigning(assign)).orElseGet(assign);
        metrics.ledgerSeconds.observe((System.nanoTime() - assignNs) / 1e9);
        return answer(world, requestId, player, assignment, trace);
    }

    private Response answer(
            WorldId world,
            String requestId,
            Sender.Player player,
            Assignment given,
            Optional<SeatTrace> trace) {
        Assignment assignment =
                given instanceof Assignment.Seated seated && seated.endpoints().isEmpty()
                        ? new Assignment.Waiting(
                                0,
                                "the instance changes its host",
                                seated.rejected(),
                                new Waited(0, 0))
                        : given;
        decisions.assigned(world, player.id(), assignment);
        trace.ifPresent(it -> it.answered(assignment));
        return switch (assignment) {
            case Assignment.Seated seated -> {
                worlds.seen(world);
                Optional<TraceContext> traced = trace.map(SeatTrace::context);
                seated.waited().ifPresent(waited -> metrics.seated(world, waited, traced));
                log.debug("Seat {} of {} is theirs", seated.seats(), seated.instance());
                yield seated(player, requestId, seated, traced);
            }
            case Assignment.Waiting waiting -> {
                worlds.seen(world);
                metrics.waits(world, waiting.waited());
                log.debug("Waits for a seat: {}", waiting.reason());
                yield waiting(waiting);
            }
            case Assignment.Refused(SeatLedger.Refusal refusal, String detail) ->
                    throw new Problem.Thrown(
                            switch (refusal) {
                                case PARTY_TOO_LARGE -> ProblemKind.PARTY_TOO_LARGE;
                                case REQUEST_CONFLICT -> ProblemKind.REQUEST_CONFLICT;
                                case SEATED_ELSEWHERE -> ProblemKind.SEATED_ELSEWHERE;
                                case QUEUE_FULL -> ProblemKind.QUEUE_FULL;
                                case UNKNOWN_INSTANCE -> ProblemKind.UNKNOWN_INSTANCE;
                                case WAKES_ANOTHER -> ProblemKind.WAKES_ANOTHER;
                            },
                            detail);
            case Assignment.UnknownWorld() -> throw worlds.unknown(world);
        };
    }

    Response delete(Request request, Sender.Player player) {
        WorldId world = Exchange.world(request);
        ledger.cancel(world, Exchange.requestId(request), player.id(), 1);
        metrics.requests.labelValues("cancel", "done").inc();
        return Response.empty(204);
    }

    private static int wantedInstance(byte[] body) {
        int[] instance = {SeatRequest.ANY};
        Json.readObject(
                body,
                (name, value) -> {
                    if (!name.equals("instance")) {
                        throw Json.unknownField(name);
                    }
                    instance[0] =
                            Json.integer(name, value, 0, otherworld.base.InstanceId.MAX_ORDINAL);
                });
        return instance[0];
    }

    private Response seated(
            Sender.Player sender,
            String requestId,
            Assignment.Seated seated,
            Optional<TraceContext> trace) {
        Seat seat = seated.seats().get(0);
        Instant now = clock.instant();
        PlayerId player = sender.id();
        // Those alone that mean something in this World: an issuer may name hundreds.
        List<String> groups = seated.permissions().among(sender.groups());
        Ticket ticket =
                Ticket.issue(
                                player,
                                seated.instance(),
                                seat,
                                requestId,
                                groups,
                                seated.capacity(),
                                now)
                        .traced(trace);
        SessionToken session =
                SessionToken.issue(player, seated.instance(), seat, requestId, groups, now);
        byte[] body =
                Json.object(json -> {
                    json.writeStringField("world", seated.instance().world().value());
                    json.writeNumberField("instance", seated.instance().ordinal());
                    json.writeNumberField("seat", seat.number());
                    json.writeNumberField("generation", seat.generation());
                    json.writeStringField("ticket", signer.sign(ticket));
                    json.writeStringField("ticketExpiresAt", written(ticket.expiresAt()));
                    json.writeStringField("session", signer.sign(session));
                    Json.strings(json, "endpoints", seated.endpoints());
                    json.writeObjectFieldStart("why");
                    json.writeStringField("chosen", seated.chosen());
                    Json.rejected(json, seated.rejected());
                    json.writeEndObject();
                });
        metrics.requests.labelValues("seat", "seated").inc();
        return Exchange.json(200, body);
    }

    private String written(Instant at) {
        Written last = expiry;
        if (!last.at().equals(at)) {
            last = new Written(at, at.toString());
            expiry = last;
        }
        return last.text();
    }

    private Response waiting(Assignment.Waiting waiting) {
        byte[] body =
                Json.object(json -> {
                    json.writeNumberField("retryAfterMs", retryMs(waiting.position()));
                    json.writeNumberField("position", waiting.position());
                    json.writeStringField("reason", waiting.reason());
                    Json.rejected(json, waiting.rejected());
                });
        metrics.requests.labelValues("seat", "waiting").inc();
        return Exchange.json(202, body);
    }

    /** Those far back in a long queue ask less often, but well within the 30 s of their place. */
    private static int retryMs(int position) {
        return Math.min(MAX_RETRY_MS, RETRY_MS + Math.max(0, position - 100) * 5);
    }
}
