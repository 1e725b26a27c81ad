package otherworld.instance.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.http.Farewell;
import otherworld.http.Upgraded;
import otherworld.http.websocket.CloseCode;
import otherworld.http.websocket.Frames;
import otherworld.instance.config.Limit;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.protocol.CloseCodes;
import otherworld.protocol.Goodbye;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Messages;

/**
 * What a WebSocket's client is told: a bounded outbox, which the channel's event loop empties with
 * one write for all that was queued in a turn. The bytes of a message are shared by all who get it
 * and copied once, into the buffer that the kernel reads. While the socket takes nothing, messages
 * wait in the outbox; when that is full, the connection ends.
 */
final class WebSocketLink implements ClientLink, Runnable {
    private static final Logger log = LoggerFactory.getLogger(WebSocketLink.class);

    private final Channel channel;
    private final String remote;
    private final Upgraded.Place place;
    private final TurnWrites turn;
    private final InstanceMetrics metrics;
    private final BlockingQueue<byte[]> outbox = new ArrayBlockingQueue<>(Limits.OUTBOX_MESSAGES);
    private final AtomicInteger outboxBytes = new AtomicInteger();
    private final AtomicReference<@Nullable End> ending = new AtomicReference<>();
    private volatile boolean gone;
    private boolean unflushed; // simulation thread
    private boolean closeSent; // event loop

    /**
     * @param deaf whether what the client sends cannot be read any more
     */
    private record End(Goodbye goodbye, int code, boolean deaf) {
        /** Whoever does not read is told why with the next bytes, not after all that waits. */
        boolean skipsOutbox() {
            return goodbye.reason() == GoodbyeReason.TOO_SLOW;
        }
    }

    /**
     * @param turn of the channel's event loop
     * @param place of the connection
     */
    WebSocketLink(
            Channel channel,
            String remote,
            TurnWrites turn,
            Upgraded.Place place,
            InstanceMetrics metrics) {
        this.place = place;
        this.channel = channel;
        this.turn = turn;
        this.remote = remote;
        this.metrics = metrics;
    }

    @Override
    public void known() {
        place.keep();
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
    public boolean isReliable() {
        return true;
    }

    @Override
    public boolean isBehind() {
        return outboxBytes.get() > Limits.BEHIND_BYTES;
    }

    @Override
    public void flush() {
        if (unflushed) {
            unflushed = false;
            turn.add(this);
        }
    }

    @Override
    public void turnOver() {
        turn.handOver(channel.eventLoop());
    }

    @Override
    public void goodbye(GoodbyeReason reason, int retryAfterMs, String detail) {
        end(new End(new Goodbye(reason, retryAfterMs, detail), CloseCodes.of(reason), false));
    }

    /** Goodbye MALFORMED, since what the client sends is no WebSocket of ours. */
    void fail(CloseCode code, String detail) {
        end(new End(new Goodbye(GoodbyeReason.MALFORMED, 0, detail), code.number(), true));
    }

    @Override
    public String remote() {
        return remote;
    }

    @Override
    public boolean isEnding() {
        return ending.get() != null;
    }

    /** The connection is gone: nothing can be written any more. */
    void ended() {
        gone = true;
        outbox.clear();
    }

    /** The client closes: it is answered, and the connection ends. Event loop. */
    void closed(int code) {
        if (closeSent) {
            var _ = channel.close();
            return;
        }
        closeSent = true;
        ByteBuf frame = channel.alloc().buffer(Frames.CLOSE_BYTES);
        if (code == 0) {
            Frames.close(frame);
        } else {
            Frames.close(code, frame);
        }
        var _ = channel.writeAndFlush(frame).addListener(ChannelFutureListener.CLOSE);
    }

    /** Event loop. */
    void pong(byte[] payload, int offset, int length) {
        if (!closeSent) {
            ByteBuf frame = channel.alloc().buffer(Frames.MAX_HEADER_BYTES + length);
            Frames.pong(payload, offset, length, frame);
            var _ = channel.writeAndFlush(frame, channel.voidPromise());
        }
    }

    /** Writes what waits, as far as the socket takes it. Event loop. */
    @Override
    public void run() {
        if (closeSent || gone) {
            return;
        }
        // Order matters: a message that was offered before `ending` was set is written.
        End end = ending.get();
        if (end != null && end.skipsOutbox()) {
            writeEnd(end);
        } else if (writeOutbox() && end != null) {
            writeEnd(end);
        }
    }

    private void end(End end) {
        if (!ending.compareAndSet(null, end)) {
            return;
        }
        metrics.goodbye(end.goodbye().reason());
        log.info("Goodbye {} to {}: {}", end.goodbye().reason(), remote, end.goodbye().detail());
        execute(() -> {
            run();
            var patience =
                    channel.eventLoop()
                            .schedule(
                                    () -> {
                                        var _ = channel.close();
                                    },
                                    Limits.CLOSE_PATIENCE_MS,
                                    TimeUnit.MILLISECONDS);
            channel.closeFuture().addListener(_ -> patience.cancel(false));
        });
    }

    private void execute(Runnable work) {
        try {
            channel.eventLoop().execute(work);
        } catch (RejectedExecutionException e) {
            gone = true; // the process ends
        }
    }

    /** True if nothing waits any more. */
    private boolean writeOutbox() {
        while (channel.isWritable()) {
            int waiting = outbox.size();
            if (waiting == 0) {
                return true;
            }
            int bytes = outboxBytes.get() + waiting * Frames.MAX_HEADER_BYTES;
            writeBatch(channel.alloc().directBuffer(Math.min(bytes, Limits.WRITE_BYTES)));
        }
        return false;
    }

    private void writeBatch(ByteBuf batch) {
        int messages = 0;
        for (byte[] message = outbox.peek(); message != null; message = outbox.peek()) {
            int bytes = message.length + Frames.MAX_HEADER_BYTES;
            if (messages > 0 && batch.readableBytes() + bytes > Limits.WRITE_BYTES) {
                break;
            }
            Frames.put(message, message.length, batch);
            outbox.remove();
            outboxBytes.addAndGet(-message.length);
            messages++;
        }
        write(batch, messages);
    }

    private void writeEnd(End end) {
        closeSent = true;
        byte[] message = new byte[Goodbye.MAX_BYTES];
        int length = Messages.encode(end.goodbye(), message, 0);
        ByteBuf frames =
                channel.alloc().buffer(length + Frames.MAX_HEADER_BYTES + Frames.CLOSE_BYTES);
        Frames.put(message, length, frames);
        Frames.close(end.code(), frames);
        if (end.deaf()) {
            metrics.messagesOut.inc();
            Farewell.send(channel, frames, Duration.ofMillis(Limits.LINGER_MS));
        } else {
            write(frames, 1); // the client closes, too; if not, patience does
        }
    }

    private void write(ByteBuf bytes, int messages) {
        metrics.messagesOut.inc(messages);
        metrics.bytesOut.inc(bytes.readableBytes());
        var _ = channel.writeAndFlush(bytes, channel.voidPromise());
    }
}
