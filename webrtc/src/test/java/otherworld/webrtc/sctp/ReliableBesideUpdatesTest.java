package otherworld.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.sctp.SimulatedNetwork.Faults;

/**
 * How late what is told reliably comes beside updates at 30 Hz, as an instance sends them, where
 * packets are lost and overtake each other. Replay with {@code -Dseed=}, go longer with {@code
 * -Dsteps=}.
 */
class ReliableBesideUpdatesTest {
    private static final long MS_NS = 1_000_000;
    private static final int MINUTES = Integer.getInteger("steps", 30);
    private static final int TICKS_PER_S = 30;
    private static final int TICKS_PER_MESSAGE = 6;
    private static final int RELIABLE = 1;
    private static final int UPDATES = 2;
    private static final int UPDATE_BYTES = 1_000;
    private static final Delivery UNORDERED_ONCE = new Delivery(false, 0, Delivery.UNLIMITED);

    @Test
    void lossesInARowDoNotCostASecond() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("-Dseed=" + seed);
        Random random = new Random(seed);
        SimulatedNetwork network = new SimulatedNetwork(random);
        TestPeer server = new TestPeer(SctpSettings.DEFAULT, network, 0, random);
        TestPeer client = new TestPeer(SctpSettings.DEFAULT, network, 1, random);
        server.association.connect(network.nowNs());
        assertThat(network.runUntil(() -> client.ups == 1 && server.ups == 1, 5_000 * MS_NS))
                .isTrue();
        // 1 in 20 is lost, so that one in 8,000 is lost three times in a row.
        network.faults(new Faults(0.05, 0, 0, 1, 0, 40 * MS_NS));
        int messages = MINUTES * 60 * TICKS_PER_S / TICKS_PER_MESSAGE;
        long[] sentNs = new long[messages];
        long[] tookMs = new long[messages];
        int sent = 0;
        int came = 0;
        for (int tick = 0; came < messages; tick++) {
            if (tick % TICKS_PER_MESSAGE == 0 && sent < messages) {
                sentNs[sent++] = network.nowNs();
                server.send(RELIABLE, Delivery.RELIABLE, new byte[200], network.nowNs());
            }
            server.send(UPDATES, UNORDERED_ONCE, new byte[UPDATE_BYTES], network.nowNs());
            server.flush(network.nowNs());
            long untilNs = network.nowNs() + 1_000 * MS_NS / TICKS_PER_S;
            while (network.nowNs() < untilNs) {
                network.runFor(MS_NS);
                for (TestPeer.Message message : client.messages) {
                    if (message.streamId() == RELIABLE) {
                        tookMs[came] = (network.nowNs() - sentNs[came]) / MS_NS;
                        came++;
                    }
                }
                client.messages.clear();
            }
        }
        Arrays.sort(tookMs);
        System.out.printf(
                "reliable at 5 %% loss, 0 to 40 ms: p50 %d, p99 %d, p99.9 %d, max %d ms; %d fast, %d time-outs%n",
                tookMs[messages / 2],
                tookMs[messages * 99 / 100],
                tookMs[messages * 999 / 1_000],
                tookMs[messages - 1],
                server.association.statistics().fastRetransmits(),
                server.association.statistics().timeouts());
        assertThat(tookMs[messages * 999 / 1_000]).isLessThan(600);
    }
}
