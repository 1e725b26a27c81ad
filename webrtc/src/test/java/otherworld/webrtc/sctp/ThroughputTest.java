package otherworld.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How much an association costs: a figure to look at, and bounds that only a mistake can pass. */
class ThroughputTest {
    private static final int MESSAGES = Integer.getInteger("messages", 100_000);

    @Test
    void messagesOf200BytesPerSecondOfOneCore() {
        long nowNs = 1;
        long[] received = {0};
        Wires wires = new Wires();
        SctpAssociation a = association(wires.to(1), received);
        SctpAssociation b = association(wires.to(0), received);
        a.connect(nowNs);
        wires.exchange(a, b, nowNs);
        byte[] message = new byte[200];
        Delivery once = new Delivery(false, 0, Delivery.UNLIMITED);
        long beganNs = System.nanoTime();
        long beganBytes = allocatedBytes();
        for (int i = 0; i < MESSAGES; i++) {
            nowNs += 50_000;
            a.send(1, 53, once, message, 0, message.length, nowNs);
            a.flush(nowNs);
            a.advance(nowNs);
            b.advance(nowNs);
            wires.exchange(a, b, nowNs);
        }
        double seconds = (System.nanoTime() - beganNs) / 1e9;
        long bytesEach = (allocatedBytes() - beganBytes) / MESSAGES;
        System.out.printf(
                "%,.0f messages of 200 bytes, each in a packet, sent and received, per second of one"
                        + " core; %d bytes allocated for each%n",
                MESSAGES / seconds, bytesEach);
        assertThat(received[0]).isEqualTo(MESSAGES);
        assertThat(a.heldBytes() + b.heldBytes()).isLessThan(10_000);
        // The message's copy and its place in the queue, nothing for packets and acknowledgements.
        assertThat(bytesEach).isLessThan(200 + 200);
    }

    @Test
    void aBurstLeavesNoMemoryBehind() {
        int peers = 50;
        SctpAssociation[] all = new SctpAssociation[2 * peers];
        byte[] message = new byte[1];
        long[] received = {0};
        Wires wires = new Wires();
        long before = usedBytes();
        for (int i = 0; i < all.length; i += 2) {
            SctpAssociation a = association(wires.to(1), received);
            SctpAssociation b = association(wires.to(0), received);
            all[i] = a;
            all[i + 1] = b;
            a.connect(1);
            wires.exchange(a, b, 1);
            wires.loseOne();
            for (int n = 0; n < 4_000; n++) {
                a.send(1, 53, Delivery.RELIABLE, message, 0, 1, 1);
            }
            a.flush(1);
            for (long nowNs = 1; nowNs < 3_000_000_000L; nowNs += 10_000_000) {
                a.advance(nowNs);
                b.advance(nowNs);
                wires.exchange(a, b, nowNs);
            }
            assertThat(a.heldBytes() + b.heldBytes()).isZero();
        }
        long each = (usedBytes() - before) / all.length;
        System.out.printf("%,d bytes per association after a burst%n", each);
        assertThat(received[0]).isEqualTo(4_000L * peers);
        assertThat(each).isLessThan(20_000);
        assertThat(all[0].state()).isEqualTo(AssociationState.ESTABLISHED);
    }

    @Test
    void anIdlePeerTakesLittleMemory() {
        int peers = 2_000;
        SctpAssociation[] all = new SctpAssociation[peers];
        Wires wires = new Wires();
        long before = usedBytes();
        long[] received = {0};
        for (int i = 0; i < peers; i += 2) {
            all[i] = association(wires.to(1), received);
            all[i + 1] = association(wires.to(0), received);
            all[i].connect(1);
            wires.exchange(all[i], all[i + 1], 1);
            for (int stream = 0; stream < 3; stream++) {
                all[i].send(stream, 53, Delivery.RELIABLE, new byte[200], 0, 200, 1);
            }
            all[i].flush(1);
            wires.exchange(all[i], all[i + 1], 1);
            all[i + 1].advance(30_000_000);
            wires.exchange(all[i], all[i + 1], 30_000_000);
            assertThat(all[i].state()).isEqualTo(AssociationState.ESTABLISHED);
        }
        long each = (usedBytes() - before) / peers;
        System.out.printf("%,d bytes per idle association%n", each);
        assertThat(each).isLessThan(20_000);
        assertThat(received[0]).isEqualTo(3L * peers / 2);
    }

    static long usedBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    private static long allocatedBytes() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }

    /** Carries packets both ways without allocating. */
    private static final class Wires {
        private static final int MOST = 256;
        private final byte[][][] packets = new byte[2][MOST][1160];
        private final int[][] lengths = new int[2][MOST];
        private final int[] first = new int[2];
        private final int[] next = new int[2];
        private boolean losing;

        PacketOut to(int end) {
            return (buf, off, len) -> {
                if (losing) {
                    losing = false;
                    return;
                }
                int slot = next[end]++ % MOST;
                System.arraycopy(buf, off, packets[end][slot], 0, len);
                lengths[end][slot] = len;
            };
        }

        /** The next packet goes astray. */
        void loseOne() {
            losing = true;
        }

        void exchange(SctpAssociation a, SctpAssociation b, long nowNs) {
            while (first[0] < next[0] || first[1] < next[1]) {
                deliver(1, b, nowNs);
                deliver(0, a, nowNs);
            }
        }

        private void deliver(int end, SctpAssociation to, long nowNs) {
            if (first[end] < next[end]) {
                int slot = first[end]++ % MOST;
                to.receive(packets[end][slot], 0, lengths[end][slot], nowNs);
            }
        }
    }

    private static SctpAssociation association(PacketOut out, long[] received) {
        SctpEvents events =
                new SctpEvents() {
                    @Override
                    public void up() {}

                    @Override
                    public void restarted() {}

                    @Override
                    public void message(int streamId, int ppid, byte[] buf, int off, int len) {
                        received[0]++;
                    }

                    @Override
                    public void incomingReset(int streamId) {}

                    @Override
                    public void outgoingReset(int streamId, boolean reusable) {}

                    @Override
                    public void writable() {}

                    @Override
                    public void ended(EndReason reason) {}
                };
        return new SctpAssociation(SctpSettings.DEFAULT, out, events, new Random(1), 1);
    }
}
