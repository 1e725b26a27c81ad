package otherworld.instance.transport;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.instance.config.Limit;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Protocol;

/**
 * What one WebRTC client says. The port's owner thread must not wait, so it hands over to a virtual
 * thread while a Hello is checked or the simulation's inbox is full, and takes over again when
 * everything that came meanwhile is handled. At most {@link Limits#PEER_WAITING_MESSAGES} wait; one
 * more ends the connection.
 */
final class PeerSession {
    private static final Logger log = LoggerFactory.getLogger(PeerSession.class);

    private final WebRtcLink link;
    private final SessionReader reader;
    private final InstanceMetrics metrics;
    private final Object lock = new Object();

    // Guarded by lock. Elements are whole messages of the reliable channel.
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>(0);
    private boolean working;
    private boolean over;

    private boolean connected; // owner thread

    PeerSession(WebRtcLink link, SessionReader reader, InstanceMetrics metrics) {
        this.link = link;
        this.reader = reader;
        this.metrics = metrics;
    }

    WebRtcLink link() {
        return link;
    }

    /** Owner thread. The bytes are the caller's. */
    void reliable(byte[] buffer, int offset, int length) {
        metrics.bytesIn.inc(length);
        if (!reader.accepts(length)) {
            return;
        }
        synchronized (lock) {
            if (working) {
                later(Arrays.copyOfRange(buffer, offset, offset + length));
                return;
            }
        }
        if (!reader.tryHandle(buffer, offset, length)) {
            synchronized (lock) {
                later(Arrays.copyOfRange(buffer, offset, offset + length));
                work();
            }
        }
    }

    /** Owner thread. The bytes are the caller's. */
    void unreliable(byte[] buffer, int offset, int length) {
        metrics.bytesIn.inc(length);
        if (reader.accepts(length)) {
            reader.handleUnreliable(buffer, offset, length);
        }
    }

    void malformed(String detail) {
        reader.malformed(detail);
    }

    /** As if the client had said Leave, whatever its channels do. Any thread that may wait. */
    void leave() {
        reader.leave();
    }

    boolean wasConnected() {
        return connected;
    }

    /** The peer is connected: a client that says no Hello in time gets Goodbye. Owner thread. */
    void connected() {
        connected = true;
        Thread.ofVirtual()
                .name("hello " + link.remote())
                .start(() -> {
                    try {
                        Thread.sleep(Duration.ofMillis(Protocol.HELLO_TIMEOUT_MS));
                    } catch (InterruptedException e) {
                        return;
                    }
                    if (!link.isGone() && !reader.helloSeen()) {
                        link.goodbye(GoodbyeReason.HELLO_TIMEOUT, 0, "no Hello within 5 s");
                    }
                });
    }

    /** The peer is gone: whatever waits is handled, then the simulation is told. Owner thread. */
    void closed() {
        link.ended();
        synchronized (lock) {
            over = true;
            if (!working) {
                work();
            }
        }
    }

    private void later(byte[] message) {
        if (waiting.size() < Limits.PEER_WAITING_MESSAGES) {
            waiting.add(message);
        } else {
            metrics.hit(Limit.PEER_WAITING);
            link.goodbye(GoodbyeReason.INTERNAL, 1_000, "more was said than could be handled");
        }
    }

    private void work() {
        working = true;
        Thread.ofVirtual().name("reader " + link.remote()).start(this::handleAll);
    }

    private void handleAll() {
        for (byte[] message = next(); message != null; message = next()) {
            try {
                if (!link.isEnding()) {
                    reader.handle(message, 0, message.length);
                }
            } catch (RuntimeException e) {
                log.error("A bug: {} is let go", link.remote(), e);
                link.goodbye(GoodbyeReason.INTERNAL, 1_000, "an error in this server");
            }
        }
    }

    /** The next message; null: the owner thread takes over, or nothing comes any more. */
    private byte @Nullable [] next() {
        boolean ended;
        synchronized (lock) {
            byte[] message = waiting.poll();
            if (message != null) {
                return message;
            }
            ended = over;
            working = ended; // after the end nobody takes over
        }
        if (ended) {
            reader.ended();
        }
        return null;
    }
}
