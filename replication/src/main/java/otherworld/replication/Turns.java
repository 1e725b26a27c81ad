package otherworld.replication;

import java.util.Arrays;

/**
 * When each index of one viewer is next to be told. A turn is a presence tick; who has a period of
 * p turns is due when the number of the turn and its phase add up to a multiple of p. The phase is
 * an avatar's own, the same for all viewers: those who tell it as rarely as each other tell it in
 * the same turn against the same tick, and share its bytes.
 *
 * <p>Eight indexes' turns are a long, so that looking for those that are due costs what they are,
 * not what is seen. What is due and found no room is due in the next turn, where looking begins
 * with it.
 */
final class Turns {
    /** More than any period, so that a turn can be told by so many bits. */
    static final int HORIZON = 64;

    /** In place of a turn: not due until {@link #wake}. */
    private static final int NEVER = 0x7f;

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long LOW = 0x7f7f_7f7f_7f7f_7f7fL;

    private long[] due = new long[0];
    private byte[] periods = new byte[0];

    /** The turn that was last begun, and where it looks first. */
    private int turn;

    private int first;

    /** Told by {@link #next}. */
    private int word;

    private int words;
    private long hits;

    /** How often an index is told; 0 for one that is told at every turn, by others than this. */
    int period(int index) {
        return periods[index];
    }

    boolean isWaiting(int index) {
        return due(index) != NEVER;
    }

    /** A new index: due in the next turn. */
    void add(int index, int period) {
        if (index >= periods.length) {
            int capacity = Math.max(64, Integer.highestOneBit(index) * 2);
            int had = due.length;
            due = Arrays.copyOf(due, capacity / 8);
            Arrays.fill(due, had, due.length, NEVER * ONES);
            periods = Arrays.copyOf(periods, capacity);
        }
        periods[index] = (byte) period;
        dueIn(index, 1);
    }

    /** An index that has no turn any more, or never had one. */
    void remove(int index) {
        if (index < periods.length) {
            periods[index] = 0;
            set(index, NEVER);
        }
    }

    /** Tells an index at every so many turns from now on, and never later than it was to be. */
    void period(int index, int period, int phase) {
        int old = periods[index];
        if (old == period) {
            return;
        }
        periods[index] = (byte) period;
        if (period == 0) {
            set(index, NEVER);
        } else if (due(index) != NEVER) {
            int left = Math.max(1, due(index) - turn & HORIZON - 1);
            dueIn(index, Math.min(left, untilAligned(period, phase)));
        } else if (old == 0) {
            dueIn(index, untilAligned(period, phase));
        }
    }

    /** Due in the next turn, if it is waiting for nothing. */
    void wake(int index) {
        if (index < periods.length && periods[index] != 0 && due(index) == NEVER) {
            dueIn(index, 1);
        }
    }

    /** From now on {@link #next} tells who is due in this turn. */
    void begin(int now, int top) {
        words = Math.min(Math.ceilDiv(top, 8), due.length);
        int missed = Math.min(now - turn - 1, HORIZON - 1);
        for (int late = now - missed; late != now; late++) {
            for (int i = 0; i < words; i++) {
                due[i] = moved(due[i], matches(due[i], late), now);
            }
        }
        turn = now;
        word = 0;
        first = first < words ? first : 0;
        hits = words == 0 ? 0 : matches(due[first], turn);
    }

    /**
     * An index that is due, or -1. Follow it with {@link #told}, {@link #rest} or {@link #full}.
     */
    int next() {
        while (hits == 0) {
            if (++word >= words) {
                return -1;
            }
            hits = matches(due[at()], turn);
        }
        int in = Long.numberOfTrailingZeros(hits) >> 3;
        hits &= hits - 1;
        return at() << 3 | in;
    }

    /** It was told, or needs not to be: its turn comes again after its period. */
    void told(int index, int phase) {
        dueIn(index, untilAligned(periods[index], phase));
    }

    /** It cannot be told yet. */
    void retry(int index) {
        dueIn(index, 1);
    }

    /** It needs not to be told until {@link #wake}. */
    void rest(int index) {
        set(index, NEVER);
    }

    /** There is no room for this one, and for none that is due after it. */
    void full(int index) {
        int here = at();
        dueIn(index, 1);
        due[here] = moved(due[here], hits, turn + 1);
        hits = 0;
        while (++word < words) {
            int i = at();
            due[i] = moved(due[i], matches(due[i], turn), turn + 1);
        }
        first = here;
    }

    private int at() {
        int i = first + word;
        return i < words ? i : i - words;
    }

    private int untilAligned(int period, int phase) {
        return period - (turn + phase) % period;
    }

    private int due(int index) {
        return (int) (due[index >> 3] >>> ((index & 7) << 3)) & 0xff;
    }

    private void dueIn(int index, int turns) {
        set(index, turn + turns & HORIZON - 1);
    }

    private void set(int index, int value) {
        int shift = (index & 7) << 3;
        due[index >> 3] = (due[index >> 3] & ~(0xffL << shift)) | (long) value << shift;
    }

    /** The highest bit of each byte that is a turn. */
    private static long matches(long bytes, int turn) {
        long differences = bytes ^ (turn & HORIZON - 1) * ONES;
        return ~(((differences & LOW) + LOW) | differences | LOW);
    }

    /** With another turn where the bits of {@code matches} are. */
    private static long moved(long bytes, long matches, int turn) {
        long whole = (matches >>> 7) * 0xff;
        return (bytes & ~whole) | (whole & (turn & HORIZON - 1) * ONES);
    }
}
