package otherworld.webrtc.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.client.AnswerOutcome;
import otherworld.webrtc.client.ClientListener;
import otherworld.webrtc.client.ClientPeer;
import otherworld.webrtc.client.ClientSettings;
import otherworld.webrtc.client.WebRtcClients;
import otherworld.webrtc.peer.CloseReason;

/** A port that echoes and clients of it, on loopback, over real sockets. */
final class Net implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final InetSocketAddress IPV4 = loopback("127.0.0.1");
    static final InetSocketAddress IPV6 = loopback("::1");

    final EchoListener server = new EchoListener();
    final WebRtcPort port;
    final WebRtcClients clients;

    Net() throws IOException {
        this(WebRtcSettings.at(IPV4), ClientSettings.at(IPV4));
    }

    Net(WebRtcSettings settings, ClientSettings client) throws IOException {
        port = WebRtcPort.open(settings, server);
        server.port = port;
        clients = WebRtcClients.open(client);
    }

    static InetSocketAddress loopback(String literal) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), 0);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(IPV4.getAddress(), port.boundPort());
    }

    /** A connected client with its channels open. */
    Client connect(ChannelSpec... channels) throws Exception {
        Client client = start(UnaryOperator.identity(), UnaryOperator.identity(), channels);
        client.awaitChannels(channels.length);
        return client;
    }

    /** A client that has begun to connect; the offer and the answer may be tampered with. */
    Client start(UnaryOperator<String> offer, UnaryOperator<String> answer, ChannelSpec... channels)
            throws IOException {
        var client = new Client();
        client.peer = clients.peer(List.of(channels), client);
        var accepted = (Acceptance.Accepted) port.accept(offer.apply(client.peer.offer()));
        client.id = accepted.peer();
        assertThat(client.peer.answer(answer.apply(accepted.answer())))
                .isEqualTo(new AnswerOutcome.Taken());
        return client;
    }

    /** Why the port closed a peer, once it has. */
    CloseReason awaitClosed(PeerId peer) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> server.closed.get(peer), java.util.Objects::nonNull);
    }

    @Override
    public void close() {
        clients.close();
        port.close();
    }

    /** What a client peer sees. */
    static final class Client implements ClientListener {
        @SuppressWarnings("NullAway.Init") // by start(), which needs this as the listener
        ClientPeer peer;

        @SuppressWarnings("NullAway.Init")
        PeerId id;

        final BlockingQueue<DataChannel> opened = new ArrayBlockingQueue<>(64);
        final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
        final BlockingQueue<DataChannel> channelsClosed = new ArrayBlockingQueue<>(64);
        final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
        List<DataChannel> channels = List.of();

        void awaitChannels(int count) throws InterruptedException {
            var list = new DataChannel[count];
            for (int i = 0; i < count; i++) {
                list[i] = opened.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(list[i]).as("channel %d opened; closed: %s", i, closed).isNotNull();
            }
            Arrays.sort(list, java.util.Comparator.comparingInt(DataChannel::streamId));
            channels = List.of(list);
        }

        boolean send(int channel, byte[] message) {
            return peer.send(channels.get(channel), MessageKind.BINARY, message);
        }

        void send(WebRtcClients clients, int channel, String text) {
            assertThat(
                            peer.send(
                                    channels.get(channel),
                                    MessageKind.TEXT,
                                    text.getBytes(StandardCharsets.UTF_8)))
                    .isTrue();
            clients.flush();
        }

        byte[] receive() throws InterruptedException {
            byte[] message = messages.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(message).as("a message; closed: %s", closed).isNotNull();
            return message;
        }

        String receiveText() throws InterruptedException {
            return new String(receive(), StandardCharsets.UTF_8);
        }

        /** Sends and expects the same back. */
        void echo(WebRtcClients clients, int channel, String text) throws InterruptedException {
            send(clients, channel, text);
            assertThat(receiveText()).isEqualTo(text);
        }

        CloseReason awaitClosed() throws Exception {
            return closed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        @Override
        public void connected() {}

        @Override
        public void channelOpened(DataChannel channel) {
            opened.add(channel);
        }

        @Override
        public void message(
                DataChannel channel, MessageKind kind, byte[] buffer, int offset, int length) {
            messages.add(Arrays.copyOfRange(buffer, offset, offset + length));
        }

        @Override
        public void channelClosed(DataChannel channel) {
            channelsClosed.add(channel);
        }

        @Override
        public void closed(CloseReason reason) {
            closed.complete(reason);
        }
    }
}
