package otherworld.matchmaker;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import otherworld.ledger.RedisSeatLedger;
import otherworld.ledger.RedisWarning;
import otherworld.ledger.SeatLedger;
import otherworld.matchmaker.fleet.DemandPump;
import otherworld.matchmaker.fleet.FleetService;
import otherworld.matchmaker.fleet.SharedSecret;
import otherworld.matchmaker.http.BearerTokens;
import otherworld.matchmaker.http.HttpMetrics;
import otherworld.matchmaker.http.PlayerApi;
import otherworld.ops.Health;
import otherworld.persistence.WorldRemoval;

/** A running matchmaker: HTTP for players, gRPC for the operator, one seat ledger for both. */
final class Matchmaker implements AutoCloseable {
    private static final int MAX_WAITING_PARTIES = 10_000;
    private static final int MAX_GRPC_BYTES = 16 * 1024 * 1024;
    private static final int MAX_CONNECTIONS = 20_000;
    private static final int MAX_HEADER_BYTES = 16 * 1024;
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final SeatLedger ledger;
    private final DemandPump pump;
    private final ExecutorService grpcThreads = Executors.newVirtualThreadPerTaskExecutor();
    private final Server grpc;
    private final WebServer http;
    private final Optional<WorldRemoval> removal;
    private volatile boolean closing;

    /** Starts it. It need not find Redis: until it does, it is not ready and says why. */
    Matchmaker(MatchmakerSettings settings) throws IOException {
        ledger = RedisSeatLedger.connect(settings.redis(), MAX_WAITING_PARTIES);
        pump = new DemandPump(ledger);
        removal =
                settings.database()
                        .map(database ->
                                WorldRemoval.connect(
                                        database.url(), database.user(), database.password()));
        PrometheusRegistry registry = registry();
        PlayerApi api =
                new PlayerApi(
                        ledger,
                        settings.signingKeys(),
                        settings.ticketIssuer(),
                        new BearerTokens(
                                settings.oidcIssuer(),
                                settings.oidcJwksUrl(),
                                settings.oidcAudience(),
                                Clock.systemUTC()),
                        Clock.systemUTC(),
                        new HttpMetrics(registry),
                        () -> closing);
        OpsHttp ops = new OpsHttp(registry, Health::up, this::ready);
        http =
                WebServer.builder()
                        .host(settings.bind())
                        .port(settings.httpPort())
                        .maxTcpConnections(MAX_CONNECTIONS)
                        .maxPayloadSize(1024 * 1024)
                        .idleConnectionTimeout(Duration.ofMinutes(2))
                        .shutdownGracePeriod(GRACE)
                        .shutdownHook(false)
                        .connectionOptions(socket -> socket.tcpNoDelay(true))
                        .addProtocol(Http1Config.builder().maxHeadersSize(MAX_HEADER_BYTES).build())
                        .routing(routing -> {
                            routing.register(ops);
                            api.routing(routing);
                        })
                        .build()
                        .start();
        grpc =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(settings.bind(), settings.grpcPort()))
                        .executor(grpcThreads)
                        .maxInboundMessageSize(MAX_GRPC_BYTES)
                        .permitKeepAliveTime(5, TimeUnit.SECONDS)
                        .permitKeepAliveWithoutCalls(true)
                        .keepAliveTime(10, TimeUnit.SECONDS)
                        .keepAliveTimeout(5, TimeUnit.SECONDS)
                        .intercept(new SharedSecret(settings.grpcToken()))
                        .addService(new FleetService(ledger, pump, removal, registry))
                        .build()
                        .start();
        pump.start();
    }

    private PrometheusRegistry registry() {
        PrometheusRegistry registry = new PrometheusRegistry();
        JvmMetrics.builder().register(registry);
        GaugeWithCallback.builder()
                .name("otherworld_matchmaker_operator_streams")
                .help("Operators connected")
                .callback(gauge -> gauge.call(pump.streams()))
                .register(registry);
        GaugeWithCallback.builder()
                .name("otherworld_matchmaker_ledger_up")
                .help("1 while the seat ledger answers")
                .callback(gauge -> gauge.call(pump.trouble().isEmpty() ? 1 : 0))
                .register(registry);
        GaugeWithCallback.builder()
                .name("otherworld_matchmaker_redis_warning")
                .help("1 while a Redis server endangers what is in it; the log says which and how")
                .labelNames("kind")
                .callback(gauge -> {
                    for (RedisWarning.Kind kind : RedisWarning.Kind.values()) {
                        gauge.call(pump.warnings().contains(kind) ? 1 : 0, kind.label());
                    }
                })
                .register(registry);
        return registry;
    }

    private Health ready() {
        if (closing) {
            return Health.down("shutting down");
        }
        String trouble = pump.trouble();
        return trouble.isEmpty() ? Health.up() : Health.down("seat ledger: " + trouble);
    }

    int httpPort() {
        return http.port();
    }

    int grpcPort() {
        return grpc.getPort();
    }

    /** Not ready at once; answers what is under way; then ends. */
    @Override
    public void close() throws InterruptedException {
        closing = true;
        pump.close();
        grpc.shutdown();
        http.stop();
        if (!grpc.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
            grpc.shutdownNow();
        }
        grpcThreads.shutdown();
        removal.ifPresent(WorldRemoval::close);
        ledger.close();
    }
}
