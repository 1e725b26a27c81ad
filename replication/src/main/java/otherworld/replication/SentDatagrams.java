package otherworld.replication;

/**
 * Which indexes were in the newest datagrams to one viewer, so that its acknowledgement of one is
 * that of a tick for each of them. Those of {@value #KEPT} datagrams are kept, or of fewer if they
 * told more than {@value #INDEXES} entities in all.
 */
final class SentDatagrams {
    /**
     * A second of two datagrams a tick at 30 Hz: an acknowledgement comes in time or not at all.
     */
    static final int KEPT = 64;

    static final int INDEXES = 1 << 13;

    private final short[] indexes;
    private final int[] numbers = new int[KEPT];
    private final int[] ticks = new int[KEPT];

    /** Where the indexes of each begin, and how many there are. */
    private final int[] starts = new int[KEPT];

    private final int[] counts = new int[KEPT];
    private int newest;
    private int lastTick;
    private int end;

    /**
     * @param reliable then nothing is acknowledged, and no index is kept
     */
    SentDatagrams(boolean reliable) {
        indexes = new short[reliable ? 0 : INDEXES];
    }

    /** The number of the next datagram: 1, 2, … */
    int next() {
        return newest + 1;
    }

    /** That of the last datagram; 0 before there was one. */
    int lastTick() {
        return lastTick;
    }

    /** A datagram with the {@code count} first of these went out. */
    void sent(int tick, short[] told, int count) {
        newest++;
        lastTick = tick;
        if (indexes.length == 0) {
            return;
        }
        int at = newest % KEPT;
        numbers[at] = newest;
        ticks[at] = tick;
        starts[at] = end;
        counts[at] = count;
        for (int i = 0; i < count; i++) {
            indexes[end++ & INDEXES - 1] = told[i];
        }
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
        if (full <= 0 || numbers[at] != full || end - starts[at] > INDEXES) {
            return false;
        }
        numbers[at] = 0;
        int tick = ticks[at];
        for (int i = 0; i < counts[at]; i++) {
            int index = indexes[starts[at] + i & INDEXES - 1];
            // Not of an entity that had the index before, nor of what it was before it changed.
            if (seen.told[index] != Seen.UNSENT
                    && tick >= seen.toldTicks[index]
                    && tick > seen.baselines[index]) {
                seen.baselines[index] = tick;
            }
        }
        return true;
    }
}
