package otherworld.webrtc.udp;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Timers of many owners, one each: a heap whose entries know their place, so that a timer moves
 * without garbage and the next one is known exactly. One thread.
 *
 * <p>Moving one looks at the times of dozens of others, which are kept side by side: looking into
 * their owners would fetch each from memory. With four children to a parent, they share a cache
 * line, and a thousand entries are five levels deep.
 */
public final class TimerHeap {
    private static final int CHILDREN = 4;

    /** Has one timer. */
    public abstract static class Entry {
        private long dueNs = Long.MAX_VALUE;
        private int place = -1;

        /** When it fires; {@code Long.MAX_VALUE} if never. */
        public final long dueNs() {
            return dueNs;
        }
    }

    private @Nullable Entry[] heap = new @Nullable Entry[64];
    private long[] due = new long[64];
    private int size;

    /** Sets or moves an entry's timer; {@code Long.MAX_VALUE} removes it. */
    public void schedule(Entry entry, long dueNs) {
        if (dueNs == Long.MAX_VALUE) {
            remove(entry);
            return;
        }
        int place = entry.place;
        if (place >= 0 && entry.dueNs == dueNs) {
            return;
        }
        entry.dueNs = dueNs;
        if (place < 0) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
                due = Arrays.copyOf(due, size * 2);
            }
            place = size++;
        }
        settle(place, entry, dueNs);
    }

    /** Removes an entry's timer, if it has one. */
    public void remove(Entry entry) {
        int place = entry.place;
        if (place < 0) {
            return;
        }
        entry.place = -1;
        entry.dueNs = Long.MAX_VALUE;
        Entry last = at(--size);
        heap[size] = null;
        if (place != size) {
            settle(place, last, last.dueNs);
        }
    }

    /** Takes an entry that is due; null if none is. */
    public @Nullable Entry poll(long nowNs) {
        if (size == 0 || due[0] > nowNs) {
            return null;
        }
        Entry first = at(0);
        remove(first);
        return first;
    }

    /** When the next timer fires; {@code Long.MAX_VALUE} if there is none. */
    public long nextNs() {
        return size == 0 ? Long.MAX_VALUE : due[0];
    }

    public int size() {
        return size;
    }

    /** Puts an entry where it belongs, with a free place to begin from. */
    private void settle(int from, Entry entry, long dueNs) {
        int place = from;
        while (place > 0 && due[(place - 1) / CHILDREN] > dueNs) {
            int parent = (place - 1) / CHILDREN;
            put(place, at(parent), due[parent]);
            place = parent;
        }
        if (place == from) {
            for (int child = soonestChild(place);
                    child >= 0 && due[child] < dueNs;
                    child = soonestChild(place)) {
                put(place, at(child), due[child]);
                place = child;
            }
        }
        put(place, entry, dueNs);
    }

    /** −1 if there is none. */
    private int soonestChild(int parent) {
        int first = CHILDREN * parent + 1;
        int end = Math.min(first + CHILDREN, size);
        int soonest = first < end ? first : -1;
        for (int child = first + 1; child < end; child++) {
            if (due[child] < due[soonest]) {
                soonest = child;
            }
        }
        return soonest;
    }

    private void put(int place, Entry entry, long dueNs) {
        heap[place] = entry;
        due[place] = dueNs;
        entry.place = place;
    }

    private Entry at(int place) {
        return Objects.requireNonNull(heap[place]);
    }
}
