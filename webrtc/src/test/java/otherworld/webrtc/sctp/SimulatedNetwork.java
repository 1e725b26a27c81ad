package otherworld.webrtc.sctp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Two ends with a network between them, in simulated time; what goes wrong follows from the seed
 * alone.
 */
public final class SimulatedNetwork {
    /** What the network does to packets: shares of 1, and nanoseconds. */
    public record Faults(
            double loss,
            double duplication,
            double corruption,
            double reordering,
            long delayNs,
            long jitterNs) {
        public static final Faults NONE = new Faults(0, 0, 0, 0, 5_000_000, 0);
    }

    /** One end: an association or a peer's channels. */
    public interface End {
        void receive(byte[] buf, int off, int len, long nowNs);

        void advance(long nowNs);

        void flush(long nowNs);

        long nextTimerNs();
    }

    private record Arrival(long atNs, long order, int to, byte[] packet) {}

    private final Random random;
    private final PriorityQueue<Arrival> arrivals =
            new PriorityQueue<>((a, b) ->
                    a.atNs != b.atNs
                            ? Long.compare(a.atNs, b.atNs)
                            : Long.compare(a.order, b.order));
    private final @Nullable End[] ends = new End[2];
    private final List<byte[]> sent = new ArrayList<>();
    private final long[] packets = new long[2];
    private Faults faults = Faults.NONE;
    private Predicate<byte[]> lost = packet -> false;
    private boolean recording;
    private long order;
    private long nowNs = 1_000_000_000;

    public SimulatedNetwork(Random random) {
        this.random = random;
    }

    public long nowNs() {
        return nowNs;
    }

    public void faults(Faults now) {
        faults = now;
    }

    /** Packets for which this holds are lost, beside those lost by chance. */
    public void lose(Predicate<byte[]> which) {
        lost = which;
    }

    public void connect(int index, End end) {
        ends[index] = end;
    }

    /** Keeps copies of all packets sent from now on. */
    public void record() {
        recording = true;
        sent.clear();
    }

    public List<byte[]> sent() {
        return sent;
    }

    /** Packets that an end has sent. */
    public long packets(int from) {
        return packets[from];
    }

    /** Where the packets of an end go. */
    public PacketOut out(int from) {
        return (buf, off, len) -> {
            byte[] packet = Arrays.copyOfRange(buf, off, off + len);
            packets[from]++;
            if (recording) {
                sent.add(packet);
            }
            if (lost.test(packet) || random.nextDouble() < faults.loss) {
                return;
            }
            carry(1 - from, packet);
            if (random.nextDouble() < faults.duplication) {
                carry(1 - from, packet.clone());
            }
        };
    }

    /** Delivers a packet after the network's delay. */
    public void carry(int to, byte[] packet) {
        if (random.nextDouble() < faults.corruption) {
            packet[random.nextInt(packet.length)] ^= (byte) (1 + random.nextInt(255));
        }
        long delay = faults.delayNs;
        if (faults.jitterNs > 0) {
            delay += random.nextLong(faults.jitterNs / 10 + 1);
            if (random.nextDouble() < faults.reordering) {
                delay += random.nextLong(faults.jitterNs);
            }
        }
        arrivals.add(new Arrival(nowNs + delay, order++, to, packet));
    }

    /** Forgets what is under way. */
    public void dropAll() {
        arrivals.clear();
    }

    public void runFor(long forNs) {
        long until = nowNs + forNs;
        run(() -> false, until);
        nowNs = until;
    }

    /** Runs until something holds; false when it does not within so long. */
    public boolean runUntil(BooleanSupplier done, long atMostNs) {
        return run(done, nowNs + atMostNs);
    }

    private boolean run(BooleanSupplier done, long untilNs) {
        while (!done.getAsBoolean()) {
            Arrival next = arrivals.peek();
            long at = next == null ? Long.MAX_VALUE : next.atNs;
            for (End end : ends) {
                at = end == null ? at : Math.min(at, end.nextTimerNs());
            }
            if (at > untilNs) {
                return false;
            }
            nowNs = Math.max(nowNs, at);
            if (next != null && next.atNs <= nowNs) {
                arrivals.poll();
                End to = ends[next.to];
                if (to != null) {
                    to.receive(next.packet, 0, next.packet.length, nowNs);
                }
                continue;
            }
            for (End end : ends) {
                if (end != null && end.nextTimerNs() <= nowNs) {
                    end.advance(nowNs);
                }
            }
        }
        return true;
    }
}
