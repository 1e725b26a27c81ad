package otherworld.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.sctp.SimulatedNetwork.Faults;

/**
 * Two associations over a network that loses, repeats, reorders, delays and damages packets. Replay
 * one run with {@code -Dseed=}, go longer with {@code -Dsteps=}.
 */
class AssociationSimulationTest {
    private static final long MS_NS = 1_000_000;
    private static final long SECOND_NS = 1_000 * MS_NS;
    private static final int RUNS = Integer.getInteger("steps", 120);

    /** By stream: what is promised for it. */
    private static final List<Delivery> STREAMS =
            List.of(
                    Delivery.RELIABLE,
                    new Delivery(false, Delivery.UNLIMITED, Delivery.UNLIMITED),
                    new Delivery(true, 1, Delivery.UNLIMITED),
                    new Delivery(false, 0, Delivery.UNLIMITED),
                    new Delivery(true, Delivery.UNLIMITED, 60),
                    new Delivery(false, Delivery.UNLIMITED, 150));

    @Test
    void whateverTheNetworkDoesEveryStreamKeepsItsPromise() {
        Long only = Long.getLong("seed");
        long first = only != null ? only : System.nanoTime();
        System.out.println("-Dseed=" + first + " and the " + RUNS + " after it");
        for (int i = 0; i < (only != null ? 1 : RUNS); i++) {
            new Run(first + i).run();
        }
    }

    /** One run: what was sent, and what of it came. */
    private static final class Run {
        private final Random random;
        private final SimulatedNetwork network;
        private final SctpSettings settings;
        private final TestPeer[] peers = new TestPeer[2];
        private final int[][] sent = new int[2][STREAMS.size()];

        private final String name;

        Run(long seed) {
            name = "-Dseed=" + seed;
            random = new Random(seed);
            network = new SimulatedNetwork(random);
            settings = settings();
            for (int end = 0; end < 2; end++) {
                peers[end] = new TestPeer(settings, network, end, nearWrap());
            }
        }

        private SctpSettings settings() {
            SctpSettings base = SctpSettings.DEFAULT;
            int buffer = random.nextBoolean() ? 32 << 10 : 256 << 10;
            return new SctpSettings(
                    5000,
                    5000,
                    random.nextBoolean() ? 1160 : 512,
                    20_000,
                    20_000,
                    buffer,
                    buffer,
                    16,
                    base.rtoInitial(),
                    base.rtoMin(),
                    base.rtoMax(),
                    base.t1Initial(),
                    base.t1Max(),
                    base.sackDelay(),
                    base.cookieLife(),
                    base.heartbeatInterval(),
                    30,
                    30,
                    base.maxBurstPackets());
        }

        /** Half of the associations begin shortly before their TSNs start over. */
        private RandomGenerator nearWrap() {
            boolean near = random.nextBoolean();
            return new Random(random.nextLong()) {
                private static final long serialVersionUID = 1;

                @Override
                public int nextInt() {
                    return near ? -1 - (super.nextInt() & 63) : super.nextInt();
                }
            };
        }

        private Faults faults() {
            return new Faults(
                    random.nextDouble() * 0.25,
                    random.nextDouble() * 0.1,
                    random.nextDouble() * 0.05,
                    random.nextDouble() * 0.5,
                    random.nextLong(50 * MS_NS) + 1,
                    random.nextLong(80 * MS_NS) + 1);
        }

        void run() {
            network.faults(faults());
            peers[0].association.connect(network.nowNs());
            if (random.nextBoolean()) {
                peers[1].association.connect(network.nowNs());
            }
            for (int step = 0; step < 150; step++) {
                if (random.nextInt(20) == 0) {
                    network.faults(faults());
                }
                talk(random.nextInt(2));
                network.runFor(random.nextLong(30 * MS_NS));
            }
            network.faults(Faults.NONE);
            assertThat(network.runUntil(this::settled, 600 * SECOND_NS))
                    .as("%s: everything is sent or given up in the end", name)
                    .isTrue();
            for (int to = 0; to < 2; to++) {
                check(to);
            }
            laterMessagesArrive();
            end();
        }

        private void talk(int from) {
            for (int i = random.nextInt(4); i > 0; i--) {
                int stream = random.nextInt(STREAMS.size());
                boolean large = random.nextInt(8) == 0;
                byte[] data = new byte[8 + random.nextInt(large ? 15_000 : 300)];
                fill(data, sent[from][stream]);
                long nowNs = network.nowNs();
                SendOutcome outcome = peers[from].send(stream, STREAMS.get(stream), data, nowNs);
                assertThat(outcome).isIn(SendOutcome.QUEUED, SendOutcome.FULL);
                if (outcome == SendOutcome.QUEUED) {
                    sent[from][stream]++;
                }
                assertThat(peers[from].association.sender().heldBytes())
                        .isLessThanOrEqualTo(settings.sendBufferBytes());
            }
            peers[from].flush(network.nowNs());
        }

        private static void fill(byte[] data, int index) {
            Wire.put32(data, 0, index);
            Wire.put32(data, 4, data.length);
            for (int i = 8; i < data.length; i++) {
                data[i] = (byte) (index * 31 + i);
            }
        }

        private boolean settled() {
            return peers[0].association.sender().isEmpty()
                    && peers[1].association.sender().isEmpty();
        }

        private void check(int to) {
            Map<Integer, List<Integer>> came = new HashMap<>();
            for (TestPeer.Message message : peers[to].messages) {
                byte[] expected = new byte[message.data().length];
                fill(expected, Wire.i32(message.data(), 0));
                assertThat(message.data()).as("%s: content", name).isEqualTo(expected);
                came.computeIfAbsent(message.streamId(), s -> new ArrayList<>())
                        .add(Wire.i32(message.data(), 0));
            }
            for (int stream = 0; stream < STREAMS.size(); stream++) {
                List<Integer> its = came.getOrDefault(stream, List.of());
                Set<Integer> distinct = new HashSet<>(its);
                String what = name + ": stream " + stream + " to " + to;
                assertThat(its).as("%s: at most once", what).hasSize(distinct.size());
                if (STREAMS.get(stream).ordered()) {
                    assertThat(its).as("%s: in order", what).isSorted();
                }
                if (stream < 2) {
                    assertThat(its).as("%s: all", what).hasSize(sent[1 - to][stream]);
                }
            }
            assertThat(peers[to].association.receiver().heldBytes())
                    .as("%s: nothing is left in reassembly", name)
                    .isZero();
            assertThat(peers[to].mostHeldBytes)
                    .as("%s: memory", name)
                    .isLessThanOrEqualTo(
                            settings.sendBufferBytes()
                                    + settings.receiveBufferBytes()
                                    + 2L * settings.maxMessageBytesIn());
        }

        /** What was given up stalls nothing: one more message on every stream comes through. */
        private void laterMessagesArrive() {
            int[] before = {peers[0].messages.size(), peers[1].messages.size()};
            for (int from = 0; from < 2; from++) {
                for (int stream = 0; stream < STREAMS.size(); stream++) {
                    byte[] data = new byte[8];
                    fill(data, sent[from][stream]++);
                    peers[from].send(stream, STREAMS.get(stream), data, network.nowNs());
                }
                peers[from].flush(network.nowNs());
            }
            network.runFor(10 * SECOND_NS);
            for (int to = 0; to < 2; to++) {
                assertThat(peers[to].messages.size() - before[to])
                        .as("%s: messages after all faults, to %d", name, to)
                        .isEqualTo(STREAMS.size());
            }
        }

        private void end() {
            network.faults(faults());
            peers[random.nextInt(2)].association.shutdown(network.nowNs());
            peers[0].flush(network.nowNs());
            peers[1].flush(network.nowNs());
            boolean ended =
                    network.runUntil(
                            () -> peers[0].ended != null && peers[1].ended != null,
                            600 * SECOND_NS);
            assertThat(ended).as("%s: both ends end", name).isTrue();
            for (TestPeer peer : peers) {
                assertThat(peer.association.heldBytes()).isZero();
                assertThat(peer.nextTimerNs()).isEqualTo(Protocol.NEVER_NS);
            }
        }
    }

    @Test
    void aRestartInTheMiddleOfTrafficLeavesBothEndsAgreed() {
        long first = Long.getLong("seed", System.nanoTime());
        System.out.println("-Dseed=" + first);
        for (int i = 0; i < Math.max(1, RUNS / 4); i++) {
            long seed = first + i;
            restart(new Random(seed), "-Dseed=" + seed);
        }
    }

    private static void restart(Random random, String name) {
        SimulatedNetwork network = new SimulatedNetwork(random);
        SctpSettings settings = SctpSettings.DEFAULT;
        TestPeer a = new TestPeer(settings, network, 0, random.nextLong());
        TestPeer b = new TestPeer(settings, network, 1, random.nextLong());
        network.faults(new Faults(0.1, 0.05, 0, 0.3, 10 * MS_NS, 20 * MS_NS));
        a.association.connect(network.nowNs());
        network.runUntil(() -> a.ups == 1 && b.ups == 1, 60 * SECOND_NS);
        for (int i = 0; i < 50; i++) {
            a.send(i % 3, Delivery.RELIABLE, new byte[1 + random.nextInt(3_000)], network.nowNs());
            b.send(i % 3, Delivery.RELIABLE, new byte[1 + random.nextInt(3_000)], network.nowNs());
        }
        a.flush(network.nowNs());
        b.flush(network.nowNs());
        network.runFor(random.nextLong(300 * MS_NS));

        TestPeer again = new TestPeer(settings, network, 0, random.nextLong());
        again.association.connect(network.nowNs());
        boolean up =
                network.runUntil(
                        () -> again.state() == AssociationState.ESTABLISHED && b.restarts > 0,
                        120 * SECOND_NS);
        assertThat(up).as("%s: up again", name).isTrue();
        network.faults(Faults.NONE);
        network.runFor(5 * SECOND_NS);
        assertThat(b.ended).as(name).isNull();
        int before = b.messages.size();
        for (int i = 0; i < 20; i++) {
            byte[] data = {(byte) i};
            again.send(i % 3, Delivery.RELIABLE, data, network.nowNs());
            b.send(i % 3, Delivery.RELIABLE, data, network.nowNs());
        }
        again.flush(network.nowNs());
        b.flush(network.nowNs());
        network.runFor(5 * SECOND_NS);
        assertThat(again.messages).as(name).hasSize(20);
        assertThat(b.messages.size() - before).as(name).isEqualTo(20);
    }
}
