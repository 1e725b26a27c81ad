package otherworld.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How much an association costs: a figure to look at, and bounds that only a mistake can pass. */
class ThroughputTest {
    private static final int MESSAGES = Integer.getInteger("messages", 100_000);

    @Test
    void messagesOf200BytesPerSecondOfOneCore() {
        long[] nowNs = {1};
        long[] received = {0};
        ArrayDeque<byte[]> toB = new ArrayDeque<>();
        ArrayDeque<byte[]> toA = new ArrayDeque<>();
        SctpAssociation a =
                association((b, o, n) -> toB.add(Arrays.copyOfRange(b, o, o + n)), received);
        SctpAssociation b =
                association((x, o, n) -> toA.add(Arrays.copyOfRange(x, o, o + n)), received);
        a.connect(nowNs[0]);
        exchange(a, b, toA, toB, nowNs[0]);
        byte[] message = new byte[200];
        Delivery once = new Delivery(false, 0, Delivery.UNLIMITED);
        long began = System.nanoTime();
        for (int i = 0; i < MESSAGES; i++) {
            nowNs[0] += 50_000;
            a.send(1, 53, once, message, 0, message.length, nowNs[0]);
            a.flush(nowNs[0]);
            a.advance(nowNs[0]);
            b.advance(nowNs[0]);
            exchange(a, b, toA, toB, nowNs[0]);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "%,.0f messages of 200 bytes, sent and received, per second of one core%n",
                MESSAGES / seconds);
        assertThat(received[0]).isEqualTo(MESSAGES);
        assertThat(a.heldBytes() + b.heldBytes()).isLessThan(10_000);
    }

    @Test
    void anIdlePeerTakesLittleMemory() {
        int peers = 2_000;
        SctpAssociation[] all = new SctpAssociation[peers];
        long before = usedBytes();
        long[] received = {0};
        for (int i = 0; i < peers; i += 2) {
            ArrayDeque<byte[]> toB = new ArrayDeque<>(2);
            ArrayDeque<byte[]> toA = new ArrayDeque<>(2);
            all[i] = association((b, o, n) -> toB.add(Arrays.copyOfRange(b, o, o + n)), received);
            all[i + 1] =
                    association((b, o, n) -> toA.add(Arrays.copyOfRange(b, o, o + n)), received);
            all[i].connect(1);
            exchange(all[i], all[i + 1], toA, toB, 1);
            for (int stream = 0; stream < 3; stream++) {
                all[i].send(stream, 53, Delivery.RELIABLE, new byte[200], 0, 200, 1);
            }
            all[i].flush(1);
            exchange(all[i], all[i + 1], toA, toB, 1);
            all[i + 1].advance(30_000_000);
            exchange(all[i], all[i + 1], toA, toB, 30_000_000);
            assertThat(all[i].state()).isEqualTo(AssociationState.ESTABLISHED);
        }
        long each = (usedBytes() - before) / peers;
        System.out.printf("%,d bytes per idle association%n", each);
        assertThat(each).isLessThan(20_000);
        assertThat(received[0]).isEqualTo(3L * peers / 2);
    }

    private static long usedBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    private static void exchange(
            SctpAssociation a,
            SctpAssociation b,
            ArrayDeque<byte[]> toA,
            ArrayDeque<byte[]> toB,
            long nowNs) {
        while (!toA.isEmpty() || !toB.isEmpty()) {
            byte[] packet = toB.poll();
            if (packet != null) {
                b.receive(packet, 0, packet.length, nowNs);
            }
            packet = toA.poll();
            if (packet != null) {
                a.receive(packet, 0, packet.length, nowNs);
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
