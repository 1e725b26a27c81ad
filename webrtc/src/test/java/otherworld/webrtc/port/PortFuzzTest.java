package otherworld.webrtc.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.Fuzz;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.client.ClientSettings;

/**
 * Whole connections of ours over real sockets through one who adds damaged copies of what he
 * carries, both ways: checks, handshakes, records. Nothing gets out of either loop, and when the
 * peers have gone nothing of them is left.
 */
class PortFuzzTest {
    private static final int CLIENTS = 8;
    private static final long LONGEST_ROUND_NS = 1_500_000_000L;

    @Test
    void whateverComesBetweenNothingBreaksOrStays() throws Exception {
        var settings =
                WebRtcSettings.at(Net.IPV4)
                        .withTimes(
                                new WebRtcSettings.Times(
                                        Duration.ofSeconds(2),
                                        Duration.ofSeconds(1),
                                        Duration.ofSeconds(2),
                                        Duration.ofSeconds(1),
                                        Duration.ofMillis(200)));
        try (var net = new Net(settings, ClientSettings.at(Net.IPV4))) {
            Fuzz.run("port", 15, random -> round(net, random));
            Awaitility.await()
                    .atMost(Net.PATIENCE)
                    .until(() -> net.port.peers() == 0 && net.port.runningHandshakes() == 0);
            assertThat(net.port.halfOpenPeers()).isZero();
            assertThat(net.port.verifiedPaths()).isZero();
            assertThat(net.port.counters().get(PortEvent.BUG)).isZero();
            assertThat(net.clients.bugs()).isZero();
            assertThat(net.port.counters().get(PortEvent.PEER_CONNECTED)).isPositive();
            System.out.printf(
                    "  %d of %d peers connected%n",
                    net.port.counters().get(PortEvent.PEER_CONNECTED),
                    net.port.counters().get(PortEvent.PEER_ACCEPTED));
        }
    }

    private static long round(Net net, Random random) throws Exception {
        var between = new ArrayList<Between>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                between.add(new Between(net, random));
            }
            long beganNs = System.nanoTime();
            while (System.nanoTime() - beganNs < LONGEST_ROUND_NS
                    && !between.stream().allMatch(Between::isDone)) {
                boolean moved = false;
                for (Between each : between) {
                    moved |= each.carry();
                }
                if (!moved) {
                    Thread.sleep(1);
                }
            }
            assertThat(net.port.counters().get(PortEvent.BUG)).isZero();
            assertThat(net.clients.bugs()).isZero();
            return between.stream().mapToLong(each -> each.inputs).sum();
        } finally {
            for (Between each : between) {
                each.close();
            }
        }
    }

    /** One client and the one between it and the port. */
    private static final class Between implements AutoCloseable {
        private static final int ECHOES = 30;

        private final Net net;
        private final Random random;
        private final Net.Client client;
        private final DatagramChannel front = channel();
        private final DatagramChannel back = channel();
        private final InetSocketAddress port;
        private final List<byte[]> corpus = new ArrayList<>();
        private final ByteBuffer buffer = ByteBuffer.allocate(2_048);
        private @Nullable SocketAddress clientAddress;
        private int echoes;
        private long inputs;

        Between(Net net, Random random) throws IOException {
            this.net = net;
            this.random = random;
            this.port = net.address();
            int here = ((InetSocketAddress) front.getLocalAddress()).getPort();
            this.client =
                    net.start(
                            UnaryOperator.identity(),
                            answer ->
                                    answer.replace(
                                            " " + port.getPort() + " typ host",
                                            " " + here + " typ host"),
                            ChannelSpec.reliable("a"));
        }

        private static DatagramChannel channel() throws IOException {
            var channel = DatagramChannel.open();
            channel.bind(Net.IPV4);
            channel.configureBlocking(false);
            return channel;
        }

        boolean isDone() {
            return echoes >= ECHOES || client.closed.isDone();
        }

        /** Whether there was anything. */
        boolean carry() throws IOException {
            boolean moved = false;
            for (var from = receive(front); from != null; from = receive(front)) {
                clientAddress = from;
                forward(back, port);
                moved = true;
            }
            while (receive(back) != null) {
                if (clientAddress != null) {
                    forward(front, clientAddress);
                }
                moved = true;
            }
            talk();
            return moved;
        }

        private void talk() {
            var opened = client.opened.peek();
            if (opened != null && (echoes == 0 || client.messages.poll() != null)) {
                echoes++;
                client.peer.send(opened, MessageKind.BINARY, new byte[random.nextInt(3_000)]);
                net.clients.flush();
            }
        }

        private @Nullable SocketAddress receive(DatagramChannel channel) throws IOException {
            buffer.clear();
            return channel.receive(buffer);
        }

        private void forward(DatagramChannel out, SocketAddress to) throws IOException {
            byte[] datagram = Arrays.copyOf(buffer.array(), buffer.position());
            corpus.add(datagram);
            boolean handshake = datagram.length > 13 && datagram[0] == 22;
            // Most handshakes are to succeed, so that what comes behind them is damaged too.
            if (random.nextInt(handshake ? 12 : 2) == 0) {
                for (int n = 1 + random.nextInt(3); n > 0; n--) {
                    out.send(ByteBuffer.wrap(Fuzz.mutate(datagram, corpus, random)), to);
                    inputs++;
                }
            }
            out.send(ByteBuffer.wrap(datagram), to);
            inputs++;
        }

        @Override
        public void close() throws IOException {
            if (random.nextBoolean()) {
                client.peer.close();
            }
            net.port.close(client.id);
            client.peer.cutOff();
            front.close();
            back.close();
        }
    }
}
