package otherworld.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import otherworld.bots.PoseDigest;
import otherworld.protocol.EntityKind;
import otherworld.protocol.EntityState;
import otherworld.protocol.EntityStates;
import otherworld.protocol.EntityUpdate;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Protocol;
import otherworld.protocol.entity.Replica;

/**
 * A player of a swarm that decodes all it is told and holds it to what the others said: whether
 * they were ever so, how late it is, how often it comes and how far off what is shown is. One
 * thread, that of the swarm.
 */
final class SwarmProbe {
    private static final int NEAREST = 30;
    private static final int MOST_MM = 200_000;
    private static final long MOST_US = 60_000_000;

    private final int player;
    private final SwarmTruth truth;
    private final Map<String, Integer> numbers;
    private final long intervalNs;
    private final Replica replica = new Replica();
    private final int[] others = new int[Protocol.MAX_INDEXES];
    private final int[] lastMoves;
    private final int[] tellings;
    private final Histogram deliveryUs = new Histogram(MOST_US, 3);
    private final Histogram nearUs = new Histogram(MOST_US, 3);
    private final List<Histogram> errorsMm = new ArrayList<>();
    private boolean measuring;
    private double reachM;
    private long nearTellings;
    private long bodies;
    private long wrong;

    /**
     * @param numbers of players by name
     * @param intervalNs of presence and a tick: of two moves within it the first may stay untold
     */
    SwarmProbe(int player, SwarmTruth truth, Map<String, Integer> numbers, long intervalNs) {
        this.player = player;
        this.truth = truth;
        this.numbers = numbers;
        this.intervalNs = intervalNs;
        lastMoves = new int[truth.players()];
        tellings = new int[truth.players()];
        Arrays.fill(lastMoves, SwarmTruth.NONE);
        Arrays.fill(others, SwarmTruth.NONE);
        for (int ignored : CrowdProbe.BANDS_M) {
            errorsMm.add(new Histogram(MOST_MM, 3));
        }
    }

    void take(EntityStates states) throws MalformedMessage {
        replica.apply(states);
        states.left().forEach(index -> others[index] = SwarmTruth.NONE);
        for (EntityState state : states.entities()) {
            boolean avatar = state.kind() == EntityKind.AVATAR;
            others[state.index()] =
                    avatar ? numbers.getOrDefault(state.owner(), SwarmTruth.NONE) : SwarmTruth.NONE;
        }
    }

    void take(EntityUpdate update, long nowNs) throws MalformedMessage {
        replica.apply(update);
        for (int i = 0; i < replica.toldCount(); i++) {
            int index = replica.told(i);
            int other = others[index];
            if (other != SwarmTruth.NONE) {
                told(other, PoseDigest.of(replica, index), nowNs);
            }
        }
    }

    private void told(int other, long digest, long nowNs) {
        int move = truth.find(other, digest);
        if (!measuring) {
            lastMoves[other] = Math.max(lastMoves[other], move);
            return;
        }
        bodies++;
        tellings[other]++;
        boolean near = other != player && truth.distance(player, other) <= reachM;
        nearTellings += near ? 1 : 0;
        if (move == SwarmTruth.NONE) {
            wrong +=
                    lastMoves[other] == SwarmTruth.NONE ? 0 : 1; // where the server put it at first
            return;
        }
        if (other != player) {
            deliver(other, move, near, nowNs);
        }
        lastMoves[other] = Math.max(lastMoves[other], move);
    }

    /** Every move since the one that was known, but those that were overtaken. */
    private void deliver(int other, int move, boolean near, long nowNs) {
        long toldNs = truth.sentNs(other, move);
        int from = lastMoves[other] == SwarmTruth.NONE ? move : lastMoves[other] + 1;
        for (int passed = Math.max(from, move - 512); passed <= move; passed++) {
            long sentNs = truth.sentNs(other, passed);
            if (passed == move || toldNs - sentNs > intervalNs) {
                long us = Math.clamp((nowNs - sentNs) / 1_000, 1, MOST_US);
                deliveryUs.recordValue(us);
                if (near) {
                    nearUs.recordValue(us);
                }
            }
        }
    }

    /** From now on it counts. */
    void begin() {
        measuring = true;
        Arrays.fill(tellings, 0);
        nearTellings = 0;
        bodies = 0;
    }

    void end() {
        measuring = false;
    }

    /** How far from where they are others are shown, now; and who is near from here on. */
    void look() {
        reachM = truth.reachOf(player, NEAREST);
        if (!measuring) {
            return;
        }
        for (int index = 0; index < others.length; index++) {
            int other = others[index];
            if (other == SwarmTruth.NONE
                    || other == player
                    || replica.tick(index) == Replica.NONE) {
                continue;
            }
            double error =
                    Math.hypot(
                            replica.x(index) - truth.x(other), replica.z(index) - truth.z(other));
            errorsMm.get(CrowdProbe.band(truth.distance(player, other)))
                    .recordValue(Math.min(MOST_MM, Math.round(error * 1_000)));
        }
    }

    int seen() {
        int seen = 0;
        for (int other : others) {
            seen += other == SwarmTruth.NONE ? 0 : 1;
        }
        return seen;
    }

    long wrong() {
        return wrong;
    }

    long bodies() {
        return bodies;
    }

    Histogram deliveryUs() {
        return deliveryUs;
    }

    /** Of the nearest 30. */
    Histogram nearUs() {
        return nearUs;
    }

    List<Histogram> errorsMm() {
        return errorsMm;
    }

    /** Of one of the nearest 30, whoever they were at the time. */
    double nearRateHz(double seconds) {
        return nearTellings / seconds / NEAREST;
    }

    /** Of the one who was told least. */
    double leastRateHz(double seconds) {
        int least = Integer.MAX_VALUE;
        for (int other = 0; other < tellings.length; other++) {
            least = other == player ? least : Math.min(least, tellings[other]);
        }
        return least / seconds;
    }
}
