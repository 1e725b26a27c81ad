package otherworld.gateway.play;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.gateway.Limits;
import otherworld.gateway.Places;
import otherworld.ops.tls.Refusal;

/**
 * The connection to an instance, on the event loop of its client's: dials, shakes hands, makes sure
 * that it is the pod it should be, and then hands over what comes. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel
final class Upstream extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(Upstream.class);

    private enum Phase {
        DIALLING,
        HANDSHAKE,
        OPEN,
        ENDED
    }

    private final Places.Place place;
    private final UpstreamHandshake handshake;
    private final Listener listener;
    private Phase phase = Phase.DIALLING;
    private @Nullable Channel channel;
    private @Nullable ByteBuf head;

    /** Who is told, in the order of the methods; the last one once. Event loop. */
    interface Listener {
        /** The instance speaks WebSocket from now on. */
        void opened();

        /** It speaks; the bytes are the listener's to release. */
        void received(ByteBuf bytes);

        void receivedAll();

        /** Whether it takes more just now has changed. */
        void writable(boolean writable);

        /**
         * There will be nothing more of it.
         *
         * @param opened whether it had opened before
         */
        void ended(boolean opened, String why);
    }

    private Upstream(Places.Place place, UpstreamHandshake handshake, Listener listener) {
        this.place = place;
        this.handshake = handshake;
        this.listener = listener;
    }

    /**
     * @param loop the client's, of whose kind the socket is
     * @param tls what it is encrypted with; empty: it is not
     */
    static Upstream dial(
            EventLoop loop,
            boolean epoll,
            Places.Place place,
            Optional<SSLEngine> tls,
            UpstreamHandshake handshake,
            Listener listener) {
        Upstream upstream = new Upstream(place, handshake, listener);
        ChannelFuture connecting =
                new Bootstrap()
                        .group(loop)
                        .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                (int) Limits.CONNECT.toMillis())
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true)
                        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .option(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(
                                        Limits.TO_INSTANCE_BYTES / 2, Limits.TO_INSTANCE_BYTES))
                        .handler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel dialled) {
                                        tls.ifPresent(engine -> encrypt(dialled, engine));
                                        dialled.pipeline().addLast(upstream);
                                    }
                                })
                        .connect(place.address());
        upstream.channel = connecting.channel();
        connecting.addListener((ChannelFutureListener) upstream::connected);
        return upstream;
    }

    /** What is written waits for it. */
    private static void encrypt(Channel dialled, SSLEngine engine) {
        SslHandler handler = new SslHandler(engine);
        handler.setHandshakeTimeoutMillis(Limits.HANDSHAKE.toMillis());
        dialled.pipeline().addLast(handler);
    }

    private void connected(ChannelFuture connecting) {
        if (phase != Phase.DIALLING) {
            connecting.channel().close();
        } else if (!connecting.isSuccess()) {
            end(String.valueOf(connecting.cause().getMessage()));
        } else {
            phase = Phase.HANDSHAKE;
            Channel open = connecting.channel();
            open.writeAndFlush(
                    Unpooled.copiedBuffer(
                            handshake.request(place.authority()), StandardCharsets.US_ASCII));
            open.eventLoop()
                    .schedule(
                            () -> {
                                if (phase == Phase.HANDSHAKE) {
                                    end("no answer to the handshake");
                                }
                            },
                            Limits.HANDSHAKE.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    /** Sends; the bytes are released. */
    void send(ByteBuf bytes) {
        Channel open = channel;
        if (phase == Phase.OPEN && open != null) {
            open.write(bytes, open.voidPromise());
        } else {
            bytes.release();
        }
    }

    void flush() {
        if (channel != null) {
            channel.flush();
        }
    }

    boolean isWritable() {
        return channel != null && channel.isWritable();
    }

    /** Whether what it says is read. */
    void read(boolean on) {
        if (channel != null) {
            channel.config().setAutoRead(on);
        }
    }

    /** Its client says no more. */
    void clientEnded() {
        if (phase == Phase.OPEN && channel instanceof DuplexChannel duplex) {
            duplex.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(_ -> {
                        var _ = duplex.shutdownOutput();
                    });
        } else {
            close();
        }
    }

    /** Ends it; the listener is not told. */
    void close() {
        phase = Phase.ENDED;
        dropHead();
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
        ByteBuf bytes = (ByteBuf) read;
        switch (phase) {
            case OPEN -> listener.received(bytes);
            case HANDSHAKE -> head(context, bytes);
            case DIALLING, ENDED -> bytes.release();
        }
    }

    private void head(ChannelHandlerContext context, ByteBuf bytes) {
        ByteBuf all = head == null ? context.alloc().buffer(1024, Limits.HANDSHAKE_BYTES) : head;
        head = all;
        int room = Math.min(bytes.readableBytes(), all.maxWritableBytes());
        all.writeBytes(bytes, room);
        int end = UpstreamHandshake.end(all);
        if (end < 0) {
            boolean tooLong = all.maxWritableBytes() == 0;
            bytes.release();
            if (tooLong) {
                end("an answer to the handshake that is too long");
            }
            return;
        }
        String text = all.toString(all.readerIndex(), end, StandardCharsets.US_ASCII);
        all.skipBytes(end);
        ByteBuf rest = context.alloc().buffer(all.readableBytes() + bytes.readableBytes());
        rest.writeBytes(all).writeBytes(bytes);
        bytes.release();
        dropHead();
        String fault = handshake.fault(text, place.podUid());
        if (!fault.isEmpty()) {
            rest.release();
            end(fault);
            return;
        }
        phase = Phase.OPEN;
        listener.opened();
        if (rest.isReadable()) {
            listener.received(rest);
            listener.receivedAll();
        } else {
            rest.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (phase == Phase.OPEN) {
            listener.receivedAll();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (phase == Phase.OPEN) {
            listener.writable(context.channel().isWritable());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            end("the instance closed the connection");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end("the connection to the instance is gone");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        String refused = Refusal.explain(cause);
        if (!refused.isEmpty()) {
            end(refused);
            return;
        }
        if (!(cause instanceof IOException || cause.getCause() instanceof IOException)) {
            log.error("A bug: the connection to {} is let go", place.authority(), cause);
        }
        end(String.valueOf(cause.getMessage()));
    }

    private void end(String why) {
        if (phase == Phase.ENDED) {
            return;
        }
        boolean opened = phase == Phase.OPEN;
        close();
        listener.ended(opened, why);
    }

    private void dropHead() {
        if (head != null) {
            head.release();
            head = null;
        }
    }
}
