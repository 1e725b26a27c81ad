package otherworld.replication;

import java.util.Arrays;
import org.agrona.collections.IntArrayList;
import otherworld.world.Entities;

/**
 * What one viewer sees: entities by the index that it knows them by. An index that was left is
 * given to another entity only after the viewer has acknowledged that it left.
 */
final class Seen {
    static final int NONE = -1;

    /** In place of a tick: none was acknowledged. Older than any, without overflowing. */
    static final int NO_BASELINE = Integer.MIN_VALUE / 2;

    /** In place of a message's number: it was not sent yet. */
    static final int UNSENT = Integer.MAX_VALUE;

    private final int most;

    /** Indexes that anything may be given. */
    private final long[] free;

    /** Left and not yet told; told and not yet acknowledged: message's number, index. */
    private final IntArrayList leaving = new IntArrayList();

    private final long[] left;
    private int leftFrom;
    private int leftTo;

    /** Indexes in the order of a hash of the slots that they have. */
    private short[] buckets = new short[0];

    /** By index. */
    int[] slots = new int[0];

    private int[] incarnations = new int[0];

    /** Its row in {@link Snapshots}; {@link Snapshots#NONE} if it is told in full alone. */
    int[] rows = new int[0];

    /** The newest tick of it that the viewer has for certain. */
    int[] baselines = new int[0];

    /** The EntityStates that told it in full as it is now, and when; {@link #UNSENT}. */
    int[] told = new int[0];

    int[] toldTicks = new int[0];

    /** An EntityStates told the entity that has the index, or did so before that changed. */
    private boolean[] known = new boolean[0];

    private int count;
    private int avatars;
    private int top;

    Seen(int most) {
        this.most = most;
        free = new long[Math.ceilDiv(most, Long.SIZE)];
        left = new long[most];
        for (int i = 0; i < most; i++) {
            free[i >> 6] |= 1L << i;
        }
        grow(Math.min(64, most));
    }

    int count() {
        return count;
    }

    /** Of them, those that have a row. */
    int avatars() {
        return avatars;
    }

    /** All indexes in use are below. */
    int top() {
        return top;
    }

    boolean isUsed(int index) {
        return slots[index] != Entities.NONE;
    }

    /** The index of an entity, or {@link #NONE}. */
    int find(int slot) {
        int mask = buckets.length - 1;
        for (int at = hash(slot) & mask; ; at = at + 1 & mask) {
            int index = buckets[at];
            if (index < 0 || slots[index] == slot) {
                return index;
            }
        }
    }

    boolean isSame(int index, int incarnation) {
        return incarnations[index] == incarnation;
    }

    /** Whether {@link #add} has an index to give. */
    boolean hasRoom() {
        for (long word : free) {
            if (word != 0) {
                return true;
            }
        }
        return false;
    }

    /** Gives an entity, which has none, an index. Call {@link #hasRoom} before. */
    int add(int slot, int incarnation, int row) {
        int index = 0;
        while (free[index >> 6] == 0) {
            index += Long.SIZE;
        }
        index += Long.numberOfTrailingZeros(free[index >> 6]);
        free[index >> 6] &= ~(1L << index);
        if (index >= slots.length) {
            grow(Math.min(most, slots.length * 2));
        }
        slots[index] = slot;
        incarnations[index] = incarnation;
        rows[index] = row;
        baselines[index] = NO_BASELINE;
        told[index] = UNSENT;
        known[index] = false;
        put(index);
        top = Math.max(top, index + 1);
        count++;
        avatars += row == Snapshots.NONE ? 0 : 1;
        return index;
    }

    /** Its entity is seen no more, which is to be told. */
    void remove(int index) {
        take(index);
        count--;
        avatars -= rows[index] == Snapshots.NONE ? 0 : 1;
        slots[index] = Entities.NONE;
        rows[index] = Snapshots.NONE;
        while (top > 0 && slots[top - 1] == Entities.NONE) {
            top--;
        }
        if (known[index]) {
            leaving.addInt(index);
        } else {
            free[index >> 6] |= 1L << index;
        }
    }

    /** It is another row's from now on, and is to be told in full again. */
    void changed(int index, int row) {
        rows[index] = row;
        baselines[index] = NO_BASELINE;
        told[index] = UNSENT;
    }

    void told(int index, int message, int tick) {
        told[index] = message;
        toldTicks[index] = tick;
        known[index] = true;
    }

    /** Indexes that were left and not told yet. */
    IntArrayList leaving() {
        return leaving;
    }

    /** The indexes from the {@code first} on, {@code number} of them, are in this EntityStates. */
    void leavingTold(int number, int message) {
        for (int i = 0; i < number; i++) {
            left[leftTo++ % most] = (long) message << 32 | leaving.getInt(i);
        }
        int rest = leaving.size() - number;
        for (int i = 0; i < rest; i++) {
            leaving.setInt(i, leaving.getInt(number + i));
        }
        while (leaving.size() > rest) {
            leaving.removeAt(leaving.size() - 1);
        }
    }

    /** The viewer has every EntityStates up to this one. */
    void acknowledged(int message) {
        while (leftFrom < leftTo && (int) (left[leftFrom % most] >>> 32) <= message) {
            int index = (int) left[leftFrom++ % most];
            free[index >> 6] |= 1L << index;
        }
        if (leftFrom == leftTo) {
            leftFrom = 0;
            leftTo = 0;
        }
    }

    private static int hash(int slot) {
        return (slot * 0x9e37_79b9) >>> 16;
    }

    private void put(int index) {
        int mask = buckets.length - 1;
        int at = hash(slots[index]) & mask;
        while (buckets[at] >= 0) {
            at = at + 1 & mask;
        }
        buckets[at] = (short) index;
    }

    /** Takes an index out of its bucket, and moves up those that had to make way for it. */
    private void take(int index) {
        int mask = buckets.length - 1;
        int at = hash(slots[index]) & mask;
        while (buckets[at] != index) {
            at = at + 1 & mask;
        }
        int hole = at;
        for (at = at + 1 & mask; buckets[at] >= 0; at = at + 1 & mask) {
            int home = hash(slots[buckets[at]]) & mask;
            if ((at - home & mask) >= (at - hole & mask)) {
                buckets[hole] = buckets[at];
                hole = at;
            }
        }
        buckets[hole] = NONE;
    }

    private void grow(int capacity) {
        int had = slots.length;
        slots = Arrays.copyOf(slots, capacity);
        incarnations = Arrays.copyOf(incarnations, capacity);
        rows = Arrays.copyOf(rows, capacity);
        baselines = Arrays.copyOf(baselines, capacity);
        told = Arrays.copyOf(told, capacity);
        toldTicks = Arrays.copyOf(toldTicks, capacity);
        known = Arrays.copyOf(known, capacity);
        Arrays.fill(slots, had, capacity, Entities.NONE);
        Arrays.fill(rows, had, capacity, Snapshots.NONE);
        buckets = new short[Integer.highestOneBit(capacity * 2 - 1) * 2];
        Arrays.fill(buckets, (short) NONE);
        for (int i = 0; i < had; i++) {
            if (isUsed(i)) {
                put(i);
            }
        }
    }
}
