package otherworld.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.client.AnswerOutcome;
import otherworld.webrtc.client.ClientListener;
import otherworld.webrtc.client.ClientPeer;
import otherworld.webrtc.client.ClientSettings;
import otherworld.webrtc.client.WebRtcClients;
import otherworld.webrtc.peer.CloseReason;

/** WebRTC peers of our client, with one unreliable channel each, all on one thread. */
final class WebRtcPeers implements EchoPeers {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);

    private final WebRtcClients clients;
    private final HttpClient http;
    private final URI offers;
    private final ChannelSpec channel;
    private final Receiver receiver;
    private final AtomicInteger indexes = new AtomicInteger();
    private final Map<Integer, Peer> peers = new ConcurrentHashMap<>();
    private final AtomicInteger closed = new AtomicInteger();
    private final List<Double> setupMs = Collections.synchronizedList(new ArrayList<>());

    /**
     * @param server where the offers go, {@code http://HOST:PORT}
     * @param bind local address of the peers' sockets
     */
    WebRtcPeers(HttpClient http, URI server, InetAddress bind, String label, Receiver receiver) {
        this.http = http;
        this.offers = server.resolve(WebRtcEchoMain.OFFER_PATH);
        this.channel = ChannelSpec.unreliable(label);
        this.receiver = receiver;
        this.clients = WebRtcClients.open(ClientSettings.at(new InetSocketAddress(bind, 0)));
    }

    /** Connects so many more at once, and is back when all their channels are open. */
    void connect(int more) throws InterruptedException, IOException {
        List<CompletableFuture<Void>> opens = new ArrayList<>();
        for (int i = 0; i < more; i++) {
            Peer peer = new Peer(indexes.getAndIncrement(), clients, channel);
            peers.put(peer.index, peer);
            opens.add(peer.opened);
            Thread.ofVirtual().start(peer::connect);
        }
        try {
            CompletableFuture.allOf(opens.toArray(CompletableFuture[]::new))
                    .get(CONNECT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("a peer did not connect", e);
        }
    }

    /** From the first byte of the offer's request to an open channel, of each peer. */
    List<Double> setupMs() {
        return List.copyOf(setupMs);
    }

    /** Connections that ended without being asked to. */
    int closed() {
        return closed.get();
    }

    @Override
    public int count() {
        return peers.size();
    }

    @Override
    public void send(int index, byte[] message) {
        Peer peer = peers.get(index);
        if (peer != null) {
            peer.send(message);
        }
    }

    @Override
    public void flush() {
        clients.flush();
    }

    @Override
    public void close() {
        clients.close();
    }

    private final class Peer implements ClientListener {
        private final int index;
        private final ClientPeer peer;
        private final CompletableFuture<Void> opened = new CompletableFuture<>();
        private final CompletableFuture<DataChannel> open = new CompletableFuture<>();
        private long startNs;

        Peer(int index, WebRtcClients clients, ChannelSpec channel) throws IOException {
            this.index = index;
            this.peer = clients.peer(List.of(channel), this);
        }

        void connect() {
            startNs = System.nanoTime();
            try {
                HttpResponse<String> response =
                        http.send(
                                HttpRequest.newBuilder(offers)
                                        .header("Content-Type", "application/sdp")
                                        .timeout(CONNECT_LIMIT)
                                        .POST(HttpRequest.BodyPublishers.ofString(peer.offer()))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() != 201) {
                    throw new IOException(response.statusCode() + " " + response.body());
                }
                switch (peer.answer(response.body())) {
                    case AnswerOutcome.Taken() -> {}
                    case AnswerOutcome.Refused(String why) -> throw new IOException(why);
                }
            } catch (IOException e) {
                opened.completeExceptionally(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                opened.completeExceptionally(e);
            }
        }

        void send(byte[] message) {
            DataChannel to = open.getNow(null);
            if (to != null) {
                peer.send(to, MessageKind.BINARY, message);
            }
        }

        @Override
        public void connected() {}

        @Override
        public void channelOpened(DataChannel channel) {
            setupMs.add((System.nanoTime() - startNs) / 1e6);
            open.complete(channel);
            opened.complete(null);
        }

        @Override
        public void message(
                DataChannel channel, MessageKind kind, byte[] buffer, int offset, int length) {
            receiver.received(index, buffer, offset, length);
        }

        @Override
        public void channelClosed(DataChannel channel) {}

        @Override
        public void closed(CloseReason reason) {
            if (!(reason instanceof CloseReason.ClosedHere)) {
                closed.incrementAndGet();
            }
            opened.completeExceptionally(new IOException("closed: " + reason));
        }
    }
}
