package otherworld.instance.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.http.Upgraded;
import otherworld.http.websocket.CloseCode;
import otherworld.http.websocket.FrameReader;
import otherworld.instance.config.Limit;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Messages;
import otherworld.protocol.Protocol;

/**
 * One WebSocket connection, from its upgrade to its end. What is read is decoded and passed on
 * right there on the event loop. What may have to wait, as a Hello that is checked or a message
 * that finds the simulation's inbox full, is handled by a virtual thread, and until it is done
 * nothing more is read: the order stays, and TCP slows the sender down.
 */
final class WebSocketConnection extends ChannelInboundHandlerAdapter
        implements Upgraded, FrameReader.Sink {
    private static final Logger log = LoggerFactory.getLogger(WebSocketConnection.class);

    private final String remote;
    private final SessionOrigin origin;
    private final Admission admission;
    private final InstanceMetrics metrics;
    private final FrameReader frames = new FrameReader(Messages.MAX_CLIENT_BYTES, this);
    private @Nullable Session session;
    private Place place = () -> {};

    // Event loop.
    private @Nullable ByteBuf unread;
    private boolean handing;
    private boolean over;

    private record Session(
            ChannelHandlerContext context, WebSocketLink link, SessionReader reader) {}

    /**
     * @param remote its client's address, for logs
     */
    WebSocketConnection(
            String remote, SessionOrigin origin, Admission admission, InstanceMetrics metrics) {
        this.remote = remote;
        this.origin = origin;
        this.admission = admission;
        this.metrics = metrics;
    }

    @Override
    public void begins(Place given) {
        place = given;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        WebSocketLink link =
                new WebSocketLink(
                        context.channel(), remote, TurnWrites.ofThisLoop(), place, metrics);
        SessionReader reader = new SessionReader(link, origin, admission, metrics);
        session = new Session(context, link, reader);
        metrics.connections(origin.transport().label()).inc();
        var hello =
                context.executor()
                        .schedule(
                                () -> awaitNoLonger(link, reader),
                                Protocol.HELLO_TIMEOUT_MS,
                                TimeUnit.MILLISECONDS);
        context.channel().closeFuture().addListener(_ -> hello.cancel(false));
        if (!context.channel().isActive()) { // it broke while it was upgraded
            channelInactive(context);
        }
    }

    private static void awaitNoLonger(WebSocketLink link, SessionReader reader) {
        if (!reader.helloSeen()) {
            link.goodbye(GoodbyeReason.HELLO_TIMEOUT, 0, "no Hello within 5 s");
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
        ByteBuf bytes = (ByteBuf) read;
        ByteBuf before = unread;
        if (before == null && !handing) {
            frames.read(bytes);
            if (!bytes.isReadable()) {
                bytes.release();
                return;
            }
        }
        unread = before == null ? bytes : Unpooled.wrappedBuffer(before, bytes);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            session().link().run();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            var _ = context.close();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            log.debug("Connection of {} failed: {}", session().link().remote(), cause.toString());
            var _ = context.close();
        } else {
            log.error("A bug: {} is let go", session().link().remote(), cause);
            session().link().goodbye(GoodbyeReason.INTERNAL, 1_000, "an error in this server");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (over) {
            return;
        }
        over = true;
        metrics.connections(origin.transport().label()).dec();
        session().link().ended();
        ReferenceCountUtil.release(unread);
        unread = null;
        if (!handing) {
            tellOfTheEnd();
        }
    }

    /** May wait while the inbox is full. */
    private void tellOfTheEnd() {
        Thread.ofVirtual()
                .name("end of " + session().link().remote())
                .start(session().reader()::ended);
    }

    @Override
    public boolean message(byte[] buffer, int offset, int length) {
        SessionReader reader = session().reader();
        metrics.bytesIn.inc(length);
        if (!reader.accepts(length) || reader.tryHandle(buffer, offset, length)) {
            return true;
        }
        handing = true;
        session().context().channel().config().setAutoRead(false);
        byte[] message = Arrays.copyOfRange(buffer, offset, offset + length);
        Thread.ofVirtual().name("reader " + session().link().remote()).start(() -> hand(message));
        return false;
    }

    /** Virtual thread. */
    private void hand(byte[] message) {
        Session at = session();
        try {
            at.reader().handle(message, 0, message.length);
        } catch (RuntimeException e) {
            log.error("A bug: {} is let go", at.link().remote(), e);
            at.link().goodbye(GoodbyeReason.INTERNAL, 1_000, "an error in this server");
        }
        try {
            at.context().executor().execute(this::handed);
        } catch (RejectedExecutionException e) {
            at.reader().ended(); // the process ends
        }
    }

    private void handed() {
        handing = false;
        if (over) {
            tellOfTheEnd();
            return;
        }
        ByteBuf bytes = unread;
        if (bytes != null) {
            unread = null;
            frames.read(bytes);
            if (bytes.isReadable()) {
                unread = bytes;
            } else {
                bytes.release();
            }
        }
        if (!handing) {
            session().context().channel().config().setAutoRead(true);
        }
    }

    @Override
    public void ping(byte[] buffer, int offset, int length) {
        if (!session().link().isEnding() && session().reader().rateAllows()) {
            session().link().pong(buffer, offset, length);
        }
    }

    @Override
    public void idle() {
        if (!session().link().isEnding()) {
            session().reader().rateAllows();
        }
    }

    @Override
    public void closed(int code) {
        session().link().closed(code);
    }

    @Override
    public void failed(CloseCode code, String why) {
        if (code == CloseCode.TOO_BIG) {
            metrics.hit(Limit.FRAME_BYTES);
        }
        session().link().fail(code, why);
    }

    /** Goodbye CLOSING to who has heard none. Any thread. */
    @Override
    public void closing() {
        session().link().goodbye(GoodbyeReason.CLOSING, 1_000, "the instance stops");
    }

    private Session session() {
        Session open = session;
        if (open == null) {
            throw new IllegalStateException("not upgraded yet");
        }
        return open;
    }
}
