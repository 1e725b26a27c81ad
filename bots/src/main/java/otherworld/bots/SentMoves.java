package otherworld.bots;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import otherworld.protocol.entity.Quantised;

/**
 * What one player said of where it is, as the server tells it on ({@link Quantised}), and when, in
 * milliseconds on the run's clock, growing. Who sees the player knows by the place which move it
 * was, and by the digest whether head and hands are that move's. One thread adds; any reads what
 * was added before its look at {@link #count}.
 */
final class SentMoves {
    static final int NONE = -1;

    /** What is shown may be so many moves old: some 30 s. */
    private static final int REMEMBERED = 1_000;

    /** The world's rule: up to 5 cm off is not answered; and a step of rounding. */
    private static final int UNTOLD_STEPS = Quantised.ROOT_STEPS / 20 + 1;

    private volatile long[] times = new long[256];
    private volatile long[] places = new long[256];
    private volatile long[] digests = new long[256];
    private volatile int count;
    private final Set<Long> put = ConcurrentHashMap.newKeySet();

    /**
     * To be called before the move is sent: it may be seen at once.
     *
     * @param place of the root
     * @param digest of all that the move says: {@link PoseDigest}
     */
    void add(long sentMs, long place, long digest) {
        int now = count;
        if (now == times.length) {
            times = Arrays.copyOf(times, 2 * now);
            places = Arrays.copyOf(places, 2 * now);
            digests = Arrays.copyOf(digests, 2 * now);
        }
        times[now] = sentMs;
        places[now] = place;
        digests[now] = digest;
        count = now + 1; // publishes the move
    }

    /** The server's word, and the last one, that is not judged by its time. */
    void put(long place) {
        put.add(place);
    }

    /** Whether the player was put there, by the server or at the end. */
    boolean wasPut(long place) {
        return put.contains(place);
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

    /** Whether one of the last moves said exactly that. */
    boolean isSaid(long digest) {
        int now = count;
        long[] kept = digests;
        int least = Math.max(0, now - REMEMBERED);
        for (int i = now - 1; i >= least; i--) {
            if (kept[i] == digest) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the player is where none of the last moves went, but so near to one that a collider
     * may have held it there without the server saying so.
     */
    boolean isHeldBeside(long place) {
        int now = count;
        long[] kept = places;
        boolean near = false;
        for (int i = now - 1; i >= Math.max(0, now - REMEMBERED); i--) {
            if (kept[i] == place) {
                return false;
            }
            near |=
                    isNear(Quantised.x(kept[i], 1), Quantised.x(place, 1))
                            && isNear(Quantised.y(kept[i], 1), Quantised.y(place, 1))
                            && isNear(Quantised.z(kept[i], 1), Quantised.z(place, 1));
        }
        return near;
    }

    private static boolean isNear(float steps, float otherSteps) {
        return Math.abs(steps - otherSteps) <= UNTOLD_STEPS;
    }

    /** The first move that was sent at that time or later. */
    int since(long sentMs) {
        int now = count;
        int at = Arrays.binarySearch(times, 0, now, sentMs);
        return at < 0 ? -at - 1 : at;
    }
}
