package otherworld.bots;

import java.util.Arrays;

/**
 * Where one player said it was, as the server tells it on ({@link
 * otherworld.protocol.entity.Quantised#root}), and when, in milliseconds on the run's clock,
 * growing. Who sees the player knows by the place which move it was. One thread adds; any reads
 * what was added before its look at {@link #count}.
 */
final class SentMoves {
    static final int NONE = -1;

    private volatile long[] times = new long[256];
    private volatile long[] places = new long[256];
    private volatile int count;

    /** To be called before the move is sent: it may be seen at once. */
    void add(long sentMs, long place) {
        int now = count;
        if (now == times.length) {
            times = Arrays.copyOf(times, 2 * now);
            places = Arrays.copyOf(places, 2 * now);
        }
        times[now] = sentMs;
        places[now] = place;
        count = now + 1; // publishes the move
    }

    /** The last one was not sent after all. */
    void takeBack() {
        int now = count;
        count = now - 1;
    }

    int count() {
        return count;
    }

    /** For an index below a {@link #count} that was read before. */
    long at(int index) {
        return times[index];
    }

    /** The first move from {@code from} on to that place; {@link #NONE} if there is none. */
    int find(long place, int from) {
        int now = count;
        long[] kept = places;
        for (int i = from; i < now; i++) {
            if (kept[i] == place) {
                return i;
            }
        }
        return NONE;
    }

    /** The first move that was sent at that time or later. */
    int since(long sentMs) {
        int now = count;
        int at = Arrays.binarySearch(times, 0, now, sentMs);
        return at < 0 ? -at - 1 : at;
    }
}
