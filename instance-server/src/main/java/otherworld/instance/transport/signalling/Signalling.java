package otherworld.instance.transport.signalling;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.http.Request;
import otherworld.http.Response;
import otherworld.http.Routes;
import otherworld.instance.config.WebRtcConfig;
import otherworld.instance.metrics.WebRtcMetrics;
import otherworld.ops.Problem;
import otherworld.tickets.TicketVerifier;

/**
 * {@code /v1/webrtc}: a client sends an SDP offer and gets the answer, in the way of WHIP (RFC
 * 9725): {@code POST} makes a session, {@code PATCH} brings late candidates, {@code DELETE} ends
 * it. Pages of any origin may use it: what admits a player is the token, never a cookie. The
 * requests' virtual threads run it.
 */
public final class Signalling {
    static final String SDP = "application/sdp";
    static final String FRAGMENT = "application/trickle-ice-sdpfrag";

    private static final Logger log = LoggerFactory.getLogger(Signalling.class);

    private final Optional<Peers> peers;
    private final Bearers bearers;
    private final IceServers iceServers;
    private final Clients clients;
    private final OfferLimits limits;
    private final WebRtcMetrics metrics;

    /**
     * @param peers empty: WebRTC is off here, and every request is told so
     */
    public Signalling(
            Optional<Peers> peers,
            TicketVerifier verifier,
            InstanceId instance,
            WebRtcConfig.Turn turn,
            Clients clients,
            WebRtcMetrics metrics,
            InstantSource clock,
            LongSupplier nanoClock) {
        this.peers = peers;
        this.bearers = new Bearers(verifier, instance);
        this.iceServers = new IceServers(turn, clock);
        this.clients = clients;
        this.limits = new OfferLimits(nanoClock);
        this.metrics = metrics;
    }

    /** Adds the paths of signalling. */
    public void serve(Routes routes) {
        routes.add("POST", "/v1/webrtc", answered(this::offer))
                .add("GET", "/v1/webrtc/ice-servers", answered(this::iceServers))
                .add("PATCH", "/v1/webrtc/{id}", answered(this::candidates))
                .add("DELETE", "/v1/webrtc/{id}", answered(this::leave))
                .options("/v1/webrtc", "Accept-Post", SDP)
                .options("/v1/webrtc/{id}", "Accept-Patch", FRAGMENT);
    }

    private Response offer(Request request) {
        Peers open = open();
        InetSocketAddress client = clients.of(request);
        limits.exceeded(client.getAddress())
                .ifPresent(why -> {
                    throw new Problem.Thrown(ProblemKind.TOO_MANY_OFFERS, why);
                });
        requireType(request, SDP);
        PlayerId player = bearers.token(request).player();
        String offer = new String(request.body(), StandardCharsets.UTF_8);
        String reason = request.query("reason").orElse("");
        return switch (open.accept(player, offer, reason, client.toString())) {
            case Peers.Answer.Accepted(String id, String etag, String sdp) -> {
                Response response =
                        Response.of(201, SDP, sdp)
                                .with("Location", "/v1/webrtc/" + id)
                                .with("ETag", "\"" + etag + "\"")
                                .with("Accept-Patch", FRAGMENT)
                                .with("Cache-Control", "no-store");
                for (String link : iceServers.links(player)) {
                    response = response.with("Link", link);
                }
                yield response;
            }
            case Peers.Answer.Unacceptable(String why) ->
                    throw new Problem.Thrown(ProblemKind.OFFER_UNACCEPTABLE, why);
            case Peers.Answer.TooManyOfPlayer(String why) ->
                    throw new Problem.Thrown(ProblemKind.TOO_MANY_PEERS_OF_PLAYER, why);
            case Peers.Answer.Busy(String why) -> throw new Problem.Thrown(ProblemKind.BUSY, why);
        };
    }

    private Response iceServers(Request request) {
        open();
        PlayerId player = bearers.token(request).player();
        return Response.of(200, "application/json", iceServers.json(player))
                .with("Cache-Control", "no-store");
    }

    private Response candidates(Request request) {
        Peers open = open();
        String id = request.parameter("id");
        String etag = open.etag(id).orElseThrow(Signalling::unknown);
        requireType(request, FRAGMENT);
        String match = request.header("If-Match").orElse("");
        if (match.isEmpty()) {
            throw new Problem.Thrown(
                    ProblemKind.NO_ETAG, "send 'If-Match' with the ETag of the answer");
        }
        if (match.equals("*")) { // how RFC 9725 asks for a restart
            throw new Problem.Thrown(ProblemKind.NO_RESTART, "If-Match is '*'");
        }
        if (!match.equals("\"" + etag + "\"")) {
            throw new Problem.Thrown(
                    ProblemKind.SESSION_CHANGED, "If-Match is %s, not the ETag".formatted(match));
        }
        String fragment = new String(request.body(), StandardCharsets.UTF_8);
        return switch (open.addCandidates(id, fragment)) {
            case Peers.Late.Taken() -> Response.empty(204);
            case Peers.Late.Refused(String why) ->
                    throw new Problem.Thrown(ProblemKind.FRAGMENT_UNACCEPTABLE, why);
            case Peers.Late.Restart(String why) ->
                    throw new Problem.Thrown(ProblemKind.NO_RESTART, why);
            case Peers.Late.Unknown() -> throw unknown();
        };
    }

    private Response leave(Request request) {
        if (!open().leave(request.parameter("id"))) {
            throw unknown();
        }
        return Response.empty(200);
    }

    private Peers open() {
        return peers.orElseThrow(() ->
                new Problem.Thrown(ProblemKind.WEBRTC_OFF, "this instance takes WebSocket alone"));
    }

    private static Problem.Thrown unknown() {
        return new Problem.Thrown(ProblemKind.UNKNOWN_SESSION, "it ended, or never was");
    }

    /** What is thrown becomes a problem. */
    private Routes.Handler answered(Routes.Handler handler) {
        return request -> {
            try {
                return handler.handle(request);
            } catch (Problem.Thrown thrown) {
                return refused(thrown.problem());
            } catch (RuntimeException e) {
                log.error("{} failed", request.path(), e);
                return refused(new Problem(ProblemKind.INTERNAL, "the request failed"));
            }
        };
    }

    private Response refused(Problem problem) {
        metrics.refused(problem.kind().label());
        return Response.of(problem);
    }

    /** Parameters of a media type do not matter. */
    private static void requireType(Request request, String type) {
        String given =
                request.header("Content-Type")
                        .map(text -> text.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                        .orElse("");
        if (!given.equals(type)) {
            throw new Problem.Thrown(
                    ProblemKind.MEDIA_TYPE,
                    "the body is '%s'; send %s"
                            .formatted(given.isEmpty() ? "untyped" : given, type));
        }
    }
}
