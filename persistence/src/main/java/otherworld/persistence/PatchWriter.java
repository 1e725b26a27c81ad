package otherworld.persistence;

import java.time.Duration;
import java.util.List;

/**
 * Commits edits in groups, in order, each group fenced by epoch and sequence number. One writer
 * thread; the simulation thread offers edits and polls what became durable, and never waits.
 *
 * <p>Bounds: at most {@value #MAX_EDITS} edits and {@value #MAX_BYTES} bytes are on their way,
 * counted from {@link #offer} until {@link #pollDurable} hands them out.
 */
public interface PatchWriter extends AutoCloseable {
    int MAX_EDITS = 8192;
    int MAX_BYTES = 32 << 20;

    /**
     * Queues an edit for the next group. Simulation thread only.
     *
     * @return false if the writer is at its bound (a slow database) or closed: the edit must be
     *     refused before it is applied
     */
    boolean offer(Edit edit);

    /**
     * True if {@link #offer} would take {@code edits} more, however large ({@link
     * Edit#MAX_ENCODED_BYTES} each). Simulation thread only.
     */
    boolean hasRoom(int edits);

    /**
     * Hands out, in order, the edits committed since the last call. Simulation thread only; no
     * database access.
     */
    List<Edit> pollDurable();

    /** Whether groups are being committed. Any thread. */
    Health health();

    /** What the writer has done so far. Any thread. */
    Stats stats();

    /**
     * Commits what is queued, waiting at most {@code timeoutMs}; true if all of it is durable. Any
     * thread; {@link #pollDurable} hands the edits out afterwards.
     */
    boolean flush(long timeoutMs) throws InterruptedException;

    /** Stops at once, within 3 s; what is not durable may or may not become so: flush before. */
    @Override
    void close();

    sealed interface Health {
        record Working() implements Health {}

        /**
         * The database does not answer, refuses or is slow; the group is tried again.
         *
         * @param waiting how long the oldest group has waited
         */
        record Stalled(String reason, Duration waiting) implements Health {}

        /**
         * What was committed is missing or unreadable: nothing is committed or handed out as
         * durable any more, and no next host can load the instance before it is repaired.
         */
        record Damaged(String reason) implements Health {}

        /**
         * Fenced off: another epoch writes; or an error in this program ended the writing. Nothing
         * more will be committed; the process must exit.
         */
        record Fenced(String reason) implements Health {}
    }

    /**
     * @param groups committed
     * @param edits committed
     * @param retries executions beyond the first of a group
     * @param lastCommitNs from sending the last group to its answer, retries included
     * @param waitingEdits offered and not yet durable
     * @param foldedSeq the journal is folded up to this group, as far as this writer knows
     */
    record Stats(
            long groups,
            long edits,
            long retries,
            long lastCommitNs,
            int waitingEdits,
            long foldedSeq) {}
}
