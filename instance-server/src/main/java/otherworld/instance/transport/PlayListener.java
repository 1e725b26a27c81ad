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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Protocol;

/**
 * One WebSocket connection, from its upgrade to its end. Everything is read on the connection's own
 * virtual thread, so that a slow admission or a full inbox slows this client alone.
 */
final class PlayListener implements WsListener {
    private static final Logger log = LoggerFactory.getLogger(PlayListener.class);

    private static final HeaderName SUBPROTOCOL = HeaderNames.create("Sec-WebSocket-Protocol");

    private final Admission admission;
    private final InstanceMetrics metrics;
    private byte[] fragments = new byte[0];
    private SessionOrigin origin = SessionOrigin.of(SessionOrigin.Transport.WEBSOCKET, "");
    private @Nullable WebSocketLink link;
    private @Nullable SessionReader session;

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
        origin =
                SessionOrigin.of(
                        SessionOrigin.Transport.WEBSOCKET,
                        prologue.query().first("reason").orElse(""));
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
        SessionReader read = new SessionReader(opened, origin, admission, metrics);
        link = opened;
        this.session = read;
        opened.start();
        metrics.connections(origin.transport().label()).inc();
        // Helidon tells no listener of a connection that breaks; its thread ends, though.
        Thread.ofVirtual().name("watch " + remote).start(() -> watch(opened, read, reader));
    }

    private void watch(WebSocketLink opened, SessionReader read, Thread reader) {
        try {
            if (!reader.join(Duration.ofMillis(Protocol.HELLO_TIMEOUT_MS)) && !read.helloSeen()) {
                opened.goodbye(GoodbyeReason.HELLO_TIMEOUT, 0, "no Hello within 5 s");
            }
            reader.join();
        } catch (InterruptedException e) {
            log.warn("No longer watching {}", opened.remote());
        }
        metrics.connections(origin.transport().label()).dec();
        opened.ended();
        read.ended();
    }

    @Override
    public void onMessage(WsSession session, BufferData data, boolean last) {
        SessionReader read = this.session;
        WebSocketLink open = link;
        if (read == null || open == null || open.isEnding()) {
            return; // until the client has closed, too
        }
        byte[] part = data.readBytes();
        metrics.bytesIn.inc(part.length);
        byte[] message = join(part);
        if (!last && read.fits(message.length)) {
            fragments = message;
        } else if (last) {
            fragments = new byte[0];
            if (read.accepts(message.length)) {
                read.handle(message, 0, message.length);
            }
        }
    }

    @Override
    public void onMessage(WsSession session, String text, boolean last) {
        SessionReader read = this.session;
        if (read != null) {
            read.malformed("messages are binary");
        }
    }

    @Override
    public void onPing(WsSession session, BufferData buffer) {
        SessionReader read = this.session;
        if (read != null && read.rateAllows()) {
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
}
