package otherworld.instance.transport;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.metrics.InstanceMetrics.Limit;
import otherworld.protocol.Goodbye;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Messages;

/**
 * One WebSocket connection: a bounded outbox that a virtual thread of its own writes to the socket,
 * many messages in one write. Frames are put together here and not by Helidon, whose connection has
 * one send buffer for all threads; its own thread uses that for control frames alone, and each
 * write to a socket is whole.
 */
final class WebSocketLink implements ClientLink {
    private static final Logger log = LoggerFactory.getLogger(WebSocketLink.class);
    private static final int BATCH_BYTES = 16 * 1024;

    private final DataWriter socket;
    private final String remote;
    private final Thread reader;
    private final Thread writer;
    private final InstanceMetrics metrics;
    private final BlockingQueue<byte[]> outbox = new ArrayBlockingQueue<>(Limits.OUTBOX_MESSAGES);
    private final AtomicInteger outboxBytes = new AtomicInteger();
    private final AtomicReference<@Nullable Goodbye> ending = new AtomicReference<>();
    private volatile boolean gone;
    private boolean unflushed; // simulation thread

    /**
     * @param reader the thread that reads this connection; when it ends, the connection has
     */
    WebSocketLink(DataWriter socket, String remote, Thread reader, InstanceMetrics metrics) {
        this.socket = socket;
        this.remote = remote;
        this.reader = reader;
        this.metrics = metrics;
        this.writer = Thread.ofVirtual().name("writer " + remote).unstarted(this::write);
    }

    void start() {
        writer.start();
    }

    @Override
    public void send(byte[] message) {
        if (gone || ending.get() != null) {
            return;
        }
        int bytes = outboxBytes.addAndGet(message.length);
        if (bytes > Limits.OUTBOX_BYTES || !outbox.offer(message)) {
            metrics.hit(Limit.OUTBOX);
            goodbye(GoodbyeReason.TOO_SLOW, 1_000, "more waits for this client than it reads");
            return;
        }
        unflushed = true;
    }

    @Override
    public void sendUnreliable(byte[] message) {
        send(message); // one stream has one order
    }

    @Override
    public void flush() {
        if (unflushed) {
            unflushed = false;
            LockSupport.unpark(writer);
        }
    }

    @Override
    public void goodbye(GoodbyeReason reason, int retryAfterMs, String detail) {
        if (ending.compareAndSet(null, new Goodbye(reason, retryAfterMs, detail))) {
            metrics.goodbye(reason);
            log.info("Goodbye {} to {}: {}", reason, remote, detail);
            LockSupport.unpark(writer);
            Thread.ofVirtual().name("closer " + remote).start(this::closeAfterPatience);
        }
    }

    @Override
    public String remote() {
        return remote;
    }

    @Override
    public boolean isEnding() {
        return ending.get() != null;
    }

    /** The reader has ended: nothing can be written any more. */
    void ended() {
        gone = true;
        LockSupport.unpark(writer);
    }

    /** Waits until the last byte is written or the connection is gone. */
    void awaitWritten(Duration timeout) throws InterruptedException {
        writer.join(timeout);
    }

    private void closeAfterPatience() {
        try {
            if (!reader.join(Duration.ofMillis(Limits.CLOSE_PATIENCE_MS))) {
                reader.interrupt(); // on a virtual thread that reads a socket this closes the
                // socket
            }
            if (!writer.join(Duration.ofMillis(Limits.CLOSE_PATIENCE_MS))) {
                writer.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write() {
        byte[] batch = new byte[BATCH_BYTES];
        try {
            while (!gone) {
                Goodbye goodbye = ending.get();
                // Order matters: a message that was offered before `ending` was set is written.
                boolean wrote = (goodbye == null || !skipsOutbox(goodbye)) && writeOutbox(batch);
                if (goodbye != null && !wrote) {
                    writeEnd(goodbye);
                    return;
                }
                if (!wrote) {
                    LockSupport.park(this);
                    if (Thread.interrupted()) {
                        return;
                    }
                }
            }
        } catch (RuntimeException e) {
            log.debug("Writing to {} ended: {}", remote, e.toString());
        } finally {
            reader.interrupt();
        }
    }

    /** Whoever does not read is told why with the next bytes, not after all that waits. */
    private static boolean skipsOutbox(Goodbye goodbye) {
        return goodbye.reason() == GoodbyeReason.TOO_SLOW;
    }

    /** Writes what waits, as much as fits in one write; false if nothing did. */
    private boolean writeOutbox(byte[] batch) {
        int end = 0;
        int messages = 0;
        for (byte[] message = outbox.peek(); message != null; message = outbox.peek()) {
            if (end + message.length + Frames.MAX_HEADER_BYTES > batch.length) {
                if (end > 0) {
                    break;
                }
                byte[] single = new byte[message.length + Frames.MAX_HEADER_BYTES];
                int length = Frames.put(message, single, 0);
                take(message);
                writeNow(single, length, 1);
                return true;
            }
            end = Frames.put(message, batch, end);
            take(message);
            messages++;
        }
        if (end > 0) {
            writeNow(batch, end, messages);
        }
        return end > 0;
    }

    private void take(byte[] message) {
        outbox.remove();
        outboxBytes.addAndGet(-message.length);
    }

    private void writeEnd(Goodbye goodbye) {
        byte[] message = new byte[Goodbye.MAX_BYTES];
        int length = Messages.encode(goodbye, message, 0);
        byte[] frames = new byte[length + Frames.MAX_HEADER_BYTES + Frames.NORMAL_CLOSE.length];
        int end = Frames.put(Arrays.copyOf(message, length), frames, 0);
        System.arraycopy(Frames.NORMAL_CLOSE, 0, frames, end, Frames.NORMAL_CLOSE.length);
        writeNow(frames, end + Frames.NORMAL_CLOSE.length, 1);
        // The client answers the close frame, which ends the reader; if not, patience does.
        try {
            reader.join(Duration.ofMillis(Limits.CLOSE_PATIENCE_MS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeNow(byte[] bytes, int length, int messages) {
        socket.writeNow(BufferData.create(bytes, 0, length));
        metrics.messagesOut.inc(messages);
        metrics.bytesOut.inc(length);
    }
}
