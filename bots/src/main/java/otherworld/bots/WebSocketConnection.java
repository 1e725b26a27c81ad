package otherworld.bots;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import otherworld.protocol.ClientMessage;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Messages;
import otherworld.protocol.Protocol;

/** One WebSocket connection to an instance. Thread-safe; hears on the HTTP client's threads. */
final class WebSocketConnection implements Connection, WebSocket.Listener {
    /** Messages waiting to go out; one more ends the connection: the server does not read. */
    private static final int MOST_WAITING = 256;

    private final Receiver receiver;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private byte[] partial = new byte[4096];
    private int partialBytes;
    private boolean sending;
    private boolean closed;
    private @Nullable WebSocket socket;

    private WebSocketConnection(Receiver receiver) {
        this.receiver = receiver;
    }

    /**
     * @throws IOException if it cannot be opened in time
     */
    static WebSocketConnection open(HttpClient http, URI uri, Receiver receiver, Duration timeout)
            throws IOException, InterruptedException {
        WebSocketConnection connection = new WebSocketConnection(receiver);
        try {
            WebSocket socket =
                    http.newWebSocketBuilder()
                            .subprotocols(Protocol.SUBPROTOCOL)
                            .connectTimeout(timeout)
                            .buildAsync(uri, connection)
                            .get(timeout.toMillis() + 1000, TimeUnit.MILLISECONDS);
            synchronized (connection) {
                connection.socket = socket;
            }
            return connection;
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(cause.getClass().getSimpleName(), cause);
        }
    }

    @Override
    public Transport transport() {
        return Transport.WEBSOCKET;
    }

    @Override
    public void send(ClientMessage message) {
        boolean full;
        synchronized (this) {
            full = waiting.size() >= MOST_WAITING;
            if (!full && !closed) {
                waiting.add(Messages.encode(message));
            }
        }
        if (full) {
            abort("server does not read");
        }
        pump();
    }

    @Override
    public boolean sendIfIdle(ClientMessage message) {
        synchronized (this) {
            if (sending || closed || !waiting.isEmpty()) {
                return false;
            }
        }
        send(message);
        return true;
    }

    /** TCP says when a server is gone. */
    @Override
    public Optional<String> lost() {
        return Optional.empty();
    }

    @Override
    public void abort(End end) {
        WebSocket open;
        synchronized (this) {
            open = socket;
        }
        if (open != null) {
            open.abort();
        }
        close(end);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        int bytes = data.remaining();
        if (partialBytes + bytes > Messages.MAX_SERVER_BYTES) {
            abort(new End.Malformed("longer than any message"));
            return done();
        }
        if (partialBytes + bytes > partial.length) {
            partial = Arrays.copyOf(partial, Messages.MAX_SERVER_BYTES);
        }
        data.get(partial, partialBytes, bytes);
        partialBytes += bytes;
        if (last) {
            int length = partialBytes;
            partialBytes = 0;
            try {
                receiver.received(this, Messages.decodeServer(partial, 0, length), length);
            } catch (MalformedMessage e) {
                abort(new End.Malformed(e.reason().name()));
                return done();
            }
        }
        from.request(1);
        return done();
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        abort(new End.Malformed("a text message"));
        return done();
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        close(new End.Closed(status));
        return done();
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        close(new End.Broken(error.getClass().getSimpleName()));
    }

    // The JDK's WebSocket takes one message at a time.
    private void pump() {
        byte[] next;
        WebSocket open;
        synchronized (this) {
            open = socket;
            if (sending || closed || open == null || waiting.isEmpty()) {
                return;
            }
            next = waiting.remove();
            sending = true;
        }
        var _ =
                open.sendBinary(ByteBuffer.wrap(next), true)
                        .whenComplete((_, error) -> {
                            synchronized (this) {
                                sending = false;
                            }
                            if (error != null) {
                                close(new End.Broken(error.getClass().getSimpleName()));
                            } else {
                                pump();
                            }
                        });
    }

    private void close(End end) {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            waiting.clear();
        }
        receiver.closed(this, end);
    }

    /** Null is how a listener says that it is done with the buffer. */
    @SuppressWarnings("NullAway")
    private static CompletionStage<?> done() {
        return null;
    }
}
