package otherworld.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.http.ConnectionTable.Admission;
import otherworld.http.ServerMetrics.Ended;
import otherworld.ops.Health;
import otherworld.ops.PortTaken;
import otherworld.ops.Problem;

/**
 * Listens for strangers. One event loop reads and writes for all connections; each request is
 * handled on a virtual thread of its own. What a client does not do in time, or not as the RFCs
 * say, ends its connection; too many connections end the least deserving one ({@link
 * ConnectionTable}). A shortage of files or memory for sockets does not end the listener: it
 * accepts again a second later.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty reports failures of what it runs by itself
public final class HttpServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpServer.class);
    private static final Duration SWEEP = Duration.ofMillis(250);
    private static final Duration QUIET = Duration.ofSeconds(10);
    private static final Duration STUCK = Duration.ofSeconds(10);
    private static final int BACKLOG = 1024;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    private final Config config;
    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("http", true), NioIoHandler.newFactory());
    private final EventLoop loop = (EventLoop) group.next();
    private final ExecutorService handlers = Executors.newVirtualThreadPerTaskExecutor();
    private final ConnectionTable<Connection> table;
    private final ServerMetrics metrics;
    private final Channel listener;
    // The event loop's thread alone.
    private String date = DATE.format(Instant.now());
    private long lastLimitLogNs = System.nanoTime() - QUIET.toNanos();
    private volatile int open;
    private volatile long sweptNs = System.nanoTime();
    private volatile boolean closing;

    /**
     * How to serve.
     *
     * @param portSetting the name of the setting that chooses {@code port}
     * @param metricPrefix of the metrics' names
     * @param problems makes a problem of what a handler throws
     * @param refused told of each problem that is answered
     */
    public record Config(
            String bind,
            int port,
            String portSetting,
            HttpLimits limits,
            Cors cors,
            Routes routes,
            String metricPrefix,
            Function<RuntimeException, Problem> problems,
            Consumer<Problem> refused) {}

    private HttpServer(Config config, PrometheusRegistry registry) throws PortTaken {
        this.config = config;
        table =
                new ConnectionTable<>(
                        config.limits().connections(),
                        config.limits().connectionsPerAddress(),
                        Connection::address);
        metrics =
                new ServerMetrics(
                        config.metricPrefix(), registry, config.limits().connections(), () -> open);
        listener = listen();
        loop.scheduleWithFixedDelay(
                this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Listens from now on.
     *
     * @throws PortTaken if the address cannot be had
     */
    public static HttpServer start(Config config, PrometheusRegistry registry) throws PortTaken {
        return new HttpServer(config, registry);
    }

    private Channel listen() throws PortTaken {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(group)
                        .channel(NioServerSocketChannel.class)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.AUTO_READ, false)
                        .childOption(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new AdaptiveRecvByteBufAllocator(512, 1024, 8192))
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        accepted(channel);
                                    }
                                })
                        .bind(new InetSocketAddress(config.bind(), config.port()))
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            group.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
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

    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Down once it does not listen, or its event loop does not turn. */
    public Health health() {
        if (!listener.isOpen() && !closing) {
            return Health.down("nothing listens on port " + config.port());
        }
        long stillS = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - sweptNs);
        return stillS < STUCK.toSeconds()
                ? Health.up()
                : Health.down("the HTTP event loop has not turned for %d s".formatted(stillS));
    }

    /** Connections, as of a quarter of a second ago. */
    int open() {
        return open;
    }

    // ---- the event loop's thread
    // -----------------------------------------------------------------

    private void accepted(SocketChannel channel) {
        InetSocketAddress peer = channel.remoteAddress();
        if (peer == null) { // it has gone again
            channel.close();
            return;
        }
        Connection connection =
                new Connection(this, channel, ConnectionTable.addressKey(peer.getAddress()));
        switch (table.add(connection)) {
            case Admission.Admitted<Connection>() -> {}
            case Admission.Displaced<Connection>(Connection victim, ConnectionTable.Limit limit) ->
                    victim.end(limitMet(limit));
            case Admission.Refused<Connection>(ConnectionTable.Limit limit) -> {
                metrics.ended(limitMet(limit));
                channel.close();
                return;
            }
        }
        open = table.size();
        channel.pipeline()
                .addLast(new RequestDecoder(connection), new HttpResponseEncoder(), connection);
        channel.read();
    }

    private Ended limitMet(ConnectionTable.Limit limit) {
        long now = System.nanoTime();
        if (now - lastLimitLogNs >= QUIET.toNanos()) {
            lastLimitLogNs = now;
            log.warn(
                    "There are as many connections as may be ({} of {}, {} from one address): new ones displace those that ask nothing",
                    table.size(),
                    config.limits().connections(),
                    config.limits().connectionsPerAddress());
        }
        return limit == ConnectionTable.Limit.IN_ALL ? Ended.LIMIT_IN_ALL : Ended.LIMIT_PER_ADDRESS;
    }

    private void sweep() {
        date = DATE.format(Instant.now());
        long now = System.nanoTime();
        table.all().forEach(connection -> connection.expire(now));
        open = table.size();
        sweptNs = now;
    }

    void handle(Connection connection, Request request) {
        try {
            handlers.execute(() -> {
                try {
                    Response response = answer(request);
                    loop.execute(() -> connection.answer(response));
                } catch (Error e) {
                    loop.execute(() -> connection.channel().close()); // it would wait for ever
                    throw e;
                }
            });
        } catch (RejectedExecutionException e) { // the server is going
            connection.channel().close();
        }
    }

    // ---- any thread
    // ------------------------------------------------------------------------------

    private Response answer(Request request) {
        Response response;
        try {
            response = config.routes().answer(request);
        } catch (Problem.Thrown thrown) {
            response = refused(thrown.problem());
        } catch (RuntimeException e) {
            response = refused(config.problems().apply(e));
        }
        for (Map.Entry<String, String> header : config.cors().headers(request).entrySet()) {
            response = response.with(header.getKey(), header.getValue());
        }
        return response;
    }

    Response refused(Problem problem) {
        config.refused().accept(problem);
        return Response.of(problem);
    }

    void failed(Throwable cause) {
        if (!(cause instanceof IOException)) { // not merely a client that went away
            log.warn("A connection failed", cause);
        }
    }

    HttpLimits limits() {
        return config.limits();
    }

    Cors cors() {
        return config.cors();
    }

    ConnectionTable<Connection> table() {
        return table;
    }

    ServerMetrics metrics() {
        return metrics;
    }

    String date() {
        return date;
    }

    boolean closing() {
        return closing;
    }

    /** Stops listening, lets requests that are under way end for up to {@code grace}, and ends. */
    public void close(Duration grace) {
        closing = true;
        listener.close().awaitUninterruptibly();
        loop.execute(() -> table.all().forEach(Connection::stop));
        handlers.shutdown();
        try {
            boolean _ = handlers.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        handlers.shutdownNow();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(5));
    }
}
