package otherworld.instance.trace;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import otherworld.base.TraceContext;
import otherworld.ledger.LedgerUnavailable;
import otherworld.ops.log.PlayerIds;
import otherworld.tickets.SessionToken;
import otherworld.tickets.Ticket;
import otherworld.tickets.Token;
import otherworld.tracing.Span;
import otherworld.tracing.Tracing;

/**
 * One player's way from Hello to the first snapshot. With a ticket it goes on with the trace of the
 * request for the seat, if that is recorded; who resumes begins one. The threads of admission and
 * then the simulation's, one after the other.
 */
public final class JoinTrace {
    private final Tracing tracing;
    private final Span.Draft join;
    private final AtomicBoolean over = new AtomicBoolean();
    private long welcomedNs;

    private JoinTrace(Tracing tracing, Token token, TraceContext own, long parent, long helloNs) {
        this.tracing = tracing;
        join =
                Span.begin("join", Span.Kind.SERVER, own, parent, helloNs)
                        .with("otherworld.world", token.instance().world().value())
                        .with("otherworld.instance", token.instance().ordinal())
                        .with("otherworld.player", PlayerIds.SET.shown(token.player()))
                        .with("otherworld.request.id", token.requestId())
                        .with("otherworld.seat.number", token.seat().number())
                        .with("otherworld.resumes", token instanceof SessionToken)
                        .event("token verified", System.nanoTime());
    }

    /**
     * Empty if it is not recorded.
     *
     * @param helloNs when its Hello came
     */
    public static Optional<JoinTrace> begin(Tracing tracing, Token token, long helloNs) {
        if (!tracing.isOn()) {
            return Optional.empty();
        }
        return switch (token) {
            case Ticket ticket ->
                    ticket.trace()
                            .map(asked ->
                                    new JoinTrace(
                                            tracing,
                                            token,
                                            Tracing.below(asked),
                                            asked.span(),
                                            helloNs));
            case SessionToken _ ->
                    tracing.begin().map(own -> new JoinTrace(tracing, token, own, 0, helloNs));
        };
    }

    public TraceContext context() {
        return join.context();
    }

    /** Does {@code work} as a part of it. */
    public <T> T part(String name, Supplier<T> work) {
        return part(below(name, Span.Kind.INTERNAL), work);
    }

    /** Asks the ledger. */
    public <T> T ledger(String script, Supplier<T> ask) {
        return part(
                below("EVALSHA " + script, Span.Kind.CLIENT)
                        .with("db.system.name", "redis")
                        .with("db.operation.name", "EVALSHA")
                        .with("db.stored_procedure.name", script),
                ask);
    }

    private <T> T part(Span.Draft span, Supplier<T> work) {
        try {
            return work.get();
        } catch (LedgerUnavailable e) {
            span.failed("LEDGER_UNAVAILABLE");
            throw e;
        } finally {
            tracing.ended(span.end(System.nanoTime()));
        }
    }

    private Span.Draft below(String name, Span.Kind kind) {
        TraceContext own = join.context();
        return Span.begin(name, kind, Tracing.below(own), own.span(), System.nanoTime());
    }

    /** Does {@code work} as a part of what is recorded, if anything is. */
    public static <T> T part(
            Optional<JoinTrace> of, Function<JoinTrace, T> recorded, Supplier<T> work) {
        return of.isPresent() ? recorded.apply(of.get()) : work.get();
    }

    /** The simulation has them, and has said Welcome. */
    public void welcomed(long epoch) {
        welcomedNs = System.nanoTime();
        join.with("otherworld.epoch", epoch).event("welcome", welcomedNs);
    }

    /** What they see first is on its way to them. */
    public void firstSnapshot() {
        if (over.compareAndSet(false, true)) {
            long nowNs = System.nanoTime();
            TraceContext own = join.context();
            tracing.ended(
                    Span.begin(
                                    "first snapshot",
                                    Span.Kind.INTERNAL,
                                    Tracing.below(own),
                                    own.span(),
                                    welcomedNs)
                            .end(nowNs));
            tracing.ended(join.end(nowNs));
        }
    }

    /**
     * They were not let in, or went before they saw anything.
     *
     * @param error whether it is an error of ours
     */
    public void refused(String reason, boolean error) {
        if (over.compareAndSet(false, true)) {
            join.with("otherworld.goodbye", reason);
            if (error) {
                join.failed(reason);
            }
            tracing.ended(join.end(System.nanoTime()));
        }
    }
}
