package otherworld.matchmaker;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import otherworld.http.HttpServer;
import otherworld.http.ServerMetrics;
import otherworld.ledger.RedisSeatLedger;
import otherworld.ledger.RedisWarning;
import otherworld.ledger.SeatLedger;
import otherworld.matchmaker.decisions.SeatDecisions;
import otherworld.matchmaker.fleet.DemandPump;
import otherworld.matchmaker.fleet.FleetServer;
import otherworld.matchmaker.fleet.FleetService;
import otherworld.matchmaker.http.BearerTokens;
import otherworld.matchmaker.http.HttpMetrics;
import otherworld.matchmaker.http.KeysServer;
import otherworld.matchmaker.http.PlayerApi;
import otherworld.matchmaker.metrics.MatchmakerCatalogue;
import otherworld.ops.Health;
import otherworld.ops.JvmCatalogue;
import otherworld.ops.JvmFigures;
import otherworld.ops.ManagementServer;
import otherworld.ops.metric.CataloguedRegistry;
import otherworld.ops.metric.WorldLabels;
import otherworld.ops.tls.InternalTls;
import otherworld.ops.tls.InternalTlsMetrics;
import otherworld.ops.tls.Role;
import otherworld.persistence.WorldRemoval;
import otherworld.tickets.SigningKeys;
import otherworld.tracing.Origin;
import otherworld.tracing.SpanCounts;
import otherworld.tracing.Tracing;

/** A running matchmaker: HTTP for players, gRPC for the operator, one seat ledger for both. */
final class Matchmaker implements AutoCloseable {
    private static final int MAX_WAITING_PARTIES = 10_000;
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final SeatLedger ledger;
    private final DemandPump pump;
    private final SeatDecisions decisions;
    private final BearerTokens tokens;
    private final List<FleetServer> grpc = new ArrayList<>();
    private final Optional<InternalTls> tls;
    private final Optional<HttpServer> keys;
    private final HttpServer http;
    private final ManagementServer management;
    private final Optional<WorldRemoval> removal;
    private final Tracing tracing;
    private volatile boolean closing;

    /** Starts it. It need not find Redis: until it does, it is not ready and says why. */
    Matchmaker(MatchmakerSettings settings) throws IOException {
        ledger = RedisSeatLedger.connect(settings.redis(), MAX_WAITING_PARTIES);
        PrometheusRegistry registry = registry(settings.signingKeys());
        tls = settings.tls();
        tls.ifPresent(
                it -> InternalTlsMetrics.tell(it, MatchmakerCatalogue.INTERNAL_TLS, registry));
        tracing =
                Tracing.start(
                        settings.tracing(),
                        new Origin(
                                "otherworld-matchmaker",
                                Map.of("service.instance.id", settings.management().podUid())),
                        new SpanCounts(MatchmakerCatalogue.TRACE_SPANS, registry));
        HttpMetrics metrics = new HttpMetrics(registry, tracing.isOn());
        pump = new DemandPump(ledger, metrics::worlds);
        decisions = new SeatDecisions(ledger, Clock.systemUTC());
        removal =
                settings.database()
                        .map(database ->
                                WorldRemoval.connect(
                                        database.url(), database.user(), database.password()));
        tokens =
                new BearerTokens(
                        settings.oidcIssuer(),
                        settings.oidcJwksUrl(),
                        settings.oidcAudience(),
                        settings.oidcGroupsClaim(),
                        Clock.systemUTC(),
                        registry);
        PlayerApi api =
                new PlayerApi(
                        ledger,
                        settings.signingKeys(),
                        settings.ticketIssuer(),
                        tokens,
                        Clock.systemUTC(),
                        decisions,
                        metrics,
                        tracing);
        ServerMetrics connections =
                new ServerMetrics(MatchmakerCatalogue.HTTP, registry, api::refused);
        http =
                HttpServer.start(
                        new HttpServer.Config(
                                settings.bind(),
                                settings.httpPort(),
                                "OTHERWORLD_HTTP_PORT",
                                HttpServer.Sockets.DEFAULT,
                                settings.httpLimits(),
                                settings.cors(),
                                api.routes(),
                                PlayerApi::problem,
                                connections));
        FleetService fleet = new FleetService(ledger, pump, decisions, removal, registry);
        Counter refused = MatchmakerCatalogue.GRPC_CONNECTIONS_REFUSED.register(registry);
        if (tls.isPresent()) {
            SSLContext operators = tls.get().server(Role.OPERATOR);
            grpc.add(
                    new FleetServer(
                            settings.bind(),
                            settings.grpcTlsPort(),
                            MatchmakerSettings.GRPC_TLS_PORT,
                            settings.grpcToken(),
                            fleet,
                            Optional.of(operators),
                            refused));
            keys =
                    Optional.of(
                            KeysServer.start(
                                    settings.bind(),
                                    settings.keysPort(),
                                    MatchmakerSettings.KEYS_PORT,
                                    tls.get().server(Role.INSTANCE, Role.GATEWAY),
                                    api.keyRoutes(),
                                    connections));
        } else {
            keys = Optional.empty();
        }
        if (settings.plainGrpc()) {
            grpc.add(
                    new FleetServer(
                            settings.bind(),
                            settings.grpcPort(),
                            "OTHERWORLD_GRPC_PORT",
                            settings.grpcToken(),
                            fleet,
                            Optional.empty(),
                            refused));
        }
        management =
                ManagementServer.start(settings.management(), registry, http::health, this::ready);
        pump.start();
        decisions.start();
    }

    /** Nothing is read of it before everything is started. */
    private PrometheusRegistry registry(SigningKeys keys) {
        PrometheusRegistry registry =
                new CataloguedRegistry(MatchmakerCatalogue.CATALOGUE, JvmCatalogue.CATALOGUE);
        JvmFigures.register(registry);
        MatchmakerCatalogue.OPERATOR_STREAMS.register(
                registry, gauge -> gauge.call(pump.streams()));
        MatchmakerCatalogue.LEDGER_UP.register(
                registry, gauge -> gauge.call(pump.trouble().isEmpty() ? 1 : 0));
        MatchmakerCatalogue.TICKET_KEY_MADE.register(
                registry,
                gauge ->
                        keys.published()
                                .forEach(key ->
                                        gauge.call(
                                                (double)
                                                        key.made()
                                                                .orElse(Instant.EPOCH)
                                                                .getEpochSecond(),
                                                key.kid(),
                                                key.kid().equals(keys.kid())
                                                        ? "signs"
                                                        : "published")));
        MatchmakerCatalogue.REDIS_WARNING.register(
                registry,
                gauge -> {
                    for (RedisWarning.Kind kind : RedisWarning.Kind.values()) {
                        gauge.call(pump.warnings().contains(kind) ? 1 : 0, kind.label());
                    }
                });
        MatchmakerCatalogue.QUEUE_PARTIES.register(
                registry,
                gauge ->
                        pump.queues()
                                .forEach((world, parties) -> {
                                    WorldLabels labels = WorldLabels.of(world.value());
                                    gauge.call(parties, labels.namespace(), labels.world());
                                }));
        return registry;
    }

    private Health ready() {
        if (closing) {
            return Health.down("shutting down");
        }
        String trouble = pump.trouble();
        if (!trouble.isEmpty()) {
            return Health.down("seat ledger: " + trouble);
        }
        String issuer = tokens.trouble();
        return issuer.isEmpty() ? Health.up() : Health.down("token issuer: " + issuer);
    }

    int httpPort() {
        return http.port();
    }

    /** Where operators come to: by TLS, if there is both. */
    int grpcPort() {
        return grpc.getFirst().port();
    }

    /** Where they come to in plain text, if not only so. */
    int plainGrpcPort() {
        return grpc.getLast().port();
    }

    /** Where instances and gateways read keys by TLS; 0 if nowhere. */
    int keysPort() {
        return keys.map(HttpServer::port).orElse(0);
    }

    int managementPort() {
        return management.port();
    }

    /** Not ready at once; answers what is under way; then ends. */
    @Override
    public void close() throws InterruptedException {
        closing = true;
        pump.close();
        decisions.close();
        grpc.forEach(FleetServer::stop);
        http.close(GRACE);
        keys.ifPresent(HttpServer::close);
        for (FleetServer each : grpc) {
            each.close();
        }
        tls.ifPresent(InternalTls::close);
        removal.ifPresent(WorldRemoval::close);
        ledger.close();
        tokens.close();
        tracing.close();
        management.close();
    }
}
