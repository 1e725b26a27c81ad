package otherworld.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import otherworld.ops.Health;
import otherworld.ops.PortTaken;
import otherworld.ops.Problem;

/**
 * Listens for strangers. Event loops read and write for all connections; what may block is handled
 * on a virtual thread for each request. What a client does not do in time, or not as the RFCs say,
 * ends its connection; too many connections end the least deserving one ({@link ConnectionTable}).
 * A shortage of files or memory for sockets does not end the listener: it accepts again a second
 * later.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty reports failures of what it runs by itself
public final class HttpServer implements AutoCloseable {
    private static final Duration TURN = Duration.ofMillis(250);
    private static final Duration STUCK = Duration.ofSeconds(10);
    private static final int BACKLOG = 1024;
    private static final int MAX_READ_BYTES = 8 << 10;

    private final Config config;
    private final Serving serving;
    private final MultiThreadIoEventLoopGroup loops;
    private final Channel listener;

    /** When each event loop turned last. */
    private final Map<EventExecutor, Long> turnedNs = new ConcurrentHashMap<>();

    /**
     * How to serve.
     *
     * @param portSetting the name of the setting that chooses {@code port}
     * @param problems makes a problem of what a handler throws
     */
    public record Config(
            String bind,
            int port,
            String portSetting,
            Sockets sockets,
            HttpLimits limits,
            Cors cors,
            Routes routes,
            Function<RuntimeException, Problem> problems,
            ServerEvents events) {}

    /**
     * What serves the sockets.
     *
     * @param eventLoops threads
     * @param allocator of what is read and written
     * @param water how much may be on its way to a client before its channel is not writable
     * @param tls what it is encrypted with; empty: it is not
     * @param gathering by whom event loops are asked to read; empty: they read what comes at once
     */
    public record Sockets(
            int eventLoops,
            ByteBufAllocator allocator,
            WriteBufferWaterMark water,
            Optional<? extends ServerTls> tls,
            Optional<Gathering> gathering) {
        public static final Sockets DEFAULT =
                new Sockets(1, ByteBufAllocator.DEFAULT, WriteBufferWaterMark.DEFAULT);

        /** Without TLS, and read at once. */
        public Sockets(int eventLoops, ByteBufAllocator allocator, WriteBufferWaterMark water) {
            this(eventLoops, allocator, water, Optional.empty(), Optional.empty());
        }
    }

    private HttpServer(Config config) throws PortTaken {
        this.config = config;
        serving = new Serving(config);
        loops =
                new MultiThreadIoEventLoopGroup(
                        config.sockets().eventLoops(),
                        new DefaultThreadFactory("http", true),
                        handlers(config.sockets().gathering()));
        listener = listen();
        config.events().serving(serving.table()::size, config.limits().connections());
        for (EventExecutor loop : loops) {
            turnedNs.put(loop, System.nanoTime());
            loop.scheduleWithFixedDelay(
                    () -> turned(loop), TURN.toMillis(), TURN.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Listens from now on.
     *
     * @throws PortTaken if the address cannot be had
     */
    public static HttpServer start(Config config) throws PortTaken {
        return new HttpServer(config);
    }

    private static IoHandlerFactory handlers(Optional<Gathering> gathering) {
        IoHandlerFactory factory =
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return gathering.map(asked -> asked.around(factory)).orElse(factory);
    }

    private Channel listen() throws PortTaken {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loops)
                        .channel(
                                Epoll.isAvailable()
                                        ? EpollServerSocketChannel.class
                                        : NioServerSocketChannel.class)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .handler(new Gate(serving))
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childOption(ChannelOption.ALLOCATOR, config.sockets().allocator())
                        .childOption(
                                ChannelOption.WRITE_BUFFER_WATER_MARK, config.sockets().water())
                        .childOption(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new AdaptiveRecvByteBufAllocator(64, 2048, MAX_READ_BYTES))
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        config.sockets()
                                                .tls()
                                                .ifPresent(tls -> encrypt(channel, tls));
                                        channel.pipeline().addLast("http", Gate.admitted(channel));
                                    }
                                })
                        .bind(new InetSocketAddress(config.bind(), config.port()))
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS).awaitUninterruptibly();
            Throwable cause = bound.cause();
            throw new PortTaken(
                    config.bind(),
                    config.port(),
                    config.portSetting(),
                    cause.getMessage() == null
                            ? new IOException("the address is none of this machine", cause)
                            : cause);
        }
        return bound.channel();
    }

    /** A handshake has as long as the first request, whose time has begun. */
    private void encrypt(Channel channel, ServerTls tls) {
        channel.pipeline().addLast("tls", tls.handler(channel.alloc(), config.limits().request()));
    }

    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Down once it does not listen, or an event loop does not turn. */
    public Health health() {
        if (!listener.isOpen() && !serving.closing()) {
            return Health.down("nothing listens on port " + config.port());
        }
        long now = System.nanoTime();
        long stillNs = turnedNs.values().stream().mapToLong(at -> now - at).max().orElse(0);
        return stillNs < STUCK.toNanos()
                ? Health.up()
                : Health.down(
                        "an HTTP event loop has not turned for %d s"
                                .formatted(TimeUnit.NANOSECONDS.toSeconds(stillNs)));
    }

    private void turned(EventExecutor loop) {
        turnedNs.put(loop, System.nanoTime());
        serving.tellTime();
    }

    /** Connections, of whatever they carry. */
    int open() {
        return serving.table().size();
    }

    /**
     * Stops listening, lets requests that are under way end for up to {@code grace} and those who
     * took a connection over say good-bye, and ends.
     */
    public void close(Duration grace) {
        long endNs = System.nanoTime() + grace.toNanos();
        listener.close().awaitUninterruptibly();
        serving.close();
        for (Connection each : serving.table().all()) {
            if (each.channel().isRegistered()) {
                each.channel().eventLoop().execute(each::stop);
            } else {
                each.channel().close();
            }
        }
        serving.awaitHandlers(Math.max(0, endNs - System.nanoTime()));
        for (Connection each : serving.table().all()) {
            each.channel()
                    .closeFuture()
                    .awaitUninterruptibly(
                            Math.max(0, endNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(5));
    }
}
