package otherworld.gateway.forward;

import java.net.InetAddress;
import otherworld.base.InstanceId;
import otherworld.gateway.GatewayMetrics;
import otherworld.gateway.GatewayProblem;
import otherworld.gateway.InstancePaths;
import otherworld.gateway.InstanceTls;
import otherworld.gateway.Limits;
import otherworld.gateway.Places;
import otherworld.gateway.TrustedProxies;
import otherworld.http.AddressBlock;
import otherworld.http.RateLimit;
import otherworld.http.Request;
import otherworld.http.Response;
import otherworld.http.Routes;
import otherworld.ops.Problem;
import otherworld.tickets.TicketVerifier;
import otherworld.tickets.Verification;

/**
 * What else players need of an instance's port: WebRTC's signalling, for those who come by TURN,
 * and whether it lives. Offers need a good token here already; the rest has none, or a secret of
 * its own in its path. The requests' virtual threads run it.
 */
public final class ForwardRoutes implements AutoCloseable {
    private static final String SCHEME = "Bearer ";
    private static final String WEBRTC = InstancePaths.PREFIX + "/v1/webrtc";

    private final TicketVerifier verifier;
    private final Places places;
    private final TrustedProxies proxies;
    private final GatewayMetrics metrics;
    private final Forwarder forwarder;
    private final RateLimit<AddressBlock> requests =
            new RateLimit<>(
                    Limits.REQUESTS_PER_SECOND,
                    Limits.REQUESTS_BURST,
                    Limits.ADDRESSES,
                    System::nanoTime);
    private final RateLimit<String> strangers =
            new RateLimit<>(
                    Limits.STRANGE_LOOKUPS_PER_SECOND,
                    Limits.STRANGE_LOOKUPS_PER_SECOND,
                    1,
                    System::nanoTime);

    public ForwardRoutes(
            TicketVerifier verifier,
            Places places,
            TrustedProxies proxies,
            GatewayMetrics metrics,
            InstanceTls instances) {
        this.forwarder = new Forwarder(instances, metrics);
        this.verifier = verifier;
        this.places = places;
        this.proxies = proxies;
        this.metrics = metrics;
    }

    /**
     * @param zoneLog whether instances' log of zones is to be had, for tests
     */
    public void serve(Routes routes, boolean zoneLog) {
        routes.add("GET", InstancePaths.PREFIX + "/healthz", answered(this::health))
                .add("POST", WEBRTC, answered(this::offer))
                .add("GET", WEBRTC + "/ice-servers", answered(this::iceServers))
                .add("PATCH", WEBRTC + "/{id}", answered(this::session))
                .add("DELETE", WEBRTC + "/{id}", answered(this::session))
                .options(WEBRTC, "Accept-Post", "application/sdp")
                .options(WEBRTC + "/{id}", "Accept-Patch", "application/trickle-ice-sdpfrag");
        if (zoneLog) {
            routes.add("GET", InstancePaths.PREFIX + "/debug/zone-log", answered(this::zoneLog));
        }
    }

    private Response offer(Request request) {
        String reason = InstancePaths.reason(request);
        return withToken(request, "/v1/webrtc" + (reason.isEmpty() ? "" : "?reason=" + reason));
    }

    private Response iceServers(Request request) {
        return withToken(request, "/v1/webrtc/ice-servers");
    }

    private Response session(Request request) {
        return withoutToken(
                request, "/v1/webrtc/" + InstancePaths.id(request), Limits.ANSWER_BYTES);
    }

    private Response health(Request request) {
        return withoutToken(request, "/healthz", Limits.ANSWER_BYTES);
    }

    private Response zoneLog(Request request) {
        return withoutToken(
                request,
                "/debug/zone-log?after=" + InstancePaths.after(request),
                Limits.ZONE_LOG_BYTES);
    }

    private Response withToken(Request request, String path) {
        InstanceId instance = InstancePaths.instance(request);
        InetAddress client = client(request);
        check(request, instance);
        return forward(request, instance, path, client, Limits.ANSWER_BYTES);
    }

    private Response withoutToken(Request request, String path, int most) {
        InstanceId instance = InstancePaths.instance(request);
        InetAddress client = client(request);
        if (!strangers.tryTake("")) {
            throw new Problem.Thrown(
                    GatewayProblem.BUSY,
                    "more than %d requests a second without a ticket"
                            .formatted(Limits.STRANGE_LOOKUPS_PER_SECOND));
        }
        return forward(request, instance, path, client, most);
    }

    private InetAddress client(Request request) {
        InetAddress client = proxies.client(request);
        if (!requests.tryTake(AddressBlock.of(client))) {
            throw new Problem.Thrown(
                    GatewayProblem.TOO_MANY_REQUESTS,
                    "more than %d a second from your address"
                            .formatted(Limits.REQUESTS_PER_SECOND));
        }
        return client;
    }

    private Response forward(
            Request request, InstanceId instance, String path, InetAddress client, int most) {
        Places.Place place =
                switch (places.find(instance)) {
                    case Places.Answer.Found(Places.Place found) -> found;
                    case Places.Answer.Nowhere() ->
                            throw new Problem.Thrown(
                                    GatewayProblem.NO_SUCH_INSTANCE,
                                    instance + " has no pod behind this gateway now");
                    case Places.Answer.Unavailable() ->
                            throw new Problem.Thrown(
                                    GatewayProblem.LEDGER_UNAVAILABLE,
                                    "the seat ledger does not answer now");
                };
        return forwarder.forward(request, instance, place, path, client.getHostAddress(), most);
    }

    private void check(Request request, InstanceId instance) {
        String header = request.header("Authorization").orElse("");
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new Problem.Thrown(
                    GatewayProblem.TICKET_FORGED,
                    "send 'Authorization: Bearer' with a ticket or session token");
        }
        switch (verifier.verify(header.substring(SCHEME.length()).strip(), instance)) {
            case Verification.Valid _ -> {}
            case Verification.Forged(String detail) ->
                    throw new Problem.Thrown(GatewayProblem.TICKET_FORGED, detail);
            case Verification.Expired(var at) ->
                    throw new Problem.Thrown(GatewayProblem.TICKET_EXPIRED, "it ended at " + at);
            case Verification.WrongInstance(String audience) ->
                    throw new Problem.Thrown(
                            GatewayProblem.TICKET_WRONG_INSTANCE,
                            "it is for %s, this is %s".formatted(audience, instance));
            case Verification.KeysUnavailable(String detail) ->
                    throw new Problem.Thrown(GatewayProblem.KEYS_UNAVAILABLE, detail);
        }
    }

    /** What is thrown becomes a problem, and is counted. */
    private Routes.Handler answered(Routes.Handler handler) {
        return request -> {
            try {
                return handler.handle(request);
            } catch (Problem.Thrown thrown) {
                metrics.refused(thrown.problem());
                return Response.of(thrown.problem());
            }
        };
    }

    @Override
    public void close() {
        forwarder.close();
    }
}
