package otherworld.persistence;

import java.util.List;

/** Hears of each group that was committed, before its edits are handed out as durable. */
@FunctionalInterface
public interface CommitListener {
    /** Hears nothing. */
    CommitListener NONE = _ -> {};

    /** The writer's thread: must neither block nor throw, nor keep the list. */
    void committed(Group group);

    /**
     * @param edits of which the list is the writer's own
     * @param sentNs when it was executed first, by {@link System#nanoTime}
     * @param tries how often it was executed until its outcome was known
     */
    record Group(
            long seq, List<Edit> edits, int bytes, long sentNs, long committedNs, long tries) {}
}
