package otherworld.benchmarks;

import java.util.Arrays;

/**
 * What each player of a swarm said last of where it is, and when. One thread, that of the swarm.
 */
final class SwarmTruth {
    static final int NONE = -1;

    /** Moves of each player that are kept, a power of two: some 34 s at 30 a second. */
    private static final int KEPT = 1_024;

    private final long[][] digests;
    private final long[][] sentNs;
    private final int[] counts;
    private final float[] xs;
    private final float[] zs;

    SwarmTruth(int players) {
        digests = new long[players][KEPT];
        sentNs = new long[players][KEPT];
        counts = new int[players];
        xs = new float[players];
        zs = new float[players];
    }

    int players() {
        return counts.length;
    }

    void said(int player, float x, float z, long digest, long nowNs) {
        int at = counts[player]++ & (KEPT - 1);
        digests[player][at] = digest;
        sentNs[player][at] = nowNs;
        xs[player] = x;
        zs[player] = z;
    }

    /** The number of the move that said this, newest first; {@link #NONE} if none that is kept. */
    int find(int player, long digest) {
        int newest = counts[player] - 1;
        for (int move = newest; move >= 0 && move > newest - KEPT; move--) {
            if (digests[player][move & (KEPT - 1)] == digest) {
                return move;
            }
        }
        return NONE;
    }

    /** When a move was sent that is not older than those that are kept. */
    long sentNs(int player, int move) {
        return sentNs[player][move & (KEPT - 1)];
    }

    float x(int player) {
        return xs[player];
    }

    float z(int player) {
        return zs[player];
    }

    double distance(int player, int other) {
        return Math.hypot(xs[player] - xs[other], zs[player] - zs[other]);
    }

    /** Within how many metres of a player its {@code count} nearest are. */
    double reachOf(int player, int count) {
        double[] distances = new double[counts.length - 1];
        int at = 0;
        for (int other = 0; other < counts.length; other++) {
            if (other != player) {
                distances[at++] = distance(player, other);
            }
        }
        Arrays.sort(distances);
        return distances[Math.min(count, at) - 1];
    }
}
