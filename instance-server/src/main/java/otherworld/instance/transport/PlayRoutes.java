package otherworld.instance.transport;

import java.util.function.Supplier;
import otherworld.http.Request;
import otherworld.http.Response;
import otherworld.http.Routes;
import otherworld.http.websocket.Handshake;
import otherworld.instance.config.InstanceSettings;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.metrics.ZoneLog;
import otherworld.instance.transport.signalling.Clients;
import otherworld.instance.transport.signalling.Signalling;
import otherworld.ops.Health;
import otherworld.ops.Problem;
import otherworld.protocol.Protocol;

/** What the players' port serves: docs/endpoints.md has the list. */
public final class PlayRoutes {
    private PlayRoutes() {}

    /**
     * @param live whether the process is; must not block
     */
    public static Routes of(
            InstanceSettings settings,
            Signalling signalling,
            Admission admission,
            Supplier<Health> live,
            InstanceMetrics metrics) {
        Routes routes =
                new Routes()
                        .upgrade(
                                Protocol.PATH,
                                request -> play(request, settings, admission, metrics))
                        .now("GET", "/healthz", _ -> health(live.get()));
        signalling.serve(routes);
        return routes;
    }

    /** Adds the log of zones entered and left, for tests that compare it with what clients saw. */
    public static void addZoneLog(Routes routes, ZoneLog log) {
        routes.add("GET", "/debug/zone-log", request -> zoneLog(log, request));
    }

    private static Routes.Upgrade play(
            Request request,
            InstanceSettings settings,
            Admission admission,
            InstanceMetrics metrics) {
        if (request.method().equals("HEAD")) {
            return new Routes.Upgrade.Refused(Handshake.required());
        }
        return switch (Handshake.of(request, Protocol.SUBPROTOCOL)) {
            case Handshake.Accepted(Response switching) ->
                    new Routes.Upgrade.Switched(
                            settings.behindGateway()
                                    ? switching.with(Handshake.POD_HEADER, settings.podUid())
                                    : switching,
                            new WebSocketConnection(
                                    new Clients(settings.behindGateway()).of(request).toString(),
                                    SessionOrigin.of(
                                            SessionOrigin.Transport.WEBSOCKET,
                                            request.query("reason").orElse("")),
                                    admission,
                                    metrics));
            case Handshake.Refused(Response answer) -> new Routes.Upgrade.Refused(answer);
        };
    }

    private static Response health(Health health) {
        return switch (health) {
            case Health.Up() ->
                    Response.of(200, "text/plain; charset=utf-8", "ok\n")
                            .with("Cache-Control", "no-store");
            case Health.Down(String reason) ->
                    Response.of(new Problem(PlayProblem.UNAVAILABLE, reason));
        };
    }

    private static Response zoneLog(ZoneLog log, Request request) {
        String after = request.query("after").orElse("0");
        if (!after.matches("[0-9]{1,18}")) {
            return Response.of(
                    new Problem(PlayProblem.BAD_PARAMETER, "after must be a whole number"));
        }
        return Response.of(200, "application/jsonl", log.jsonLinesAfter(Long.parseLong(after)));
    }
}
