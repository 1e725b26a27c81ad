package otherworld.instance.transport;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import io.helidon.websocket.WsUpgradeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.metrics.InstanceMetrics.Limit;
import otherworld.instance.simulation.TokenBucket;
import otherworld.protocol.ClientMessage;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Hello;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Messages;
import otherworld.protocol.Protocol;

/**
 * Reads one connection: decodes, limits the rate, admits, and passes on to the simulation. All on
 * the connection's own virtual thread, so that a slow admission or a full inbox slows this client
 * alone.
 */
final class PlayListener implements WsListener {
    private static final Logger log = LoggerFactory.getLogger(PlayListener.class);

    private static final HeaderName SUBPROTOCOL = HeaderNames.create("Sec-WebSocket-Protocol");

    private final Admission admission;
    private final InstanceMetrics metrics;
    private final TokenBucket rate =
            new TokenBucket(Limits.MESSAGES_PER_SECOND, Limits.MESSAGES_BURST, System.nanoTime());
    private byte[] fragments = new byte[0];
    private @Nullable WebSocketLink link;
    private volatile boolean helloSeen;
    private volatile Admission.@Nullable Admitted admitted;

    PlayListener(Admission admission, InstanceMetrics metrics) {
        this.admission = admission;
        this.metrics = metrics;
    }

    @Override
    public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers)
            throws WsUpgradeException {
        String offered = headers.first(SUBPROTOCOL).orElse("");
        if (Arrays.stream(offered.split(",", -1))
                .map(String::strip)
                .noneMatch(Protocol.SUBPROTOCOL::equals)) {
            throw new WsUpgradeException(
                    "ask for the WebSocket subprotocol " + Protocol.SUBPROTOCOL);
        }
        WritableHeaders<?> answer = WritableHeaders.create();
        answer.set(SUBPROTOCOL, Protocol.SUBPROTOCOL);
        return Optional.of(answer);
    }

    @Override
    public void onOpen(WsSession session) {
        ConnectionContext context = (ConnectionContext) session.socketContext();
        String remote = session.socketContext().remotePeer().address().toString();
        Thread reader = Thread.currentThread();
        WebSocketLink opened = new WebSocketLink(context.dataWriter(), remote, reader, metrics);
        link = opened;
        opened.start();
        metrics.connections.inc();
        // Helidon tells no listener of a connection that breaks; its thread ends, though.
        Thread.ofVirtual().name("watch " + remote).start(() -> watch(opened, reader));
    }

    private void watch(WebSocketLink opened, Thread reader) {
        try {
            if (!reader.join(Duration.ofMillis(Protocol.HELLO_TIMEOUT_MS)) && !helloSeen) {
                opened.goodbye(GoodbyeReason.HELLO_TIMEOUT, 0, "no Hello within 5 s");
            }
            reader.join();
        } catch (InterruptedException e) {
            log.warn("No longer watching {}", opened.remote());
        }
        metrics.connections.dec();
        opened.ended();
        Admission.Admitted seated = admitted;
        if (seated != null) {
            seated.loop().gone(seated.player(), opened);
        }
    }

    @Override
    public void onMessage(WsSession session, BufferData data, boolean last) {
        WebSocketLink open = link;
        if (open == null || open.isEnding()) {
            return; // until the client has closed, too
        }
        byte[] message = join(data.readBytes());
        metrics.bytesIn.inc(message.length);
        if (message.length > Messages.MAX_CLIENT_BYTES) {
            metrics.hit(Limit.FRAME_BYTES);
            open.goodbye(
                    GoodbyeReason.MALFORMED,
                    0,
                    "message longer than %d bytes".formatted(Messages.MAX_CLIENT_BYTES));
        } else if (last) {
            fragments = new byte[0];
            metrics.messagesIn.inc();
            receive(open, message);
        } else {
            fragments = message;
        }
    }

    @Override
    public void onMessage(WsSession session, String text, boolean last) {
        WebSocketLink open = link;
        if (open != null) {
            open.goodbye(GoodbyeReason.MALFORMED, 0, "messages are binary");
        }
    }

    @Override
    public void onPing(WsSession session, BufferData buffer) {
        WebSocketLink open = link;
        if (open != null && rateAllows(open)) {
            session.pong(buffer);
        }
    }

    @Override
    public void onError(WsSession session, Throwable error) {
        log.debug("Connection failed", error);
    }

    private byte[] join(byte[] part) {
        if (fragments.length == 0) {
            return part;
        }
        byte[] joined = Arrays.copyOf(fragments, fragments.length + part.length);
        System.arraycopy(part, 0, joined, fragments.length, part.length);
        return joined;
    }

    private void receive(WebSocketLink open, byte[] bytes) {
        if (!rateAllows(open)) {
            return;
        }
        Admission.Admitted seated = admitted;
        try {
            if (seated == null && otherVersion(bytes)) {
                open.goodbye(
                        GoodbyeReason.VERSION_UNSUPPORTED,
                        0,
                        "this server speaks version " + Protocol.VERSION);
                return;
            }
            ClientMessage message = Messages.decodeClient(bytes, 0, bytes.length);
            if (seated != null) {
                pass(open, seated, message);
            } else if (message instanceof Hello hello) {
                helloSeen = true;
                admission.admit(open, hello).ifPresent(player -> admitted = player);
            } else {
                open.goodbye(GoodbyeReason.MALFORMED, 0, "the first message is Hello");
            }
        } catch (MalformedMessage e) {
            open.goodbye(GoodbyeReason.MALFORMED, 0, String.valueOf(e.getMessage()));
        }
    }

    /** Type and version of a Hello stay where they are in every version. */
    private static boolean otherVersion(byte[] bytes) {
        return bytes.length >= 3
                && bytes[0] == Hello.TYPE
                && ((bytes[1] & 0xff) | (bytes[2] & 0xff) << 8) != Protocol.VERSION;
    }

    private boolean rateAllows(WebSocketLink open) {
        if (rate.take(System.nanoTime())) {
            return true;
        }
        metrics.hit(Limit.MESSAGE_RATE);
        open.goodbye(
                GoodbyeReason.RATE_LIMITED,
                1_000,
                "more than %d messages a second".formatted(Limits.MESSAGES_PER_SECOND));
        return false;
    }

    private void pass(WebSocketLink open, Admission.Admitted seated, ClientMessage message) {
        long untilNs = System.nanoTime() + Limits.INBOX_PATIENCE_MS * 1_000_000L;
        while (!seated.loop().offer(seated.player(), open, message)) {
            if (System.nanoTime() > untilNs) {
                metrics.hit(Limit.INBOX);
                open.goodbye(GoodbyeReason.INTERNAL, 1_000, "the instance is overloaded");
                return;
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
