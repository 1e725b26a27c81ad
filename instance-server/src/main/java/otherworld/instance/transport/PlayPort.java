package otherworld.instance.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.instance.config.InstanceSettings;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.metrics.InstanceMetrics.Limit;
import otherworld.instance.transport.http.Connections;
import otherworld.instance.transport.http.HttpConnection;
import otherworld.instance.transport.http.Remote;
import otherworld.instance.transport.http.Service;
import otherworld.ops.PortTaken;

/**
 * The players' TCP port: a few event loops serve all its sockets. A connection beyond what may be
 * open in all, or of one address, is closed as soon as it is accepted.
 */
public final class PlayPort implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PlayPort.class);

    private static final int BACKLOG = 1_024;
    private static final int CLOSE_GRACE_MS = 500;
    private static final int PAGE_BYTES = 8 << 10;
    private static final int PAGES_ORDER = 6; // chunks of 512 KiB

    private final Channel listening;
    private final EventLoopGroup loops;
    private final ChannelGroup open;

    private PlayPort(Channel listening, EventLoopGroup loops, ChannelGroup open) {
        this.listening = listening;
        this.loops = loops;
        this.open = open;
    }

    /**
     * Listens and serves at once.
     *
     * @param port number of the TCP port; 0: any
     * @throws PortTaken if the address cannot be had
     */
    public static PlayPort start(
            InstanceSettings settings, int port, Service service, InstanceMetrics metrics)
            throws PortTaken {
        int threads =
                Math.clamp(
                        Runtime.getRuntime().availableProcessors() / 2,
                        1,
                        Limits.MAX_SOCKET_THREADS);
        EventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(
                        threads, new DefaultThreadFactory("sockets", true), handlers());
        Connections connections =
                new Connections(
                        Limits.connections(Runtime.getRuntime().maxMemory()),
                        settings.connectionsPerAddress());
        metrics.tcpConnections(connections::total);
        ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
        var bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channel(channels())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .handler(new Gate(connections, metrics))
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childOption(ChannelOption.ALLOCATOR, allocator(threads))
                        .childOption(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(
                                        Limits.WRITE_BYTES / 2, Limits.WRITE_BYTES))
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        open.add(channel);
                                        channel.pipeline()
                                                .addLast(
                                                        "http",
                                                        new HttpConnection(service, metrics));
                                    }
                                });
        var bound =
                bootstrap.bind(new InetSocketAddress(settings.bind(), port)).awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            var _ = loops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS).awaitUninterruptibly();
            throw new PortTaken(settings.bind(), port, "OTHERWORLD_PORT", cause);
        }
        return new PlayPort(bound.channel(), loops, open);
    }

    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    /** Listens no more, and lets what was said last go out. */
    @Override
    public void close() {
        listening.close().awaitUninterruptibly();
        for (Channel channel : open) {
            var player = channel.pipeline().get(WebSocketConnection.class);
            if (player != null) {
                player.closing();
            }
        }
        var others =
                open.close(channel -> channel.pipeline().get(WebSocketConnection.class) == null);
        var _ = others.awaitUninterruptibly(CLOSE_GRACE_MS);
        if (!open.newCloseFuture().awaitUninterruptibly(CLOSE_GRACE_MS)) {
            log.debug("{} connections have not closed in time", open.size());
        }
        var _ =
                loops.shutdownGracefully(0, CLOSE_GRACE_MS, TimeUnit.MILLISECONDS)
                        .awaitUninterruptibly();
    }

    private static IoHandlerFactory handlers() {
        return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    private static Class<? extends ServerChannel> channels() {
        return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** Direct memory alone, in chunks that suit an instance and not a machine of its own. */
    private static PooledByteBufAllocator allocator(int threads) {
        return new PooledByteBufAllocator(
                true,
                0,
                threads,
                PAGE_BYTES,
                PAGES_ORDER,
                PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(),
                false);
    }

    /** Lets connections in or closes them, before they have a thread or a byte of memory. */
    private static final class Gate extends ChannelInboundHandlerAdapter {
        private final Connections connections;
        private final InstanceMetrics metrics;

        Gate(Connections connections, InstanceMetrics metrics) {
            this.connections = connections;
            this.metrics = metrics;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            Channel channel = (Channel) accepted;
            var address = Remote.of(channel).getAddress();
            Optional<Limit> hit = connections.opened(address);
            if (hit.isEmpty()) {
                channel.closeFuture().addListener(_ -> connections.closed(address));
                context.fireChannelRead(accepted);
            } else {
                metrics.hit(hit.get());
                channel.config().setOption(ChannelOption.SO_LINGER, 0); // nothing lingers
                channel.unsafe().closeForcibly();
            }
        }
    }
}
