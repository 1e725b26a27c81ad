package otherworld.matchmaker.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.http.HttpProblem;
import otherworld.http.RateLimit;
import otherworld.http.Request;
import otherworld.http.Response;
import otherworld.http.Routes;
import otherworld.ledger.LedgerUnavailable;
import otherworld.ledger.SeatLedger;
import otherworld.matchmaker.decisions.SeatDecisions;
import otherworld.matchmaker.http.BearerTokens.Sender;
import otherworld.ops.Problem;
import otherworld.ops.log.LogContext;
import otherworld.tickets.SigningKeys;
import otherworld.tickets.StaticKeySource;
import otherworld.tickets.TicketSigner;
import otherworld.tickets.TicketVerifier;
import otherworld.tracing.Tracing;

/** The routes of openapi.yaml, and how a request that fails is answered. Thread-safe. */
public final class PlayerApi {
    private static final Logger log = LoggerFactory.getLogger(PlayerApi.class);
    private static final int RATE_PER_SECOND = 20;
    private static final int BURST = 40;
    private static final int CALLERS = 50_000;

    private final BearerTokens tokens;
    private final RateLimit<String> rateLimit =
            new RateLimit<>(RATE_PER_SECOND, BURST, CALLERS, System::nanoTime);
    private final HttpMetrics metrics;
    private final SeatHandler seats;
    private final ResumeHandler resume;
    private final WorldHandler worlds;
    private final byte[] keys;
    private final byte[] openApi = resource("openapi.yaml");

    public PlayerApi(
            SeatLedger ledger,
            SigningKeys signingKeys,
            String ticketIssuer,
            BearerTokens tokens,
            InstantSource clock,
            SeatDecisions decisions,
            HttpMetrics metrics,
            Tracing tracing) {
        this.tokens = tokens;
        this.metrics = metrics;
        KnownWorlds known = new KnownWorlds(ledger);
        TicketVerifier verifier =
                new TicketVerifier(
                        ticketIssuer, new StaticKeySource(signingKeys.publicJson()), clock);
        seats =
                new SeatHandler(
                        ledger,
                        new TicketSigner(signingKeys, ticketIssuer),
                        clock,
                        known,
                        decisions,
                        metrics,
                        new SeatTraces(tracing, signingKeys));
        resume = new ResumeHandler(ledger, verifier, known, decisions, metrics);
        worlds = new WorldHandler(ledger, System::nanoTime, known);
        keys = signingKeys.publicJson().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    /** What is served. */
    public Routes routes() {
        String seat = "/v1/worlds/{world}/seats/{requestId}";
        return new Routes()
                .add("PUT", seat, forPlayers(seats::put))
                .add("DELETE", seat, forPlayers(seats::delete))
                .add("POST", "/v1/worlds/{world}/resume", forPlayers(resume::post))
                .add("GET", "/v1/worlds", forPlayers((_, _) -> worlds.list()))
                .add("GET", "/v1/worlds/{world}", forPlayers((request, _) -> worlds.get(request)))
                .add(
                        "GET",
                        "/v1/worlds/{world}/instances",
                        forPlayers((request, _) -> worlds.instances(request)))
                .add("GET", "/v1/keys", _ -> Response.of(200, "application/jwk-set+json", keys))
                .add("GET", "/v1/openapi.yaml", _ -> Response.of(200, "application/yaml", openApi));
    }

    /** What instances and gateways are served by TLS. */
    public Routes keyRoutes() {
        return new Routes()
                .add("GET", "/v1/keys", _ -> Response.of(200, "application/jwk-set+json", keys));
    }

    /** What to answer when a handler throws {@code e}. */
    public static Problem problem(RuntimeException e) {
        if (e instanceof LedgerUnavailable) {
            // Where it is, and why it does not, is in the log and /readyz: not for strangers.
            return new Problem(
                    ProblemKind.LEDGER_UNAVAILABLE, "the seat ledger does not answer now");
        }
        log.error("A request failed", e);
        return new Problem(HttpProblem.INTERNAL, "the request failed");
    }

    /** Counts a refusal. */
    public void refused(Problem problem) {
        metrics.problems.labelValues(problem.kind().name()).inc();
    }

    /** Answers one player. */
    private interface PlayerHandler {
        Response handle(Request request, Sender.Player player);
    }

    private Routes.Handler forPlayers(PlayerHandler handler) {
        return request -> {
            Sender.Player player = player(request);
            return LogContext.of(player.id()).get(() -> answer(handler, request, player));
        };
    }

    /** What is wrong is said here, where it is known whom it concerns. */
    private static Response answer(PlayerHandler handler, Request request, Sender.Player player) {
        try {
            return handler.handle(request, player);
        } catch (Problem.Thrown e) {
            throw e;
        } catch (RuntimeException e) {
            Problem problem = problem(e);
            throw new Problem.Thrown(problem.kind(), problem.detail());
        }
    }

    private Sender.Player player(Request request) {
        Sender.Player player =
                switch (tokens.sender(
                        request.count("Authorization") > 1
                                ? null
                                : request.header("Authorization").orElse(null))) {
                    case Sender.Player known -> known;
                    case Sender.Nobody(String reason) ->
                            throw new Problem.Thrown(ProblemKind.UNAUTHENTICATED, reason);
                    case Sender.Unavailable(String reason) ->
                            throw new Problem.Thrown(ProblemKind.ISSUER_UNAVAILABLE, reason);
                };
        if (!rateLimit.tryTake(player.id().value())) {
            throw new Problem.Thrown(
                    ProblemKind.RATE_LIMITED,
                    "more than %d requests a second, or %d at once"
                            .formatted(RATE_PER_SECOND, BURST));
        }
        return player;
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
