package otherworld.benchmarks;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.HdrHistogram.Histogram;
import otherworld.protocol.EntityState;
import otherworld.protocol.EntityStates;
import otherworld.protocol.EntityUpdate;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Messages;
import otherworld.protocol.Protocol;
import otherworld.protocol.ServerMessage;
import otherworld.protocol.entity.Quantised;
import otherworld.protocol.entity.Replica;
import otherworld.replication.ViewerLink;

/** A viewer that decodes what it is told and holds it to the truth. Decoding is not measured. */
final class CrowdProbe implements ViewerLink {
    /** Upper bounds of the bands of distance, in metres. */
    static final int[] BANDS_M = {8, 16, 32, 96};

    private final EngineWorld world;
    private final int avatar;
    private final Replica replica = new Replica();
    private final Queue<byte[]> messages = new ArrayDeque<>();
    private final int[] tellings;
    private final int[] toldTicks;
    private final int[] longestGaps;
    private final List<Histogram> errorsMm = new ArrayList<>();
    private long nearTellings;
    private long wrong;
    private int fromTick;

    CrowdProbe(EngineWorld world, int avatar) {
        this.world = world;
        this.avatar = avatar;
        int count = world.slots.length;
        tellings = new int[count];
        toldTicks = new int[count];
        longestGaps = new int[count];
        for (int ignored : BANDS_M) {
            errorsMm.add(new Histogram(100_000, 3));
        }
    }

    @Override
    public boolean isReliable() {
        return true;
    }

    @Override
    public boolean isBehind() {
        return false;
    }

    @Override
    public void send(byte[] message) {
        messages.add(message);
    }

    @Override
    public void sendUnreliable(byte[] message) {
        messages.add(message);
    }

    /** From now on it counts. */
    void begin() {
        Arrays.fill(tellings, 0);
        Arrays.fill(toldTicks, world.tick);
        Arrays.fill(longestGaps, 0);
        errorsMm.forEach(Histogram::reset);
        nearTellings = 0;
        fromTick = world.tick;
    }

    /** Takes what was sent in this tick. */
    void decode() {
        List<Integer> nearest = null;
        for (byte[] message = messages.poll(); message != null; message = messages.poll()) {
            try {
                ServerMessage decoded = Messages.decodeServer(message, 0, message.length);
                switch (decoded) {
                    case EntityStates states -> replica.apply(states);
                    case EntityUpdate update -> {
                        replica.apply(update);
                        nearest = nearest == null ? world.nearest(avatar, 30) : nearest;
                        count(nearest);
                    }
                    default -> wrong++;
                }
            } catch (MalformedMessage e) {
                throw new IllegalStateException("The engine sent what cannot be read", e);
            }
        }
    }

    /** Those that the update just decoded told: their newest tick is this one. */
    private void count(List<Integer> nearest) {
        for (int index = 0; index < Protocol.MAX_INDEXES; index++) {
            EntityState state = replica.state(index);
            if (state == null || replica.tick(index) != world.tick) {
                continue;
            }
            int other = (int) (state.entity() & 0xffff_ffffL) - 1;
            if (toldTicks[other] == world.tick) {
                continue;
            }
            if (!world.isTrue(
                    other, world.tick, replica.position(index, 0), replica.rotation(index, 0))) {
                wrong++;
            }
            longestGaps[other] = Math.max(longestGaps[other], world.tick - toldTicks[other]);
            toldTicks[other] = world.tick;
            tellings[other]++;
            nearTellings += nearest.contains(other) ? 1 : 0;
        }
    }

    /** How far from where they are all are shown. */
    void measureErrors() {
        for (int index = 0; index < Protocol.MAX_INDEXES; index++) {
            EntityState state = replica.state(index);
            if (state == null || replica.tick(index) == Replica.NONE) {
                continue;
            }
            int other = (int) (state.entity() & 0xffff_ffffL) - 1;
            if (other != avatar) {
                int slot = world.slots[other];
                double error =
                        Math.hypot(
                                Quantised.x(replica.position(index, 0), Quantised.ROOT_STEPS)
                                        - world.entities.x(slot),
                                Quantised.z(replica.position(index, 0), Quantised.ROOT_STEPS)
                                        - world.entities.z(slot));
                errorsMm.get(band(world.distance(avatar, other)))
                        .recordValue(Math.min(100_000, Math.round(error * 1_000)));
            }
        }
    }

    static int band(double metres) {
        int band = 0;
        while (band < BANDS_M.length - 1 && metres > BANDS_M[band]) {
            band++;
        }
        return band;
    }

    int seen() {
        return replica.size();
    }

    long wrong() {
        return wrong;
    }

    List<Histogram> errorsMm() {
        return errorsMm;
    }

    /** Of the nearest 30, whoever they were at the time: tellings of one in a second. */
    double nearRateHz(int rateHz) {
        return (double) nearTellings * rateHz / (world.tick - fromTick) / 30;
    }

    /** Of the one who was told least. */
    double leastRateHz(int rateHz) {
        int least = Integer.MAX_VALUE;
        for (int other = 0; other < tellings.length; other++) {
            least = other == avatar ? least : Math.min(least, tellings[other]);
        }
        return (double) least * rateHz / (world.tick - fromTick);
    }

    /** Longest time between two tellings of one. */
    int longestGapTicks() {
        int longest = 0;
        for (int other = 0; other < tellings.length; other++) {
            if (other != avatar) {
                longest =
                        Math.max(
                                longest,
                                Math.max(longestGaps[other], world.tick - toldTicks[other]));
            }
        }
        return longest;
    }
}
