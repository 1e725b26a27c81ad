package otherworld.benchmarks;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.SocketOptions;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.websocket.WsRouting;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import otherworld.webrtc.port.Acceptance;
import otherworld.webrtc.port.WebRtcPort;
import otherworld.webrtc.port.WebRtcSettings;

/**
 * The server of bench webrtc, a process of its own: WebRTC and WebSocket echo on one port number.
 * On channel {@value #STATE} it sends 200 bytes to every peer 20 times a second, as an instance
 * does, and only counts what comes; on any other it sends back what comes.
 *
 * <p>Environment: BENCH_PORT, BENCH_BIND (an address for UDP), BENCH_HTTP_BIND, BENCH_ADVERTISED
 * (the address that peers reach).
 */
final class WebRtcEchoMain {
    static final String OFFER_PATH = "/v1/webrtc";
    static final String WEBSOCKET_PATH = "/echo";
    static final String STATE = "state";

    private WebRtcEchoMain() {}

    public static void main(String[] arguments) throws IOException {
        int number = Integer.parseInt(environment("BENCH_PORT"));
        WebRtcEcho echo = new WebRtcEcho();
        WebRtcSettings settings =
                WebRtcSettings.at(
                                new InetSocketAddress(
                                        InetAddress.ofLiteral(environment("BENCH_BIND")), number))
                        .withAdvertised(
                                List.of(
                                        new InetSocketAddress(
                                                InetAddress.ofLiteral(
                                                        environment("BENCH_ADVERTISED")),
                                                number)));
        WebRtcPort port = WebRtcPort.open(settings, echo);
        echo.start(port);
        WebServer.builder()
                .host(environment("BENCH_HTTP_BIND"))
                .port(number)
                .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
                .routing(routing -> {
                    routing.get("/readyz", (request, response) -> response.send("ok\n"));
                    routing.get(
                            "/stats",
                            (request, response) ->
                                    response.send(
                                            stats(port, echo, request.query().contains("gc"))));
                    routing.post(OFFER_PATH, (request, response) -> offer(port, request, response));
                })
                .addRouting(WsRouting.builder().endpoint(WEBSOCKET_PATH, Echo::new))
                .build()
                .start();
    }

    private static String environment(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is not set");
        }
        return value;
    }

    private static void offer(WebRtcPort port, ServerRequest request, ServerResponse response) {
        switch (port.accept(request.content().as(String.class))) {
            case Acceptance.Accepted(var _, String answer, String _) ->
                    response.status(Status.CREATED_201).send(answer);
            case Acceptance.Unacceptable(String why) ->
                    response.status(Status.BAD_REQUEST_400).send(why);
            case Acceptance.Busy(String why) ->
                    response.status(Status.SERVICE_UNAVAILABLE_503).send(why);
        }
    }

    /** One "name value" a line. */
    private static String stats(WebRtcPort port, WebRtcEcho echo, boolean collect) {
        if (collect) {
            for (int i = 0; i < 3; i++) {
                System.gc();
            }
        }
        return "heap_bytes %d%nthreads %d%npeers %d%nmessages_in %d%nmessages_out %d%nskipped %d%n"
                .formatted(
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                        ManagementFactory.getThreadMXBean().getThreadCount(),
                        port.peers(),
                        echo.messagesIn(),
                        echo.messagesOut(),
                        echo.skipped());
    }

    /** One WebSocket connection; its thread sends back what it reads. */
    private static final class Echo implements WsListener {
        @Override
        public void onMessage(WsSession session, BufferData buffer, boolean last) {
            session.send(buffer, last);
        }
    }
}
