package otherworld.instance.transport;

import java.util.function.Supplier;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.transport.http.HttpProblem;
import otherworld.instance.transport.http.Request;
import otherworld.instance.transport.http.Response;
import otherworld.instance.transport.http.Routes;
import otherworld.instance.transport.http.Service;
import otherworld.instance.transport.signalling.Signalling;
import otherworld.instance.transport.websocket.Handshake;
import otherworld.instance.zone.ZoneLog;
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
            Signalling signalling,
            Admission admission,
            Supplier<Health> live,
            InstanceMetrics metrics) {
        Routes routes =
                new Routes()
                        .route("GET", Protocol.PATH, request -> play(request, admission, metrics))
                        .now("GET", "/healthz", _ -> health(live.get()));
        signalling.serve(routes);
        return routes;
    }

    /** Adds the log of zones entered and left, for tests that compare it with what clients saw. */
    public static void addZoneLog(Routes routes, ZoneLog log) {
        routes.later("GET", "/debug/zone-log", request -> zoneLog(log, request));
    }

    private static Service.Outcome play(
            Request request, Admission admission, InstanceMetrics metrics) {
        if (request.method().equals("HEAD")) {
            return new Service.Outcome.Answered(Handshake.required());
        }
        return switch (Handshake.of(request)) {
            case Handshake.Accepted(Response switching) ->
                    new Service.Outcome.Upgraded(
                            switching,
                            new WebSocketConnection(
                                    SessionOrigin.of(
                                            SessionOrigin.Transport.WEBSOCKET,
                                            request.parameter("reason").orElse("")),
                                    admission,
                                    metrics));
            case Handshake.Refused(Response answer) -> new Service.Outcome.Answered(answer);
        };
    }

    private static Response health(Health health) {
        return switch (health) {
            case Health.Up() -> Response.text(200, "ok\n").field("Cache-Control", "no-store");
            case Health.Down(String reason) ->
                    Response.problem(new Problem(HttpProblem.UNAVAILABLE, reason));
        };
    }

    private static Response zoneLog(ZoneLog log, Request request) {
        String after = request.parameter("after").orElse("0");
        if (!after.matches("[0-9]{1,18}")) {
            return Response.problem(
                    new Problem(HttpProblem.BAD_PARAMETER, "after must be a whole number"));
        }
        return Response.of(200)
                .body("application/jsonl", log.jsonLinesAfter(Long.parseLong(after)));
    }
}
