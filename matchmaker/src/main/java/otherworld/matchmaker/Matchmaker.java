package otherworld.matchmaker;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
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
import otherworld.http.HttpServer;
import otherworld.ledger.RedisSeatLedger;
import otherworld.ledger.SeatLedger;
import otherworld.matchmaker.fleet.DemandPump;
import otherworld.matchmaker.fleet.FleetService;
import otherworld.matchmaker.fleet.SharedSecret;
import otherworld.matchmaker.http.BearerTokens;
import otherworld.matchmaker.http.HttpMetrics;
import otherworld.matchmaker.http.PlayerApi;
import otherworld.ops.Health;
import otherworld.ops.ManagementServer;
import otherworld.persistence.WorldRemoval;

/** A running matchmaker: HTTP for players, gRPC for the operator, one seat ledger for both. */
final class Matchmaker implements AutoCloseable {
    private static final int MAX_WAITING_PARTIES = 10_000;
    private static final int MAX_GRPC_BYTES = 16 * 1024 * 1024;
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final SeatLedger ledger;
    private final DemandPump pump;
    private final ExecutorService grpcThreads = Executors.newVirtualThreadPerTaskExecutor();
    private final Server grpc;
    private final HttpServer http;
    private final ManagementServer management;
    private final Optional<WorldRemoval> removal;
    private volatile boolean closing;

    /** Starts it. It need not find Redis: until it does, it is not ready and says why. */
    Matchmaker(MatchmakerSettings settings) throws IOException {
        ledger = RedisSeatLedger.connect(settings.redisUrl(), MAX_WAITING_PARTIES);
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
                        new HttpMetrics(registry));
        http =
                HttpServer.start(
                        new HttpServer.Config(
                                settings.bind(),
                                settings.httpPort(),
                                "OTHERWORLD_HTTP_PORT",
                                settings.httpLimits(),
                                settings.cors(),
                                api.routes(),
                                "otherworld_matchmaker_http",
                                PlayerApi::problem,
                                api::refused),
                        registry);
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
        management =
                ManagementServer.start(settings.management(), registry, Health::up, this::ready);
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

    int managementPort() {
        return management.port();
    }

    /** Not ready at once; answers what is under way; then ends. */
    @Override
    public void close() throws InterruptedException {
        closing = true;
        pump.close();
        grpc.shutdown();
        http.close(GRACE);
        if (!grpc.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
            grpc.shutdownNow();
        }
        grpcThreads.shutdown();
        removal.ifPresent(WorldRemoval::close);
        ledger.close();
        management.close();
    }
}
