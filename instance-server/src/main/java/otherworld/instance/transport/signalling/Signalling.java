package otherworld.instance.transport.signalling;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.instance.config.Limits;
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
public final class Signalling implements HttpService {
    static final String SDP = "application/sdp";
    static final String FRAGMENT = "application/trickle-ice-sdpfrag";

    private static final Logger log = LoggerFactory.getLogger(Signalling.class);

    private final Optional<Peers> peers;
    private final Bearers bearers;
    private final IceServers iceServers;
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
            WebRtcMetrics metrics,
            InstantSource clock,
            LongSupplier nanoClock) {
        this.peers = peers;
        this.bearers = new Bearers(verifier, instance);
        this.iceServers = new IceServers(turn, clock);
        this.limits = new OfferLimits(nanoClock);
        this.metrics = metrics;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.options("/v1/webrtc", Http::preflight)
                .options("/v1/webrtc/{id}", Http::preflight)
                .post("/v1/webrtc", answered(this::offer))
                .get("/v1/webrtc/ice-servers", answered(this::iceServers))
                .patch("/v1/webrtc/{id}", answered(this::candidates))
                .delete("/v1/webrtc/{id}", answered(this::leave));
    }

    private void offer(ServerRequest request, ServerResponse response) {
        Peers open = open();
        InetSocketAddress remote = remote(request);
        limits.exceeded(address(remote))
                .ifPresent(why -> {
                    throw new Problem.Thrown(ProblemKind.TOO_MANY_OFFERS, why);
                });
        Http.requireType(request, SDP);
        PlayerId player = bearers.token(request).player();
        String offer = Http.body(request, Limits.MAX_OFFER_BYTES);
        String reason = request.query().first("reason").orElse("");
        switch (open.accept(player, offer, reason, remote.toString())) {
            case Peers.Answer.Accepted(String id, String etag, String sdp) -> {
                response.status(Status.CREATED_201)
                        .header(HeaderNames.CONTENT_TYPE, SDP)
                        .header(HeaderNames.LOCATION, "/v1/webrtc/" + id)
                        .header(HeaderNames.ETAG, "\"" + etag + "\"")
                        .header(Http.ACCEPT_PATCH, FRAGMENT)
                        .header(HeaderNames.CACHE_CONTROL, "no-store");
                iceServers.links(player).forEach(link -> Http.addLink(response, link));
                response.send(sdp);
            }
            case Peers.Answer.Unacceptable(String why) ->
                    throw new Problem.Thrown(ProblemKind.OFFER_UNACCEPTABLE, why);
            case Peers.Answer.TooManyOfPlayer(String why) ->
                    throw new Problem.Thrown(ProblemKind.TOO_MANY_PEERS_OF_PLAYER, why);
            case Peers.Answer.Busy(String why) -> throw new Problem.Thrown(ProblemKind.BUSY, why);
        }
    }

    private void iceServers(ServerRequest request, ServerResponse response) {
        open();
        PlayerId player = bearers.token(request).player();
        response.header(HeaderNames.CONTENT_TYPE, "application/json")
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .send(iceServers.json(player));
    }

    private void candidates(ServerRequest request, ServerResponse response) {
        Peers open = open();
        String id = request.path().pathParameters().get("id");
        String etag = open.etag(id).orElseThrow(Signalling::unknown);
        Http.requireType(request, FRAGMENT);
        String match = request.headers().first(HeaderNames.IF_MATCH).orElse("");
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
        switch (open.addCandidates(id, Http.body(request, Limits.MAX_FRAGMENT_BYTES))) {
            case Peers.Late.Taken() -> response.status(Status.NO_CONTENT_204).send();
            case Peers.Late.Refused(String why) ->
                    throw new Problem.Thrown(ProblemKind.FRAGMENT_UNACCEPTABLE, why);
            case Peers.Late.Restart(String why) ->
                    throw new Problem.Thrown(ProblemKind.NO_RESTART, why);
            case Peers.Late.Unknown() -> throw unknown();
        }
    }

    private void leave(ServerRequest request, ServerResponse response) {
        if (!open().leave(request.path().pathParameters().get("id"))) {
            throw unknown();
        }
        response.send();
    }

    private Peers open() {
        return peers.orElseThrow(() ->
                new Problem.Thrown(ProblemKind.WEBRTC_OFF, "this instance takes WebSocket alone"));
    }

    private static Problem.Thrown unknown() {
        return new Problem.Thrown(ProblemKind.UNKNOWN_SESSION, "it ended, or never was");
    }

    /** Every answer lets pages of other origins read it; what is thrown becomes a problem. */
    private Handler answered(Handler handler) {
        return (request, response) -> {
            Http.allowOrigins(response);
            try {
                handler.handle(request, response);
            } catch (Problem.Thrown thrown) {
                refuse(response, thrown.problem());
            } catch (RuntimeException e) {
                log.error("{} failed", request.path().path(), e);
                refuse(response, new Problem(ProblemKind.INTERNAL, "the request failed"));
            }
        };
    }

    private void refuse(ServerResponse response, Problem problem) {
        metrics.refused(problem.kind().label());
        response.status(Status.create(problem.kind().status()));
        problem.headers()
                .forEach((name, value) -> response.header(HeaderNames.create(name), value));
        response.send(problem.body());
    }

    private static InetSocketAddress remote(ServerRequest request) {
        return request.remotePeer().address() instanceof InetSocketAddress address
                ? address
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static InetAddress address(InetSocketAddress remote) {
        return remote.isUnresolved() ? InetAddress.getLoopbackAddress() : remote.getAddress();
    }
}
