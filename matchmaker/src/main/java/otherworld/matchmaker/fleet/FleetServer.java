package otherworld.matchmaker.fleet;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.prometheus.metrics.core.metrics.Counter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import otherworld.ops.PortTaken;
import otherworld.ops.tls.GrpcTls;

/**
 * The gRPC listener for operators, who show a certificate and a secret. Whoever else reaches its
 * port gets little: few connections, of which a newcomer ends the oldest that has not shown the
 * secret, five seconds for TLS and HTTP/2, thirty without a call, and small windows.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty reports what fails of its closing
public final class FleetServer implements AutoCloseable {
    /** Operators have one each. */
    static final int MAX_CONNECTIONS = 64;

    private static final int MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
    private static final int MAX_METADATA_BYTES = 8 * 1024;
    private static final int WINDOW_BYTES = 64 * 1024;
    private static final int MAX_CALLS_PER_CONNECTION = 16;
    private static final int MAX_RESETS_PER_10_S = 200;
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("grpc", true), NioIoHandler.newFactory());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Server server;

    /**
     * Listens from now on.
     *
     * @param port and the name of the setting that chooses it
     * @param secret that every call must bring
     * @param tls empty: plain text
     * @param refused connections that were too many
     * @throws PortTaken if the address cannot be had
     */
    public FleetServer(
            String bind,
            int port,
            String portSetting,
            String secret,
            FleetService service,
            Optional<SSLContext> tls,
            Counter refused)
            throws PortTaken {
        Strangers strangers = new Strangers(MAX_CONNECTIONS);
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(bind, port))
                        .bossEventLoopGroup(loops)
                        .workerEventLoopGroup(loops)
                        .channelFactory(() -> new LimitedAcceptor(strangers, () -> refused.inc()))
                        .executor(threads)
                        .handshakeTimeout(5, TimeUnit.SECONDS)
                        .maxConnectionIdle(30, TimeUnit.SECONDS)
                        .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                        .maxRstFramesPerWindow(MAX_RESETS_PER_10_S, 10)
                        .maxInboundMetadataSize(MAX_METADATA_BYTES)
                        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                        .flowControlWindow(WINDOW_BYTES)
                        .permitKeepAliveTime(5, TimeUnit.SECONDS)
                        .permitKeepAliveWithoutCalls(true)
                        .keepAliveTime(10, TimeUnit.SECONDS)
                        .keepAliveTimeout(5, TimeUnit.SECONDS)
                        .intercept(new SharedSecret(secret, strangers::known))
                        .addService(service);
        tls.ifPresent(context -> builder.sslContext(GrpcTls.server(context)));
        Server built = builder.build();
        try {
            server = built.start();
        } catch (IOException e) {
            threads.shutdown();
            loops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            throw new PortTaken(bind, port, portSetting, cause(e));
        }
    }

    public int port() {
        return server.getPort();
    }

    /** Takes no more calls. */
    public void stop() {
        server.shutdown();
    }

    @Override
    public void close() throws InterruptedException {
        server.shutdown();
        if (!server.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
            server.shutdownNow();
        }
        threads.shutdown();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** gRPC says "Failed to bind", and the reason behind it. */
    private static Throwable cause(IOException e) {
        return e.getCause() != null && e.getCause().getMessage() != null ? e.getCause() : e;
    }
}
