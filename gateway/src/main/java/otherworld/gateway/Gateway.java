package otherworld.gateway;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;
import otherworld.base.WorldId;
import otherworld.gateway.forward.ForwardRoutes;
import otherworld.gateway.play.PlayRoute;
import otherworld.http.Cors;
import otherworld.http.HttpProblem;
import otherworld.http.HttpServer;
import otherworld.http.Routes;
import otherworld.http.ServerMetrics;
import otherworld.ledger.HostDirectory;
import otherworld.ledger.RedisHostDirectory;
import otherworld.ops.Health;
import otherworld.ops.JvmCatalogue;
import otherworld.ops.JvmFigures;
import otherworld.ops.ManagementServer;
import otherworld.ops.PortTaken;
import otherworld.ops.Problem;
import otherworld.ops.TicketKeyMetrics;
import otherworld.ops.metric.CataloguedRegistry;
import otherworld.ops.tls.InternalTls;
import otherworld.ops.tls.InternalTlsMetrics;
import otherworld.ops.tls.Role;
import otherworld.tickets.HttpKeySource;
import otherworld.tickets.TicketVerifier;
import otherworld.tracing.Origin;
import otherworld.tracing.SpanCounts;
import otherworld.tracing.Tracing;

/** A running gateway. It keeps nothing: another one can take its players over at any time. */
final class Gateway implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);
    private static final int MOST_LOOPS = 8;

    /** The first look for keys and ledger, until both are there. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private static final InstanceId NOBODY = new InstanceId(new WorldId("probe"), 0);

    private final GatewaySettings settings;
    private final HttpKeySource keys;
    private final HostDirectory ledger;
    private final Places places;
    private final ForwardRoutes forward;
    private final HttpServer http;
    private final Tracing tracing;
    private final ManagementServer management;
    private final Thread warmUp;
    private volatile boolean hasKeys;
    private volatile boolean closing;

    private Gateway(GatewaySettings settings) throws PortTaken {
        this.settings = settings;
        PrometheusRegistry registry =
                new CataloguedRegistry(GatewayCatalogue.CATALOGUE, JvmCatalogue.CATALOGUE);
        JvmFigures.register(registry);
        GatewayMetrics metrics = new GatewayMetrics(registry);
        settings.tls()
                .ifPresent(
                        it -> InternalTlsMetrics.tell(it, GatewayCatalogue.INTERNAL_TLS, registry));
        keys =
                new HttpKeySource(
                        settings.keysUrl(), settings.tls().map(it -> it.client(Role.MATCHMAKER)));
        TicketKeyMetrics.tell(GatewayCatalogue.TICKET_KEYS, registry, keys::made, keys::readAt);
        InstanceTls instances = new InstanceTls(settings.tls());
        ledger = RedisHostDirectory.connect(settings.redis());
        places = new Places(ledger, System::nanoTime, metrics);
        TicketVerifier verifier =
                new TicketVerifier(settings.ticketIssuer(), keys, InstantSource.system());
        GatewayCatalogue.LEDGER_UP.register(
                registry, gauge -> gauge.call(places.trouble().isEmpty() ? 1 : 0));
        tracing =
                Tracing.start(
                        settings.tracing(),
                        new Origin(
                                "otherworld-gateway",
                                Map.of("service.instance.id", settings.management().podUid())),
                        new SpanCounts(GatewayCatalogue.TRACE_SPANS, registry));
        Routes routes = new Routes();
        new PlayRoute(
                        verifier,
                        places,
                        settings.proxies(),
                        new AddressCounts(settings.perAddress()),
                        metrics,
                        settings.drain(),
                        instances,
                        tracing)
                .serve(routes);
        forward = new ForwardRoutes(verifier, places, settings.proxies(), metrics, instances);
        forward.serve(routes, settings.zoneLog());
        http =
                HttpServer.start(
                        new HttpServer.Config(
                                settings.bind(),
                                settings.port(),
                                "OTHERWORLD_HTTP_PORT",
                                sockets(),
                                settings.httpLimits(),
                                cors(),
                                routes,
                                Gateway::failed,
                                new ServerMetrics(
                                        GatewayCatalogue.HTTP, registry, metrics::refused)));
        management =
                ManagementServer.start(settings.management(), registry, http::health, this::ready);
        warmUp = Thread.ofVirtual().name("warm up").start(this::warmUp);
    }

    /**
     * Listens at once; it need not find matchmaker or Redis: until it does, it is not ready and
     * says why.
     */
    static Gateway start(GatewaySettings settings) throws PortTaken {
        return new Gateway(settings);
    }

    private static HttpServer.Sockets sockets() {
        return new HttpServer.Sockets(
                Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_LOOPS),
                PooledByteBufAllocator.DEFAULT,
                new WriteBufferWaterMark(Limits.TO_CLIENT_BYTES / 2, Limits.TO_CLIENT_BYTES));
    }

    /** As instances have it. */
    private static Cors cors() {
        return new Cors(
                Set.of("*"),
                "Authorization, Content-Type, If-Match",
                "Location, ETag, Link, Accept-Patch, Retry-After");
    }

    private static Problem failed(RuntimeException thrown) {
        log.error("A request failed", thrown);
        return new Problem(HttpProblem.INTERNAL, "the request failed");
    }

    private void warmUp() {
        try {
            while (!closing && !(hasKeys && places.answered())) {
                hasKeys = hasKeys || keys.warmUp();
                if (!places.answered()) {
                    Places.Answer _ = places.findNow(NOBODY);
                }
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException e) {
            log.debug("Closing while keys or ledger were looked for");
        }
    }

    /**
     * Not ready before it has had keys and ledger once. That they are away later is no reason: who
     * plays goes on, who was seated before gets in, and no other gateway would know more.
     */
    private Health ready() {
        if (closing) {
            return Health.down("shutting down");
        }
        if (!hasKeys) {
            return Health.down("no keys yet from " + settings.keysUrl());
        }
        return places.answered() ? Health.up() : Health.down("seat ledger: " + places.trouble());
    }

    int port() {
        return http.port();
    }

    int managementPort() {
        return management.port();
    }

    /** Not ready at once; sends its players elsewhere, one after the other; then ends. */
    @Override
    public void close() {
        closing = true;
        warmUp.interrupt();
        http.close(settings.drain().plus(Limits.LINGER).plusSeconds(1));
        forward.close();
        keys.close();
        settings.tls().ifPresent(InternalTls::close);
        ledger.close();
        tracing.close();
        management.close();
    }
}
