package otherworld.webrtc.udp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Timers of many owners, one each: a binary heap whose entries know their place, so that a timer
 * moves without garbage and the next one is known exactly. One thread.
 */
public final class TimerHeap {

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
    private int size;

    /** Sets or moves an entry's timer; {@code Long.MAX_VALUE} removes it. */
    public void schedule(Entry entry, long dueNs) {
        if (dueNs == Long.MAX_VALUE) {
            remove(entry);
            return;
        }
        entry.dueNs = dueNs;
        if (entry.place < 0) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            put(size++, entry);
        }
        siftUp(entry);
        siftDown(entry);
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
            put(place, last);
            siftUp(last);
            siftDown(last);
        }
    }

    /** Takes an entry that is due; null if none is. */
    public @Nullable Entry poll(long nowNs) {
        if (size == 0 || at(0).dueNs > nowNs) {
            return null;
        }
        Entry first = at(0);
        remove(first);
        return first;
    }

    /** When the next timer fires; {@code Long.MAX_VALUE} if there is none. */
    public long nextNs() {
        return size == 0 ? Long.MAX_VALUE : at(0).dueNs;
    }

    public int size() {
        return size;
    }

    private void siftUp(Entry entry) {
        while (entry.place > 0) {
            Entry parent = at((entry.place - 1) >> 1);
            if (parent.dueNs <= entry.dueNs) {
                return;
            }
            swap(parent, entry);
        }
    }

    private void siftDown(Entry entry) {
        while (true) {
            int left = 2 * entry.place + 1;
            if (left >= size) {
                return;
            }
            Entry child = at(left);
            if (left + 1 < size && at(left + 1).dueNs < child.dueNs) {
                child = at(left + 1);
            }
            if (entry.dueNs <= child.dueNs) {
                return;
            }
            swap(entry, child);
        }
    }

    private void swap(Entry upper, Entry lower) {
        int place = upper.place;
        put(lower.place, upper);
        put(place, lower);
    }

    private void put(int place, Entry entry) {
        heap[place] = entry;
        entry.place = place;
    }

    private Entry at(int place) {
        return java.util.Objects.requireNonNull(heap[place]);
    }
}
