package otherworld.webrtc.sctp;

import java.util.Arrays;

/**
 * Which TSNs have arrived: all up to a cumulative one, and a bitmap of {@link #WINDOW} beyond it.
 * The bitmap is there only after the first gap.
 */
final class TsnTracker {
    /** TSNs further ahead than this are not taken. */
    static final int WINDOW = 4_096;

    /** Duplicates reported in one SACK. */
    static final int MOST_DUPLICATES = 16;

    private static final long[] NO_BITS = new long[0];

    /** What a TSN is to those that came before. */
    enum Arrival {
        NEXT,
        AHEAD,
        DUPLICATE,
        TOO_FAR
    }

    private final int[] duplicates = new int[MOST_DUPLICATES];
    private int duplicateCount;
    private long[] bits = NO_BITS;
    private int cumulative;
    private int highest;

    void start(int firstTsn) {
        cumulative = firstTsn - 1;
        highest = cumulative;
        duplicateCount = 0;
        Arrays.fill(bits, 0);
    }

    /** The last TSN up to which none is missing. */
    int cumulative() {
        return cumulative;
    }

    boolean hasGaps() {
        return highest != cumulative;
    }

    /** Whether a SACK has more to say than the cumulative TSN. */
    boolean hasNews() {
        return hasGaps() || duplicateCount > 0;
    }

    Arrival judge(int tsn) {
        int ahead = tsn - cumulative;
        if (ahead <= 0) {
            return Arrival.DUPLICATE;
        }
        if (ahead >= WINDOW) {
            return Arrival.TOO_FAR;
        }
        if (Wire.after(tsn, highest)) {
            return ahead == 1 ? Arrival.NEXT : Arrival.AHEAD;
        }
        if (isSet(tsn)) {
            return Arrival.DUPLICATE;
        }
        return ahead == 1 ? Arrival.NEXT : Arrival.AHEAD;
    }

    /** Records a TSN that was judged NEXT or AHEAD. */
    void take(int tsn) {
        if (tsn == cumulative + 1 && !hasGaps()) {
            cumulative = tsn;
            highest = tsn;
            return;
        }
        if (bits.length == 0) {
            bits = new long[WINDOW / Long.SIZE];
        }
        set(tsn);
        if (Wire.after(tsn, highest)) {
            highest = tsn;
        }
        slide();
    }

    void noteDuplicate(int tsn) {
        if (duplicateCount < MOST_DUPLICATES) {
            duplicates[duplicateCount++] = tsn;
        }
    }

    /** Counts every TSN up to this one, which lies ahead, as arrived (RFC 3758 section 3.6). */
    void forward(int tsn) {
        if (tsn - cumulative >= WINDOW) {
            Arrays.fill(bits, 0);
        } else {
            for (int t = cumulative + 1; t - tsn <= 0; t++) {
                clear(t);
            }
        }
        cumulative = tsn;
        if (Wire.after(cumulative, highest)) {
            highest = cumulative;
        }
        slide();
    }

    /**
     * Writes gap blocks and duplicates where a SACK has them, and forgets the duplicates.
     *
     * @param room bytes there are
     * @return number of blocks in the upper 16 bits, of duplicates in the lower
     */
    int report(byte[] buf, int at, int room) {
        int p = at;
        int blocks = 0;
        int end = at + room;
        for (int t = cumulative + 1; hasGaps() && t - highest <= 0 && p + 4 <= end; ) {
            int first = t + run(t, false);
            t = first + run(first, true);
            Wire.put16(buf, p, first - cumulative);
            Wire.put16(buf, p + 2, t - 1 - cumulative);
            p += 4;
            blocks++;
        }
        int reported = 0;
        while (reported < duplicateCount && p + 4 <= end) {
            Wire.put32(buf, p, duplicates[reported++]);
            p += 4;
        }
        duplicateCount = 0;
        return blocks << 16 | reported;
    }

    /** How many TSNs from this one on have arrived, or have not; it ends beyond the highest. */
    private int run(int from, boolean arrived) {
        int t = from;
        while (t - highest <= 0) {
            long rest = bits[word(t)] >>> t;
            int same = Long.numberOfTrailingZeros(arrived ? ~rest : rest);
            int inWord = Long.SIZE - (t & (Long.SIZE - 1));
            t += Math.min(same, inWord);
            if (same < inWord) {
                break;
            }
        }
        return t - from;
    }

    private void slide() {
        while (hasGaps() && isSet(cumulative + 1)) {
            cumulative++;
            clear(cumulative);
        }
    }

    private boolean isSet(int tsn) {
        return bits.length != 0 && (bits[word(tsn)] >>> tsn & 1) != 0;
    }

    private void set(int tsn) {
        bits[word(tsn)] |= 1L << tsn;
    }

    private void clear(int tsn) {
        if (bits.length != 0) {
            bits[word(tsn)] &= ~(1L << tsn);
        }
    }

    private static int word(int tsn) {
        return (tsn & (WINDOW - 1)) >>> 6;
    }
}
