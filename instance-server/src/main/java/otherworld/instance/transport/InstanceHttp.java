package otherworld.instance.transport;

import io.helidon.common.socket.SocketOptions;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.websocket.WsConfig;
import io.helidon.webserver.websocket.WsRouting;
import java.time.Duration;
import otherworld.instance.config.InstanceSettings;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.transport.signalling.Signalling;
import otherworld.instance.zone.ZoneLog;
import otherworld.protocol.Protocol;

/**
 * The TCP port of an instance: players' WebSockets and WebRTC signalling, health, metrics, and the
 * zone log if asked for.
 */
public final class InstanceHttp implements AutoCloseable {
    private final WebServer server;

    private InstanceHttp(WebServer server) {
        this.server = server;
    }

    /**
     * Listens at once.
     *
     * @param port number of the TCP port; 0: any
     */
    public static InstanceHttp start(
            InstanceSettings settings,
            int port,
            OpsHttp ops,
            Signalling signalling,
            Admission admission,
            ZoneLog zoneLog,
            InstanceMetrics metrics) {
        WebServer server =
                WebServer.builder()
                        .host(settings.bind())
                        .port(port)
                        .maxTcpConnections(Limits.MAX_CONNECTIONS)
                        .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
                        .shutdownHook(false) // the process closes in its own order
                        .shutdownGracePeriod(Duration.ofMillis(500))
                        .addProtocol(
                                WsConfig.builder().maxFrameLength(Limits.MAX_FRAME_BYTES).build())
                        .routing(routing -> {
                            routing.register(ops).register(signalling);
                            if (settings.zoneLog()) {
                                routing.get(
                                        "/debug/zone-log",
                                        (request, response) -> zoneLog(zoneLog, request, response));
                            }
                        })
                        .addRouting(
                                WsRouting.builder()
                                        .endpoint(
                                                Protocol.PATH,
                                                () -> new PlayListener(admission, metrics)))
                        .build()
                        .start();
        return new InstanceHttp(server);
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }

    private static void zoneLog(ZoneLog log, ServerRequest request, ServerResponse response) {
        try {
            long after = Long.parseLong(request.query().first("after").orElse("0"));
            response.header(HeaderNames.CONTENT_TYPE, "application/jsonl");
            response.send(log.jsonLinesAfter(after));
        } catch (NumberFormatException e) {
            response.status(Status.BAD_REQUEST_400).send("after must be a whole number\n");
        }
    }
}
