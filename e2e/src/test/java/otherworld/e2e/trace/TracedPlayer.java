package otherworld.e2e.trace;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import otherworld.protocol.EditDurable;
import otherworld.protocol.Hello;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Messages;
import otherworld.protocol.PlaceEntity;
import otherworld.protocol.Pose;
import otherworld.protocol.Protocol;
import otherworld.protocol.Rotation;
import otherworld.protocol.ServerMessage;
import otherworld.protocol.Welcome;

/** A player who joins and builds, over WebSocket. */
final class TracedPlayer implements AutoCloseable, WebSocket.Listener {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final List<ServerMessage> heard = new CopyOnWriteArrayList<>();
    private final WebSocket socket;
    private byte[] partial = new byte[0];
    private long sequence;

    /** Connected and welcomed. */
    TracedPlayer(URI url, String ticket) {
        socket =
                HTTP.newWebSocketBuilder()
                        .subprotocols(Protocol.SUBPROTOCOL)
                        .connectTimeout(Duration.ofSeconds(10))
                        .buildAsync(url, this)
                        .join();
        send(Messages.encode(new Hello(Protocol.VERSION, Protocol.OLDEST, 0, ticket, "test")));
        awaitHeard(Welcome.class::isInstance);
    }

    private void send(byte[] message) {
        socket.sendBinary(ByteBuffer.wrap(message), true).join();
    }

    void awaitHeard(Predicate<ServerMessage> which) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> heard.stream().anyMatch(which));
    }

    /**
     * Places a thing within reach, and waits for the word that it is durable; how long that took.
     */
    Duration place(float x) {
        long number = ++sequence;
        long startNs = System.nanoTime();
        send(
                Messages.encode(
                        new PlaceEntity(number, "chair", new Pose(x, 0, 33, Rotation.IDENTITY))));
        awaitHeard(message ->
                message instanceof EditDurable durable
                        && durable.clientSequences().contains(number));
        return Duration.ofNanos(System.nanoTime() - startNs);
    }

    /** Places so many things without waiting between them. */
    void placeTogether(int things, float x) {
        for (int i = 0; i < things; i++) {
            send(
                    Messages.encode(
                            new PlaceEntity(
                                    ++sequence,
                                    "chair",
                                    new Pose(x, 0, 30 + i, Rotation.IDENTITY))));
        }
        long last = sequence;
        awaitHeard(message ->
                message instanceof EditDurable durable && durable.clientSequences().contains(last));
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] joined = new byte[partial.length + data.remaining()];
        System.arraycopy(partial, 0, joined, 0, partial.length);
        data.get(joined, partial.length, joined.length - partial.length);
        partial = last ? new byte[0] : joined;
        if (last) {
            try {
                heard.add(Messages.decodeServer(joined, 0, joined.length));
            } catch (MalformedMessage e) {
                throw new AssertionError(e);
            }
        }
        from.request(1);
        return null;
    }

    @Override
    public void close() {
        socket.abort();
    }
}
