package otherworld.replication;

import java.util.Arrays;

/**
 * Which indexes were in each of the newest {@value #KEPT} datagrams to one viewer, so that its
 * acknowledgement of one is that of a tick for each of them.
 */
final class SentDatagrams {
    /**
     * More than a second of two datagrams a tick at 30 Hz; an acknowledgement comes in time or not.
     */
    static final int KEPT = 64;

    private final short[][] indexes = new short[KEPT][0];
    private final int[] counts = new int[KEPT];
    private final int[] numbers = new int[KEPT];
    private final int[] ticks = new int[KEPT];
    private int newest;

    /** The number of the next datagram: 1, 2, … */
    int next() {
        return newest + 1;
    }

    /** A datagram with the {@code count} first of these went out. */
    void sent(int tick, short[] told, int count) {
        newest++;
        int at = newest % KEPT;
        if (indexes[at].length < count) {
            indexes[at] = new short[Math.max(64, Integer.highestOneBit(count) * 2)];
        }
        System.arraycopy(told, 0, indexes[at], 0, count);
        counts[at] = count;
        numbers[at] = newest;
        ticks[at] = tick;
    }

    /**
     * The viewer has a datagram.
     *
     * @param number its low 16 bits
     * @return whether it was one of those that are kept, and not acknowledged before
     */
    boolean acknowledged(int number, Seen seen) {
        int full = newest - (newest - number & 0xffff);
        int at = full % KEPT;
        if (full <= 0 || numbers[at] != full) {
            return false;
        }
        numbers[at] = 0;
        int tick = ticks[at];
        for (int i = 0; i < counts[at]; i++) {
            int index = indexes[at][i];
            // Not of an entity that had the index before, nor of what it was before it changed.
            if (seen.told[index] != Seen.UNSENT
                    && tick >= seen.toldTicks[index]
                    && tick > seen.baselines[index]) {
                seen.baselines[index] = tick;
            }
        }
        return true;
    }

    /** Bytes of its tables, for tests. */
    int capacity() {
        return Arrays.stream(indexes).mapToInt(row -> row.length).sum();
    }
}
