package otherworld.bots;

import java.util.Arrays;

/**
 * When one player sent each of its moves, in milliseconds on the run's clock, growing. One thread
 * adds; any reads what was added before its look at {@link #count}.
 */
final class SentMoves {
    private volatile long[] times = new long[256];
    private volatile int count;

    void add(long sentMs) {
        int now = count;
        long[] kept = times;
        if (now == kept.length) {
            kept = Arrays.copyOf(kept, 2 * now);
            times = kept;
        }
        kept[now] = sentMs;
        count = now + 1; // publishes the time
    }

    int count() {
        return count;
    }

    /** For an index below a {@link #count} that was read before. */
    long at(int index) {
        return times[index];
    }
}
