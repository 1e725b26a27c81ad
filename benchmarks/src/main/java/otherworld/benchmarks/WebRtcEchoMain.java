package otherworld.benchmarks;

import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import otherworld.webrtc.port.Acceptance;
import otherworld.webrtc.port.WebRtcPort;
import otherworld.webrtc.port.WebRtcSettings;

/**
 * The server of bench webrtc, a process of its own: WebRTC and WebSocket echo on one port number.
 * On channel {@value #STATE} it sends 200 bytes to every peer 20 times a second, as an instance
 * does, while messages come, and only counts what comes; on any other it sends back what comes.
 *
 * <p>Environment: BENCH_PORT, BENCH_BIND (an address for UDP), BENCH_HTTP_BIND, BENCH_ADVERTISED
 * (the address that peers reach).
 */
final class WebRtcEchoMain {
    static final String OFFER_PATH = "/v1/webrtc";
    static final String WEBSOCKET_PATH = "/echo";
    static final String STATE = "state";

    private WebRtcEchoMain() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
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
        WebRtcEchoHttp.serve(
                new InetSocketAddress(environment("BENCH_HTTP_BIND"), number),
                WEBSOCKET_PATH,
                request -> answer(port, echo, request));
    }

    private static WebRtcEchoHttp.Answer answer(
            WebRtcPort port, WebRtcEcho echo, FullHttpRequest request) {
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        if (uri.path().equals("/readyz")) {
            return new WebRtcEchoHttp.Answer(HttpResponseStatus.OK, "ok\n");
        }
        if (uri.path().equals("/stats")) {
            boolean collect = uri.parameters().containsKey("gc");
            return new WebRtcEchoHttp.Answer(HttpResponseStatus.OK, stats(port, echo, collect));
        }
        if (uri.path().equals(OFFER_PATH) && request.method().equals(HttpMethod.POST)) {
            return offer(port, request.content().toString(StandardCharsets.UTF_8));
        }
        return new WebRtcEchoHttp.Answer(HttpResponseStatus.NOT_FOUND, "");
    }

    private static String environment(String name) {
        String value = System.getenv(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is not set");
        }
        return value;
    }

    private static WebRtcEchoHttp.Answer offer(WebRtcPort port, String offer) {
        return switch (port.accept(offer)) {
            case Acceptance.Accepted(var _, String answer, String _) ->
                    new WebRtcEchoHttp.Answer(HttpResponseStatus.CREATED, answer);
            case Acceptance.Unacceptable(String why) ->
                    new WebRtcEchoHttp.Answer(HttpResponseStatus.BAD_REQUEST, why);
            case Acceptance.Busy(String why) ->
                    new WebRtcEchoHttp.Answer(HttpResponseStatus.SERVICE_UNAVAILABLE, why);
        };
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
}
