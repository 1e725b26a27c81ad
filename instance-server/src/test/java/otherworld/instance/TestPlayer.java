package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import otherworld.protocol.ClientMessage;
import otherworld.protocol.EditApplied;
import otherworld.protocol.EditDurable;
import otherworld.protocol.EditRefused;
import otherworld.protocol.EntityState;
import otherworld.protocol.Goodbye;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Hello;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Messages;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.Ping;
import otherworld.protocol.PlaceEntity;
import otherworld.protocol.Pong;
import otherworld.protocol.Pose;
import otherworld.protocol.Protocol;
import otherworld.protocol.Rotation;
import otherworld.protocol.ServerMessage;
import otherworld.protocol.Welcome;

/**
 * A client over a real connection that keeps everything it is told, and the state that follows.
 * WebSocket, unless it was made otherwise.
 */
final class TestPlayer implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    final List<ServerMessage> heard = new CopyOnWriteArrayList<>();

    final EntityMirror mirror = new EntityMirror();

    /** Player ids of those that are seen, by avatar. */
    final Map<Long, String> avatars = mirror.players;

    final Map<Long, Pose> poses = mirror.poses;
    final Map<Long, EntityState> props = mirror.props;
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final AtomicLong clientSequence = new AtomicLong();
    final Wire wire;
    private int moveSequence;
    private int pings;

    /** What carries a player's messages. */
    interface Wire {
        void send(byte[] message);

        void sendText(String text);

        /**
         * Whether nothing of what comes may be lost on the way, and so need not be acknowledged.
         */
        default boolean isReliable() {
            return true;
        }

        /** Where moves go. */
        default void sendUnreliable(byte[] message) {
            send(message);
        }

        /** Ends the connection without a word. */
        void drop();
    }

    /** Connects a player who hears through its {@link #hear} and {@link #closed}. */
    TestPlayer(Function<TestPlayer, Wire> connect) {
        wire = connect.apply(this);
    }

    static TestPlayer connect(InstanceProcess instance) {
        return connect(instance, "");
    }

    /**
     * @param query of the path, such as {@code ?reason=resume}
     */
    static TestPlayer connect(InstanceProcess instance, String query) {
        return connect(URI.create("ws://127.0.0.1:" + instance.port + Protocol.PATH + query));
    }

    static TestPlayer connect(URI uri) {
        return connect(HTTP, uri);
    }

    static TestPlayer connect(HttpClient http, URI uri) {
        return new TestPlayer(player -> new WebSocketWire(http, player, uri));
    }

    static TestPlayer hello(InstanceProcess instance, String token) {
        return connect(instance).hello(token);
    }

    TestPlayer hello(String token) {
        say(new Hello(Protocol.VERSION, Protocol.OLDEST, 0, token, "test"));
        return this;
    }

    /** Connected and welcomed. */
    static TestPlayer join(InstanceProcess instance, String token) {
        return hello(instance, token).welcomed();
    }

    /** Waits for Welcome. */
    TestPlayer welcomed() {
        clientSequence.set(welcome().lastClientSequence());
        return this;
    }

    Welcome welcome() {
        return await(Welcome.class, _ -> true);
    }

    GoodbyeReason refusal() {
        return await(Goodbye.class, _ -> true).reason();
    }

    void say(ClientMessage message) {
        sendRaw(Messages.encode(message));
    }

    void sendRaw(byte[] bytes) {
        wire.send(bytes);
    }

    void sendText(String text) {
        wire.sendText(text);
    }

    void walkTo(float x, float z) {
        wire.sendUnreliable(Messages.encode(new MoveIntent(++moveSequence, at(x, z), List.of())));
    }

    /** Waits until the simulation has heard all that was said so far over the reliable channel. */
    void awaitHeard() {
        int nonce = ++pings;
        say(new Ping(nonce, System.currentTimeMillis()));
        await(Pong.class, pong -> pong.nonce() == nonce);
    }

    /** Sends an edit and returns its client sequence. */
    long place(String model, float x, float z) {
        long sequence = clientSequence.incrementAndGet();
        say(new PlaceEntity(sequence, model, at(x, z)));
        return sequence;
    }

    long nextSequence() {
        return clientSequence.incrementAndGet();
    }

    EditApplied applied(long sequence) {
        return await(EditApplied.class, answer -> answer.clientSequence() == sequence);
    }

    EditRefused refused(long sequence) {
        return await(EditRefused.class, answer -> answer.clientSequence() == sequence);
    }

    void durable(long sequence) {
        await(EditDurable.class, answer -> answer.clientSequences().contains(sequence));
    }

    <T extends ServerMessage> T await(Class<T> type, Predicate<T> which) {
        return Awaitility.await()
                .alias(type.getSimpleName())
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> find(type, which), found -> !found.isEmpty())
                .getFirst();
    }

    <T extends ServerMessage> List<T> find(Class<T> type, Predicate<T> which) {
        return heard.stream().filter(type::isInstance).map(type::cast).filter(which).toList();
    }

    void awaitClosed() {
        assertThat(closed).succeedsWithin(PATIENCE);
    }

    /** Drops the connection without a word. */
    void drop() {
        wire.drop();
    }

    @Override
    public void close() {
        wire.drop();
    }

    static Pose at(float x, float z) {
        return new Pose(x, 0, z, Rotation.IDENTITY);
    }

    /** A message came. */
    void hear(byte[] bytes, int offset, int length) {
        try {
            ServerMessage message = Messages.decodeServer(bytes, offset, length);
            mirror.apply(message);
            heard.add(message);
            if (mirror.isAcknowledgeDue() && !wire.isReliable()) {
                wire.sendUnreliable(Messages.encode(mirror.acknowledgement()));
            }
        } catch (MalformedMessage e) {
            closed.completeExceptionally(e);
        }
    }

    private static final class WebSocketWire implements Wire, WebSocket.Listener {
        private final TestPlayer player;
        private final WebSocket socket;
        private byte[] partial = new byte[0];

        WebSocketWire(HttpClient http, TestPlayer player, URI uri) {
            this.player = player;
            socket =
                    http.newWebSocketBuilder()
                            .subprotocols(Protocol.SUBPROTOCOL)
                            .connectTimeout(Duration.ofSeconds(10))
                            .buildAsync(uri, this)
                            .join();
        }

        @Override
        public void send(byte[] message) {
            socket.sendBinary(ByteBuffer.wrap(message), true).join();
        }

        @Override
        public void sendText(String text) {
            socket.sendText(text, true).join();
        }

        @Override
        public void drop() {
            socket.abort();
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(
                WebSocket from, ByteBuffer data, boolean last) {
            byte[] joined = new byte[partial.length + data.remaining()];
            System.arraycopy(partial, 0, joined, 0, partial.length);
            data.get(joined, partial.length, joined.length - partial.length);
            partial = last ? new byte[0] : joined;
            if (last) {
                player.hear(joined, 0, joined.length);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            player.closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            player.closed.complete(-1);
        }
    }
}
