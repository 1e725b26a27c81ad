package otherworld.matchmaker.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.PlayerId;
import otherworld.ledger.LedgerUnavailable;
import otherworld.ledger.SeatLedger;
import otherworld.ops.Problem;
import otherworld.tickets.SigningKeys;
import otherworld.tickets.StaticKeySource;
import otherworld.tickets.TicketSigner;
import otherworld.tickets.TicketVerifier;

/** The routes of openapi.yaml, and how a request that fails is answered. Thread-safe. */
public final class PlayerApi {
    private static final Logger log = LoggerFactory.getLogger(PlayerApi.class);
    private static final int RATE_PER_SECOND = 20;
    private static final int BURST = 40;
    private static final int CALLERS = 50_000;

    private final BearerTokens tokens;
    private final RateLimit rateLimit =
            new RateLimit(RATE_PER_SECOND, BURST, CALLERS, System::nanoTime);
    private final HttpMetrics metrics;
    private final SeatHandler seats;
    private final ResumeHandler resume;
    private final WorldHandler worlds;
    private final byte[] keys;
    private final byte[] openApi = resource("openapi.yaml");
    private final BooleanSupplier closing;

    /**
     * @param closing true once the process takes no new work
     */
    public PlayerApi(
            SeatLedger ledger,
            SigningKeys signingKeys,
            String ticketIssuer,
            BearerTokens tokens,
            InstantSource clock,
            HttpMetrics metrics,
            BooleanSupplier closing) {
        this.tokens = tokens;
        this.metrics = metrics;
        this.closing = closing;
        KnownWorlds known = new KnownWorlds(ledger);
        TicketVerifier verifier =
                new TicketVerifier(
                        ticketIssuer, new StaticKeySource(signingKeys.publicJson()), clock);
        seats =
                new SeatHandler(
                        ledger, new TicketSigner(signingKeys, ticketIssuer), clock, known, metrics);
        resume = new ResumeHandler(ledger, verifier, known, metrics);
        worlds = new WorldHandler(ledger, System::nanoTime, known);
        keys = signingKeys.publicJson().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    /** One operation of openapi.yaml. */
    record Route(Method method, String path) {}

    /** What is served, beside health and metrics. */
    Map<Route, Handler> routes() {
        Map<Route, Handler> routes = new LinkedHashMap<>();
        routes.put(
                new Route(Method.PUT, "/v1/worlds/{world}/seats/{requestId}"),
                forPlayers(seats::put));
        routes.put(
                new Route(Method.DELETE, "/v1/worlds/{world}/seats/{requestId}"),
                forPlayers(seats::delete));
        routes.put(new Route(Method.POST, "/v1/worlds/{world}/resume"), forPlayers(resume::post));
        routes.put(
                new Route(Method.GET, "/v1/worlds"),
                forPlayers((_, response, _) -> worlds.list(response)));
        routes.put(
                new Route(Method.GET, "/v1/worlds/{world}"),
                forPlayers((request, response, _) -> worlds.get(request, response)));
        routes.put(
                new Route(Method.GET, "/v1/worlds/{world}/instances"),
                forPlayers((request, response, _) -> worlds.instances(request, response)));
        routes.put(
                new Route(Method.GET, "/v1/keys"),
                (_, response) -> send(response, "application/jwk-set+json", keys));
        routes.put(
                new Route(Method.GET, "/v1/openapi.yaml"),
                (_, response) -> send(response, "application/yaml", openApi));
        return routes;
    }

    /** Adds the routes; call it last, since it answers every other path with a problem. */
    public void routing(HttpRouting.Builder routing) {
        routes().forEach((route, handler) -> routing.route(route.method(), route.path(), handler));
        routing.any(
                        (request, _) -> {
                            throw new Problem.Thrown(
                                    ProblemKind.NOT_FOUND,
                                    "there is no %s %s"
                                            .formatted(
                                                    request.prologue().method().text(),
                                                    request.path().path()));
                        })
                .error(
                        Problem.Thrown.class,
                        (_, response, thrown) -> refuse(response, thrown.problem()))
                .error(
                        LedgerUnavailable.class,
                        (_, response, e) ->
                                refuse(
                                        response,
                                        new Problem(
                                                ProblemKind.LEDGER_UNAVAILABLE,
                                                String.valueOf(e.getMessage()))))
                .error(
                        RuntimeException.class,
                        (request, response, e) -> {
                            log.error("{} failed", request.path().path(), e);
                            refuse(
                                    response,
                                    new Problem(ProblemKind.INTERNAL, "the request failed"));
                        });
    }

    /** Answers one player. */
    private interface PlayerHandler {
        void handle(ServerRequest request, ServerResponse response, PlayerId player);
    }

    private Handler forPlayers(PlayerHandler handler) {
        return (request, response) -> {
            if (closing.getAsBoolean()) {
                response.header(HeaderNames.CONNECTION, "close");
            }
            handler.handle(request, response, player(request));
        };
    }

    private PlayerId player(ServerRequest request) {
        PlayerId player =
                switch (tokens.sender(
                        request.headers().first(HeaderNames.AUTHORIZATION).orElse(null))) {
                    case BearerTokens.Sender.Player(PlayerId id) -> id;
                    case BearerTokens.Sender.Nobody(String reason) ->
                            throw new Problem.Thrown(ProblemKind.UNAUTHENTICATED, reason);
                    case BearerTokens.Sender.Unavailable(String reason) ->
                            throw new Problem.Thrown(ProblemKind.ISSUER_UNAVAILABLE, reason);
                };
        if (!rateLimit.tryTake(player.value())) {
            throw new Problem.Thrown(
                    ProblemKind.RATE_LIMITED,
                    "more than %d requests a second, or %d at once"
                            .formatted(RATE_PER_SECOND, BURST));
        }
        return player;
    }

    private void refuse(ServerResponse response, Problem problem) {
        metrics.problems.labelValues(problem.kind().name()).inc();
        response.status(Status.create(problem.kind().status()));
        problem.headers()
                .forEach((name, value) -> response.header(HeaderNames.create(name), value));
        response.send(problem.body());
    }

    private static void send(ServerResponse response, String type, byte[] body) {
        response.status(Status.OK_200).header(HeaderNames.CONTENT_TYPE, type).send(body);
    }

    private static byte[] resource(String name) {
        try (InputStream file =
                PlayerApi.class.getResourceAsStream("/otherworld/matchmaker/" + name)) {
            if (file == null) {
                throw new IllegalStateException(name + " is missing from the jar");
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
