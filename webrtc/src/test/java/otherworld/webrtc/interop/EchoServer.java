package otherworld.webrtc.interop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.peer.CloseReason;
import otherworld.webrtc.port.Acceptance;
import otherworld.webrtc.port.PeerId;
import otherworld.webrtc.port.PeerListener;
import otherworld.webrtc.port.WebRtcPort;
import otherworld.webrtc.port.WebRtcSettings;
import otherworld.webrtc.sctp.SctpSettings;

/**
 * Our port with signalling over HTTP ({@code POST /offer/NAME}, or {@code /lossy/NAME} and {@code
 * /lossy-later/NAME} for paths through proxies), sending back whatever comes on the channel it came
 * on.
 */
final class EchoServer implements AutoCloseable {
    /** What the port takes, and may have on its way to a peer. */
    private static final int MOST_MESSAGE_BYTES = 2 << 20;

    private static final int BUFFER_BYTES = 8 << 20;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final WebRtcPort port;
    private final HttpServer http;
    private final double loss;
    private final LossyProxy lossy;

    /** For whoever connects where nothing is lost. */
    private final LossyProxy lossyLater;

    private final Map<PeerId, EchoPeer> byId = new ConcurrentHashMap<>();
    private final Map<String, EchoPeer> byName = new ConcurrentHashMap<>();

    EchoServer(double loss, long seed) throws IOException {
        port = WebRtcPort.open(settings(), new Listener());
        this.loss = loss;
        lossy = new LossyProxy(port.boundPort(), loss, seed);
        lossyLater = new LossyProxy(port.boundPort(), 0, seed + 1);
        http = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 64);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", this::signal);
        http.start();
    }

    private static WebRtcSettings settings() {
        SctpSettings usual = SctpSettings.DEFAULT;
        SctpSettings sctp =
                usual.withRoom(MOST_MESSAGE_BYTES, BUFFER_BYTES, BUFFER_BYTES, usual.maxStreams());
        var limits = WebRtcSettings.Limits.DEFAULT;
        var times = WebRtcSettings.Times.DEFAULT;
        return WebRtcSettings.at(new InetSocketAddress(LOOPBACK, 0))
                .withSctp(sctp)
                .withLimits(
                        new WebRtcSettings.Limits(
                                limits.peers(),
                                limits.halfOpen(),
                                limits.handshakes(),
                                limits.handshakesPerSource(),
                                BUFFER_BYTES,
                                limits.outboxMessages(),
                                limits.socketBufferBytes()))
                .withTimes(
                        new WebRtcSettings.Times(
                                Duration.ofSeconds(25),
                                Duration.ofSeconds(20),
                                times.consent(),
                                times.rebind(),
                                times.linger()));
    }

    /** Where connection {@code name} sends its offer. */
    String url(String name) {
        return url("offer", name);
    }

    /** The same for one whose datagrams go through the proxy. */
    String lossyUrl(String name) {
        return url("lossy", name);
    }

    /** The same, but nothing is lost until {@link #loseFromNow}. One user at a time. */
    String lossyLaterUrl(String name) {
        lossyLater.lose(0);
        return url("lossy-later", name);
    }

    void loseFromNow() {
        lossyLater.lose(loss);
    }

    private String url(String path, String name) {
        return "http://127.0.0.1:%d/%s/%s".formatted(http.getAddress().getPort(), path, name);
    }

    /** Our side of a connection, once it was accepted. */
    EchoPeer peer(String name) {
        return Optional.ofNullable(byName.get(name))
                .orElseThrow(() -> new AssertionError("no offer came from " + name));
    }

    WebRtcPort port() {
        return port;
    }

    private void signal(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().split("/", 3);
        String offer = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        switch (port.accept(offer)) {
            case Acceptance.Accepted(PeerId id, String answer, String ufrag) -> {
                EchoPeer peer = byId.computeIfAbsent(id, EchoPeer::new);
                peer.offered(offer, ufrag);
                byName.put(path[2], peer);
                reply(
                        exchange,
                        201,
                        switch (path[1]) {
                            case "lossy" -> through(lossy, answer);
                            case "lossy-later" -> through(lossyLater, answer);
                            default -> answer;
                        });
            }
            case Acceptance.Unacceptable(String why) -> reply(exchange, 400, why);
            case Acceptance.Busy(String why) -> reply(exchange, 503, why);
        }
    }

    private String through(LossyProxy proxy, String answer) {
        return answer.replace(
                "127.0.0.1 %d typ".formatted(port.boundPort()),
                "127.0.0.1 %d typ".formatted(proxy.port()));
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        http.stop(0);
        port.close();
        lossy.close();
        lossyLater.close();
        byId.values().forEach(EchoPeer::stop);
    }

    private final class Listener implements PeerListener {
        private EchoPeer peer(PeerId id) {
            return byId.computeIfAbsent(id, EchoPeer::new);
        }

        @Override
        public void connected(PeerId id) {
            peer(id).startEcho(port);
        }

        @Override
        public void channelOpened(PeerId id, DataChannel channel) {
            peer(id).opened(channel);
        }

        @Override
        public void message(
                PeerId id,
                DataChannel channel,
                MessageKind kind,
                byte[] buffer,
                int offset,
                int length) {
            peer(id).message(channel, kind, buffer, offset, length);
        }

        @Override
        public void channelClosed(PeerId id, DataChannel channel) {
            peer(id).channelClosed(channel);
        }

        @Override
        public void closed(PeerId id, CloseReason reason) {
            peer(id).closed(reason);
        }
    }
}
