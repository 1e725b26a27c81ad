package otherworld.gateway.play;

import java.util.Optional;
import otherworld.gateway.Places;
import otherworld.ops.log.PlayerIds;
import otherworld.tickets.Ticket;
import otherworld.tickets.Token;
import otherworld.tracing.Span;
import otherworld.tracing.Tracing;

/**
 * From a Hello until the instance has it, as a part of the trace that the ticket names. One thread
 * at a time.
 */
final class PassingTrace {
    private final Tracing tracing;
    private final Span.Draft span;

    private PassingTrace(Tracing tracing, Span.Draft span) {
        this.tracing = tracing;
        this.span = span;
    }

    /** Empty if it is not recorded. */
    static Optional<PassingTrace> begin(Tracing tracing, Token token, long helloNs) {
        return tracing.isOn() && token instanceof Ticket ticket
                ? ticket.trace()
                        .map(asked ->
                                new PassingTrace(
                                        tracing,
                                        Span.begin(
                                                        "pass on Hello",
                                                        Span.Kind.SERVER,
                                                        Tracing.below(asked),
                                                        asked.span(),
                                                        helloNs)
                                                .with(
                                                        "otherworld.world",
                                                        token.instance().world().value())
                                                .with(
                                                        "otherworld.instance",
                                                        token.instance().ordinal())
                                                .with(
                                                        "otherworld.player",
                                                        PlayerIds.SET.shown(token.player()))))
                : Optional.empty();
    }

    void dials(Places.Place place) {
        span.event(
                "dials",
                System.nanoTime(),
                new Span.Attribute.Text("server.address", place.authority()));
    }

    void opened() {
        tracing.ended(span.end(System.nanoTime()));
    }

    void refused(String reason) {
        tracing.ended(span.with("otherworld.goodbye", reason).end(System.nanoTime()));
    }
}
