package otherworld.instance.loop;

import otherworld.persistence.PatchWriter;

/**
 * When the edits that are not durable yet were applied, oldest first, and which of them have waited
 * longer than is promised. As many as the writer takes. Allocates nothing. Simulation thread only.
 */
final class AwaitedEdits {
    /** Who builds is promised that it is kept after this time. */
    static final long PROMISED_NS = 1_000_000_000L;

    private final long[] appliedNs = new long[PatchWriter.MAX_EDITS];
    private int first;
    private int size;
    private int late; // of the oldest, those that were counted already

    boolean isEmpty() {
        return size == 0;
    }

    void add(long nowNs) {
        if (size == appliedNs.length) {
            throw new IllegalStateException("more edits wait than the writer takes");
        }
        appliedNs[(first + size) % appliedNs.length] = nowNs;
        size++;
    }

    /** The oldest became durable; how long that took. There must be one. */
    long removeOldest(long nowNs) {
        if (size == 0) {
            throw new IllegalStateException("nothing waits");
        }
        long tookNs = nowNs - appliedNs[first];
        first = (first + 1) % appliedNs.length;
        size--;
        late = Math.max(0, late - 1);
        return tookNs;
    }

    /** How many have waited too long by now and were not counted by an earlier call. */
    int newlyLate(long nowNs) {
        int before = late;
        while (late < size && nowNs - appliedNs[(first + late) % appliedNs.length] > PROMISED_NS) {
            late++;
        }
        return late - before;
    }
}
