package otherworld.persistence;

import java.util.List;

/**
 * Commits edits in groups, in order, each group fenced by epoch and sequence number. One writer
 * thread; the simulation thread offers edits and polls what became durable, and never waits.
 */
public interface PatchWriter extends AutoCloseable {
    /**
     * Queues an edit for the next group. Simulation thread only.
     *
     * @return false if the queue is at its bound (a slow database): the edit must be refused before
     *     it is applied
     */
    boolean offer(Edit edit);

    /** True if {@link #offer} would take {@code edits} more. Simulation thread only. */
    boolean hasRoom(int edits);

    /**
     * Hands out, in order, the edits committed since the last call. Simulation thread only; no
     * database access.
     */
    List<Edit> pollDurable();

    /** Why nothing more will be committed; empty while the writer works. */
    Health health();

    /** Commits what is queued, waiting at most {@code timeoutMs}; true if all of it is durable. */
    boolean flush(long timeoutMs) throws InterruptedException;

    @Override
    void close();

    sealed interface Health {
        record Working() implements Health {}

        /** The database does not answer or is slow; groups are tried again. */
        record Stalled(String reason) implements Health {}

        /** Fenced off: another epoch writes. The process must exit. */
        record Fenced(String reason) implements Health {}
    }
}
