package otherworld.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** WebSocket connections of the JDK's client, which sets TCP_NODELAY. */
final class WebSocketPeers implements EchoPeers {
    private final List<Peer> peers = new ArrayList<>();

    WebSocketPeers(HttpClient http, URI server, int count, Receiver receiver) throws IOException {
        URI uri = URI.create("ws" + server.toString().substring(4) + WebRtcEchoMain.WEBSOCKET_PATH);
        try {
            for (int i = 0; i < count; i++) {
                Peer peer = new Peer(i, receiver);
                peer.socket = http.newWebSocketBuilder().buildAsync(uri, peer).join();
                peers.add(peer);
            }
        } catch (CompletionException e) {
            throw new IOException("no WebSocket to " + uri, e);
        }
    }

    @Override
    public int count() {
        return peers.size();
    }

    @Override
    public void send(int index, byte[] message) {
        peers.get(index).send(message);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        peers.forEach(peer -> peer.socket().abort());
    }

    private static final class Peer implements WebSocket.Listener {
        private final int index;
        private final Receiver receiver;
        private @Nullable WebSocket socket;
        private @Nullable CompletionStage<?> lastSend;

        Peer(int index, Receiver receiver) {
            this.index = index;
            this.receiver = receiver;
        }

        WebSocket socket() {
            return java.util.Objects.requireNonNull(socket);
        }

        /** One message at a time may be under way; the next waits for it, as the client demands. */
        synchronized void send(byte[] message) {
            ByteBuffer buffer = ByteBuffer.wrap(message);
            lastSend =
                    lastSend == null
                            ? socket().sendBinary(buffer, true)
                            : lastSend.thenCompose(_ -> socket().sendBinary(buffer, true));
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(
                WebSocket webSocket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            receiver.received(index, bytes, 0, bytes.length);
            webSocket.request(1);
            return null;
        }
    }
}
