package otherworld.replication;

/**
 * Entities that come into a viewer's sight and are not told yet, nearest first. There may be more
 * than it holds; then the viewer looks around again when these have been told.
 */
final class Entering {
    /** More than are told in the time from one look around to the next. */
    static final int MOST = 256;

    private final int[] slots = new int[MOST];
    private int from;
    private int to;
    private boolean more;

    void clear() {
        from = 0;
        to = 0;
        more = false;
    }

    /** Comes after those that are there. */
    void add(int slot) {
        if (to == MOST && from > 0) {
            System.arraycopy(slots, from, slots, 0, to - from);
            to -= from;
            from = 0;
        }
        if (to < MOST) {
            slots[to++] = slot;
        } else {
            more = true;
        }
    }

    /** There are more than were added. */
    void more() {
        more = true;
    }

    boolean isEmpty() {
        return from == to;
    }

    int peek() {
        return slots[from];
    }

    void pop() {
        from++;
    }

    /** All that it held were told, and there are more. */
    boolean ranOut() {
        return from == to && more;
    }
}
