package otherworld.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.channel.ChannelEvents;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.DataChannels;
import otherworld.webrtc.channel.DtlsRole;
import otherworld.webrtc.channel.MessageKind;

/**
 * Packets of a real conversation, mutated and given the right tag and checksum, and random ones: no
 * exception, bounded memory, no more sent than received warrants. Longer with {@code
 * -Dfuzz.seconds=}, replay with {@code -Dseed=}.
 */
class AssociationFuzzTest {
    private static final long MS_NS = 1_000_000;

    @Test
    void whateverAPeerSendsNothingBreaksOrGrowsOrFloods() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("-Dseed=" + seed);
        long untilNs = System.nanoTime() + Integer.getInteger("fuzz.seconds", 5) * 1_000 * MS_NS;
        Random random = new Random(seed);
        long packets = 0;
        int conversations = 0;
        while (System.nanoTime() < untilNs) {
            packets += attacked(seed);
            conversations++;
            seed = random.nextLong();
        }
        System.out.println(packets + " packets in " + conversations + " conversations");
        assertThat(packets).isPositive();
    }

    private static long attacked(long seed) {
        try {
            return new Attack(seed).run();
        } catch (RuntimeException e) {
            throw new AssertionError("-Dseed=" + seed, e);
        }
    }

    /** One conversation, disturbed. */
    private static final class Attack implements ChannelEvents {
        private final Random random;
        private final SimulatedNetwork network;
        private final List<byte[]> seen = new ArrayList<>();
        private final DataChannels[] peers = new DataChannels[2];
        private final List<DataChannel> open = new ArrayList<>();
        private final String name;

        Attack(long seed) {
            name = "-Dseed=" + seed;
            random = new Random(seed);
            network = new SimulatedNetwork(random);
            network.record();
            for (int i = 0; i < 2; i++) {
                peers[i] =
                        new DataChannels(
                                SctpSettings.DEFAULT,
                                i == 0 ? DtlsRole.CLIENT : DtlsRole.SERVER,
                                network.out(i),
                                i == 0 ? this : new Echo(),
                                new Random(seed + i),
                                network.nowNs());
                network.connect(i, end(peers[i]));
            }
        }

        long run() {
            long count = 0;
            peers[0].connect(network.nowNs());
            for (int step = 0; step < 300; step++) {
                talk();
                network.runFor(random.nextLong(20 * MS_NS));
                seen.addAll(network.sent());
                network.record();
                if (seen.size() > 400) {
                    seen.subList(0, 200).clear();
                }
                for (int i = random.nextInt(12); i > 0; i--) {
                    attack(random.nextInt(2));
                    count++;
                }
            }
            return count;
        }

        private void talk() {
            long nowNs = network.nowNs();
            switch (random.nextInt(6)) {
                case 0 -> peers[0].open(ChannelSpec.unreliable("u"), nowNs);
                case 1 -> peers[0].open(ChannelSpec.reliable("r"), nowNs);
                case 2 -> {
                    if (random.nextInt(20) == 0) {
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
            byte[] packet = packet();
            long before = network.packets(to);
            long statesHeld = peers[to].heldBytes();
            peers[to].receive(packet, 0, packet.length, network.nowNs());
            assertThat(network.packets(to) - before)
                    .as("%s: packets sent for one received", name)
                    .isLessThanOrEqualTo(2L * SctpSettings.DEFAULT.maxBurstPackets() + 8);
            assertThat(peers[to].heldBytes())
                    .as("%s: held bytes after %d", name, statesHeld)
                    .isLessThan(4 << 20);
            assertThat(peers[to].nextTimerNs()).as(name).isGreaterThan(network.nowNs());
        }

        private byte[] packet() {
            if (seen.isEmpty() || random.nextInt(10) == 0) {
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                return noise.length >= 12 && random.nextBoolean() ? addressed(noise) : noise;
            }
            byte[] packet = seen.get(random.nextInt(seen.size())).clone();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                packet = mutate(packet);
            }
            return packet.length >= 12 ? Packets.seal(packet) : packet;
        }

        private byte[] addressed(byte[] noise) {
            Wire.put16(noise, 0, 5000);
            Wire.put16(noise, 2, 5000);
            if (!seen.isEmpty()) {
                Wire.put32(noise, 4, Wire.i32(seen.get(random.nextInt(seen.size())), 4));
            }
            return Packets.seal(noise);
        }

        private byte[] mutate(byte[] packet) {
            int body = 12;
            if (packet.length <= body + 4) {
                return packet;
            }
            int at = body + random.nextInt(packet.length - body);
            switch (random.nextInt(8)) {
                case 0 -> packet[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> packet[at] = (byte) random.nextInt(256);
                case 2 -> packet[body] = (byte) random.nextInt(256);
                case 3 -> packet[body + 1] = (byte) random.nextInt(16);
                case 4 -> Wire.put16(packet, body + 2, random.nextInt(packet.length));
                case 5 -> {
                    return Arrays.copyOf(packet, at);
                }
                case 6 -> {
                    byte[] longer = Arrays.copyOf(packet, packet.length + random.nextInt(60));
                    return longer;
                }
                default -> {
                    byte[] other = seen.get(random.nextInt(seen.size()));
                    byte[] both = Arrays.copyOf(packet, packet.length + other.length - body);
                    System.arraycopy(other, body, both, packet.length, other.length - body);
                    return both;
                }
            }
            return packet;
        }

        @Override
        public void opened(DataChannel channel) {
            open.add(channel);
        }

        @Override
        public void message(DataChannel channel, MessageKind kind, byte[] buf, int off, int len) {}

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

    static SimulatedNetwork.End end(DataChannels channels) {
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
