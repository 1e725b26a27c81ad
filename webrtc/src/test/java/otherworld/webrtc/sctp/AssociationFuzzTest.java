package otherworld.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.channel.ChannelEvents;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.DataChannels;
import otherworld.webrtc.channel.DtlsRole;
import otherworld.webrtc.channel.MessageKind;

/**
 * What a peer could send that means harm or is mad, with the right tag and checksum: no exception,
 * bounded memory, no more sent than received warrants. Longer with {@code -Dfuzz.seconds=}, replay
 * one conversation or attack with {@code -Dseed=}.
 */
class AssociationFuzzTest {
    private static final long MS_NS = 1_000_000;
    private static final int SECONDS = Integer.getInteger("fuzz.seconds", 25);
    private static final SctpSettings SETTINGS = SctpSettings.DEFAULT;

    /**
     * What one end may hold: its send buffer, its receive buffer and the chunk that closes a gap.
     */
    private static final long MOST_HELD_BYTES =
            SETTINGS.sendBufferBytes()
                    + SETTINGS.receiveBufferBytes()
                    + 2L * SETTINGS.maxMessageBytesIn();

    @Test
    void whateverAPeerSendsNothingBreaksOrGrowsOrFloods() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("-Dseed=" + seed);
        long untilNs = System.nanoTime() + SECONDS * 1_000L * MS_NS * 4 / 5;
        Random random = new Random(seed);
        long packets = 0;
        long alive = 0;
        int conversations = 0;
        do {
            Conversation conversation = new Conversation(seed);
            try {
                conversation.run();
            } catch (RuntimeException e) {
                throw new AssertionError("-Dseed=" + seed, e);
            }
            packets += conversation.packets;
            alive += conversation.packetsAlive;
            conversations++;
            seed = random.nextLong();
        } while (System.nanoTime() < untilNs);
        System.out.printf(
                "%,d packets, %,d of them to living associations, in %,d conversations%n",
                packets, alive, conversations);
        assertThat(alive).isPositive();
    }

    /** Two ends that talk, open and close channels, while packets are changed and made up. */
    private static final class Conversation implements ChannelEvents {
        private final Random random;
        private final Mutations mutations;
        private final SimulatedNetwork network;
        private final DataChannels[] peers = new DataChannels[2];
        private final List<DataChannel> open = new ArrayList<>();
        private final String name;
        private long packets;
        private long packetsAlive;

        Conversation(long seed) {
            name = "-Dseed=" + seed;
            random = new Random(seed);
            mutations = new Mutations(random);
            network = new SimulatedNetwork(random);
            network.record();
            for (int i = 0; i < 2; i++) {
                peers[i] =
                        new DataChannels(
                                SETTINGS,
                                i == 0 ? DtlsRole.CLIENT : DtlsRole.SERVER,
                                network.out(i),
                                i == 0 ? this : new Echo(),
                                new Random(seed + i),
                                network.nowNs());
                network.connect(i, end(peers[i]));
            }
        }

        void run() {
            peers[0].connect(network.nowNs());
            // Some are left alone until they are up; some packets on their way are changed.
            boolean early = random.nextInt(4) == 0;
            double changed = early ? 0.3 : 0.02;
            network.lose(packet -> {
                if (random.nextDouble() < changed) {
                    mutations.changeInPlace(packet);
                    packets++;
                }
                return false;
            });
            for (int step = 0; step < 300 && running(); step++) {
                talk();
                network.runFor(random.nextLong(20 * MS_NS));
                mutations.learn(network.sent());
                network.record();
                for (int i = early || step > 10 ? random.nextInt(6) : 0; i > 0; i--) {
                    attack(random.nextInt(2));
                }
            }
            for (int i = 0; i < 20; i++) {
                attack(random.nextInt(2)); // after the end, too
            }
        }

        private boolean running() {
            return peers[0].state() != AssociationState.ENDED
                    && peers[1].state() != AssociationState.ENDED;
        }

        private void talk() {
            long nowNs = network.nowNs();
            switch (random.nextInt(6)) {
                case 0 -> peers[0].open(ChannelSpec.unreliable("u"), nowNs);
                case 1 -> peers[0].open(ChannelSpec.reliable("r"), nowNs);
                case 2 -> {
                    if (random.nextInt(50) == 0) {
                        peers[0].shutdown(nowNs);
                    }
                }
                case 3 -> {
                    if (!open.isEmpty() && random.nextInt(8) == 0) {
                        peers[0].closeChannel(open.getFirst().streamId(), nowNs);
                    }
                }
                default -> {
                    for (DataChannel channel : open) {
                        byte[] data = new byte[random.nextInt(3_000)];
                        peers[0].send(channel, MessageKind.BINARY, data, 0, data.length, nowNs);
                    }
                }
            }
            peers[0].flush(nowNs);
        }

        private void attack(int to) {
            byte[] packet = mutations.packet();
            packets++;
            packetsAlive += peers[to].state() == AssociationState.ENDED ? 0 : 1;
            long before = network.packets(to);
            peers[to].receive(packet, 0, packet.length, network.nowNs());
            assertThat(network.packets(to) - before)
                    .as("%s: packets sent for one received", name)
                    .isLessThanOrEqualTo(2L * SETTINGS.maxBurstPackets() + 8);
            assertThat(peers[to].heldBytes())
                    .as("%s: held bytes", name)
                    .isBetween(0L, MOST_HELD_BYTES);
            assertThat(open).as(name).hasSizeLessThanOrEqualTo(DataChannels.MOST_CHANNELS);
            assertThat(peers[to].nextTimerNs()).as(name).isGreaterThan(network.nowNs());
        }

        @Override
        public void opened(DataChannel channel) {
            open.add(channel);
        }

        @Override
        public void message(DataChannel channel, MessageKind kind, byte[] buf, int off, int len) {
            assertThat(open).as("%s: a message of a channel that is open", name).contains(channel);
        }

        @Override
        public void closed(DataChannel channel) {
            open.remove(channel);
        }

        @Override
        public void associationEnded(EndReason reason) {
            assertThat(open).as("%s: channels told closed before the end", name).isEmpty();
        }

        /** Sends back what comes. */
        private final class Echo implements ChannelEvents {
            @Override
            public void opened(DataChannel channel) {}

            @Override
            public void message(
                    DataChannel channel, MessageKind kind, byte[] buf, int off, int len) {
                peers[1].send(channel, kind, buf, off, len, network.nowNs());
            }

            @Override
            public void closed(DataChannel channel) {}

            @Override
            public void associationEnded(EndReason reason) {}
        }
    }

    @Test
    void anAssociationUnderAttackForLongHoldsNoMoreThanItsBoundsAndAnswersInMeasure() {
        long first = Long.getLong("seed", System.nanoTime());
        System.out.println("-Dseed=" + first);
        long untilNs = System.nanoTime() + SECONDS * 1_000L * MS_NS / 5;
        long before = ThroughputTest.usedBytes();
        List<Attack> kept = new ArrayList<>();
        long packets = 0;
        long seed = first;
        Map<String, Integer> ends = new TreeMap<>();
        do {
            Attack attack = new Attack(seed++);
            try {
                packets += attack.run();
            } catch (RuntimeException e) {
                throw new AssertionError("-Dseed=" + attack.seed, e);
            }
            if (kept.size() < 20 && attack.alive()) {
                kept.add(attack);
            }
            ends.merge(attack.end, 1, Integer::sum);
        } while (System.nanoTime() < untilNs);
        long each = (ThroughputTest.usedBytes() - before) / Math.max(1, kept.size());
        System.out.printf(
                "%,d packets in %,d attacks, %,d bytes of heap per association still alive; ends: %s%n",
                packets, seed - first, each, ends);
        assertThat(kept).as("attacks that an association lives through").isNotEmpty();
        assertThat(each).isLessThan(2 * MOST_HELD_BYTES);
    }

    /**
     * A peer that sends many chunks made up of legal parts, and never gives the association rest.
     */
    private static final class Attack {
        private static final int PACKETS = 20_000;

        private final long seed;
        private final Random random;
        private final MadeUpChunks chunks;
        private @Nullable RawPeer raw;
        private String end = "alive";

        Attack(long seed) {
            this.seed = seed;
            random = new Random(seed);
            chunks = new MadeUpChunks(random);
        }

        boolean alive() {
            return raw != null;
        }

        long run() {
            RawPeer peer = new RawPeer();
            SctpAssociation association = peer.other.association;
            long sent = 0;
            while (sent < PACKETS && peer.other.ended == null) {
                byte[] packet = chunks.packet(peer);
                association.receive(packet, 0, packet.length, peer.network.nowNs());
                peer.other.messages.clear();
                sent++;
                if (random.nextInt(8) == 0) {
                    peer.queue(random.nextInt(9), chunks.delivery(), 1 + random.nextInt(2_000));
                    peer.other.flush(peer.network.nowNs());
                }
                peer.network.runFor(random.nextLong(2 * MS_NS));
                peer.network.dropAll();
                peer.network.record(); // forgets what was sent
                assertThat(association.heldBytes())
                        .as("-Dseed=%d: held bytes", seed)
                        .isBetween(0L, MOST_HELD_BYTES);
            }
            SctpStatistics counted = association.statistics();
            // One packet answers a packet, or two when it is full of requests; beside them go
            // our own messages, their repetitions, and what the budget allows.
            long own = counted.messagesOut() * 3 + counted.chunksRetransmitted() + 4 * sent / 100;
            assertThat(counted.packetsOut())
                    .as("-Dseed=%d: packets sent for %d received", seed, sent)
                    .isLessThan(2 * counted.packetsIn() + own + 100);
            if (peer.other.ended == null) {
                raw = peer;
            } else {
                end = String.valueOf(peer.other.ended);
            }
            return sent;
        }
    }

    private static SimulatedNetwork.End end(DataChannels channels) {
        return new SimulatedNetwork.End() {
            @Override
            public void receive(byte[] buf, int off, int len, long nowNs) {
                channels.receive(buf, off, len, nowNs);
            }

            @Override
            public void advance(long nowNs) {
                channels.advance(nowNs);
            }

            @Override
            public void flush(long nowNs) {
                channels.flush(nowNs);
            }

            @Override
            public long nextTimerNs() {
                return channels.nextTimerNs();
            }
        };
    }
}
