package otherworld.instance.trace;

import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.base.TraceContext;
import otherworld.ops.log.PlayerIds;
import otherworld.tracing.Span;
import otherworld.tracing.Tracing;

/**
 * One edit's way, from the message to the word that it is durable: {@code edit PlaceEntity}, below
 * it how long it waited in the inbox, the group's commit ({@link CommitTraces}), and how long it
 * took from there until the player was told. Made by the thread that brings the message, then the
 * simulation's.
 */
public final class EditTrace {
    private final Tracing tracing;
    private final Span.Draft edit;
    private long durableNs;

    EditTrace(
            Tracing tracing,
            TraceContext context,
            String kind,
            InstanceId instance,
            long receivedNs) {
        this.tracing = tracing;
        edit =
                Span.begin("edit " + kind, Span.Kind.SERVER, context, 0, receivedNs)
                        .with("otherworld.world", instance.world().value())
                        .with("otherworld.instance", instance.ordinal());
    }

    public TraceContext context() {
        return edit.context();
    }

    /** The simulation has it. */
    public void handled(PlayerId player, long sequence) {
        edit.with("otherworld.player", PlayerIds.SET.shown(player))
                .with("otherworld.edit.sequence", sequence);
        part("inbox", edit.startNs(), System.nanoTime());
    }

    /** It is done in memory, and the player is told so. */
    public void applied(long entity) {
        edit.with("otherworld.entity", Long.toUnsignedString(entity))
                .event("applied", System.nanoTime());
    }

    /** It was sent before, and is answered again. */
    public void resent() {
        tracing.ended(edit.with("otherworld.edit.resent", true).end(System.nanoTime()));
    }

    /** It is not done. */
    public void refused(String reason) {
        edit.with("otherworld.edit.refused", reason);
        tracing.ended(edit.end(System.nanoTime()));
    }

    /** The simulation knows that it is committed. */
    public void durable() {
        durableNs = System.nanoTime();
    }

    /** The word on it is on its way to the player, if they are here still. */
    public void told() {
        long nowNs = System.nanoTime();
        part("acknowledge", durableNs, nowNs);
        tracing.ended(edit.end(nowNs));
    }

    private void part(String name, long startNs, long endNs) {
        TraceContext own = edit.context();
        tracing.ended(
                Span.begin(name, Span.Kind.INTERNAL, Tracing.below(own), own.span(), startNs)
                        .end(endNs));
    }
}
