package otherworld.instance.trace;

import java.util.List;
import java.util.Objects;
import otherworld.base.TraceContext;
import otherworld.persistence.CommitListener;
import otherworld.persistence.Edit;
import otherworld.tracing.Span;
import otherworld.tracing.Tracing;

/**
 * A group that commits edits of which some are recorded: one span of the database, below the first
 * of them and linked to the others; each of these has a span of its own, linked to the group's. The
 * writer's thread.
 */
public final class CommitTraces implements CommitListener {
    private final Tracing tracing;

    private CommitTraces(Tracing tracing) {
        this.tracing = tracing;
    }

    public static CommitListener of(Tracing tracing) {
        return tracing.isOn() ? new CommitTraces(tracing) : CommitListener.NONE;
    }

    @Override
    public void committed(Group group) {
        List<TraceContext> recorded =
                group.edits().stream().map(Edit::trace).filter(Objects::nonNull).toList();
        if (recorded.isEmpty()) {
            return;
        }
        TraceContext first = recorded.getFirst();
        Span.Draft commit =
                Span.begin(
                                "UPDATE instance INSERT journal",
                                Span.Kind.CLIENT,
                                Tracing.below(first),
                                first.span(),
                                group.sentNs())
                        .with("db.system.name", "postgresql")
                        .with("db.query.summary", "UPDATE instance INSERT journal")
                        .with("otherworld.group.seq", group.seq())
                        .with("otherworld.group.edits", group.edits().size())
                        .with("otherworld.group.bytes", group.bytes())
                        .with("otherworld.group.tries", group.tries());
        recorded.subList(1, recorded.size()).forEach(commit::link);
        tracing.ended(commit.end(group.committedNs()));
        for (TraceContext other : recorded.subList(1, recorded.size())) {
            tracing.ended(
                    Span.begin(
                                    "commit",
                                    Span.Kind.INTERNAL,
                                    Tracing.below(other),
                                    other.span(),
                                    group.sentNs())
                            .with("otherworld.group.seq", group.seq())
                            .link(commit.context())
                            .end(group.committedNs()));
        }
    }
}
