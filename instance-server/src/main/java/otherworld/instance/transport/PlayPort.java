package otherworld.instance.transport;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.http.Cors;
import otherworld.http.Gathering;
import otherworld.http.HttpLimits;
import otherworld.http.HttpProblem;
import otherworld.http.HttpServer;
import otherworld.http.Routes;
import otherworld.http.ServerEvents;
import otherworld.http.ServerTls;
import otherworld.instance.config.InstanceSettings;
import otherworld.instance.config.Limit;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.ops.PortTaken;
import otherworld.ops.Problem;

/** The players' TCP port: HTTP, and the WebSockets that begin as such. */
public final class PlayPort implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PlayPort.class);

    private static final Duration CLOSE_GRACE = Duration.ofMillis(500);
    private static final int PAGE_BYTES = 8 << 10;
    private static final int PAGES_ORDER = 6; // chunks of 512 KiB

    private final HttpServer server;

    private PlayPort(HttpServer server) {
        this.server = server;
    }

    /**
     * Listens and serves at once.
     *
     * @param port number of the TCP port; 0: any
     * @param tls empty: none is spoken
     * @param gathering by it the sockets are asked for what players sent
     * @throws PortTaken if the address cannot be had
     */
    public static PlayPort start(
            InstanceSettings settings,
            int port,
            Optional<? extends ServerTls> tls,
            Routes routes,
            Gathering gathering,
            InstanceMetrics metrics)
            throws PortTaken {
        int threads =
                Math.clamp(
                        Runtime.getRuntime().availableProcessors() / 2,
                        1,
                        Limits.MAX_SOCKET_THREADS);
        return new PlayPort(
                HttpServer.start(
                        new HttpServer.Config(
                                settings.bind(),
                                port,
                                "OTHERWORLD_PORT",
                                new HttpServer.Sockets(
                                        threads,
                                        allocator(threads),
                                        new WriteBufferWaterMark(
                                                Limits.WRITE_BYTES / 2, Limits.WRITE_BYTES),
                                        tls,
                                        Optional.of(gathering)),
                                limits(settings),
                                new Cors(
                                        Set.of("*"),
                                        "Authorization, Content-Type, If-Match",
                                        "Location, ETag, Link, Accept-Patch, Retry-After"),
                                routes,
                                PlayPort::failed,
                                new Events(metrics))));
    }

    private static HttpLimits limits(InstanceSettings settings) {
        return new HttpLimits(
                Limits.connections(Runtime.getRuntime().maxMemory()),
                settings.connectionsPerAddress(),
                Limits.MAX_REQUEST_LINE_BYTES,
                Limits.MAX_HEAD_BYTES,
                Limits.MAX_BODY_BYTES,
                Duration.ofMillis(Limits.REQUEST_MS),
                Duration.ofMillis(Limits.KEEP_ALIVE_MS),
                Duration.ofMillis(Limits.ANSWER_MS));
    }

    private static Problem failed(RuntimeException thrown) {
        log.error("A request failed", thrown);
        return new Problem(HttpProblem.INTERNAL, "the request failed");
    }

    public int port() {
        return server.port();
    }

    /** Listens no more, and lets what was said last go out. */
    @Override
    public void close() {
        server.close(CLOSE_GRACE);
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

    private record Events(InstanceMetrics metrics) implements ServerEvents {
        @Override
        public void serving(IntSupplier openConnections, int limit) {
            metrics.tcpConnections(openConnections);
        }

        @Override
        public void ended(Ended reason) {
            switch (reason) {
                case LIMIT_IN_ALL -> metrics.hit(Limit.CONNECTIONS);
                case LIMIT_PER_ADDRESS -> metrics.hit(Limit.CONNECTIONS_PER_ADDRESS);
                case SLOW_REQUEST, SLOW_READER, IDLE -> metrics.hit(Limit.REQUEST_TIME);
                case MALFORMED -> {} // it is refused as well
            }
        }

        @Override
        public void refused(Problem problem) {
            metrics.refused(problem.kind().label());
        }
    }
}
