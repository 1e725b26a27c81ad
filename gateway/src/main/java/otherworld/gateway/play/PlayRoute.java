package otherworld.gateway.play;

import java.net.InetAddress;
import java.time.Duration;
import otherworld.base.InstanceId;
import otherworld.gateway.AddressCounts;
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
import otherworld.http.websocket.Handshake;
import otherworld.ops.Problem;
import otherworld.protocol.Protocol;
import otherworld.tickets.TicketVerifier;
import otherworld.tracing.Tracing;

/** {@code /i/WORLD/ORDINAL/v1/play}: takes connections over, as many as one address may begin. */
public final class PlayRoute {
    private final TrustedProxies proxies;
    private final AddressCounts players;
    private final GatewayMetrics metrics;
    private final PlaySession.Shared shared;
    private final RateLimit<AddressBlock> begins =
            new RateLimit<>(
                    Limits.BEGINS_PER_SECOND,
                    Limits.BEGINS_BURST,
                    Limits.ADDRESSES,
                    System::nanoTime);

    /**
     * @param drain how long it takes at the end to send all players away
     */
    public PlayRoute(
            TicketVerifier verifier,
            Places places,
            TrustedProxies proxies,
            AddressCounts players,
            GatewayMetrics metrics,
            Duration drain,
            InstanceTls instances,
            Tracing tracing) {
        this.proxies = proxies;
        this.players = players;
        this.metrics = metrics;
        shared =
                new PlaySession.Shared(
                        new Checks(verifier, places), players, metrics, drain, instances, tracing);
    }

    public void serve(Routes routes) {
        routes.upgrade(InstancePaths.PREFIX + Protocol.PATH, this::play);
    }

    private Routes.Upgrade play(Request request) {
        if (request.method().equals("HEAD")) {
            return new Routes.Upgrade.Refused(Handshake.required());
        }
        InstanceId instance = InstancePaths.instance(request);
        String reason = InstancePaths.reason(request);
        InetAddress client = proxies.client(request);
        if (!begins.tryTake(AddressBlock.of(client))) {
            return refused(
                    GatewayProblem.TOO_MANY_BEGINS,
                    "more than %d a second from your address".formatted(Limits.BEGINS_PER_SECOND));
        }
        if (players.full(client)) {
            return refused(
                    GatewayProblem.TOO_MANY_PLAYERS,
                    "there are %d of your address".formatted(players.most()));
        }
        return switch (Handshake.of(request, Protocol.SUBPROTOCOL)) {
            case Handshake.Accepted(Response switching) ->
                    new Routes.Upgrade.Switched(
                            switching, new PlaySession(shared, instance, reason, client));
            case Handshake.Refused(Response answer) -> new Routes.Upgrade.Refused(answer);
        };
    }

    private Routes.Upgrade refused(Problem.Kind kind, String detail) {
        Problem problem = new Problem(kind, detail);
        metrics.refused(problem);
        return new Routes.Upgrade.Refused(Response.of(problem));
    }
}
