package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.protocol.ClientMessage;
import otherworld.protocol.Hello;
import otherworld.protocol.Leave;
import otherworld.protocol.Messages;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.Protocol;

/**
 * {@code clients/web/transport.js} in headless Chromium against an instance: over WebRTC, over
 * WebSocket, and where UDP is blocked. {@code clients/web/test/browser.mjs} has what is expected.
 */
class WebClientIT {
    private static final Path ROOT = Path.of(System.getProperty("otherworld.root", ".."));
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir private Path folder;

    @Test
    void aPagePlaysOverWebRtcAndWithoutUdpOverWebSocketWithinTwoSeconds() throws Exception {
        Map<String, String> assets =
                Map.of(
                        "OTHERWORLD_INTEROP_NODE", asset("node"),
                        "OTHERWORLD_INTEROP_CHROMIUM", asset("chromium"));
        try (Backend backend = new Backend();
                InstanceProcess instance = InstanceProcess.ready(backend, "pod-1");
                DatagramSocket stun = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            String script = ROOT.resolve("clients/web/test/browser.mjs").toString();
            HttpServer players = players(backend);
            try {
                String arguments = JSON.writeValueAsString(arguments(instance, players, stun));
                Output output = run(assets, List.of("node", script, arguments), LIMIT);
                assertThat(output.status()).as(output.text()).isZero();
            } finally {
                players.stop(0);
            }
            assertThatItWasAsked(stun);
            assertThat(sessions(instance, "direct", "webrtc")).isEqualTo(2);
            assertThat(sessions(instance, "upgrade", "webrtc")).isEqualTo(1);
            assertThat(sessions(instance, "resume", "websocket")).isEqualTo(1);
            assertThat(sessions(instance, "webrtc-refused", "websocket")).isEqualTo(1);
            assertThat(sessions(instance, "webrtc-timeout", "websocket")).isEqualTo(2);
        }
    }

    private static double sessions(InstanceProcess instance, String reason, String transport)
            throws IOException {
        return instance.metric(
                "otherworld_instance_sessions_total{reason=\"%s\",transport=\"%s\"}"
                        .formatted(reason, transport));
    }

    /**
     * A new player for each request: a ticket is good for ten seconds, browsers may start later.
     */
    private static HttpServer players(Backend backend) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        AtomicInteger number = new AtomicInteger();
        server.createContext(
                "/",
                exchange -> {
                    byte[] answer =
                            JSON.writeValueAsBytes(player(backend, number.incrementAndGet()));
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        server.start();
        return server;
    }

    private static Map<String, String> player(Backend backend, int number) {
        String ticket = backend.ticket("page-" + number, backend.seat(number));
        return Map.of(
                "ticket", ticket,
                "hello", hex(new Hello(Protocol.VERSION, Protocol.OLDEST, 0, ticket, "page")),
                "move", hex(new MoveIntent(1, TestPlayer.at(30, 30), List.of())),
                "leave", hex(new Leave()));
    }

    private static Map<String, Object> arguments(
            InstanceProcess instance, HttpServer players, DatagramSocket stun) {
        String authority = "://127.0.0.1:" + instance.port;
        return Map.of(
                "endpoints",
                List.of("http" + authority + "/v1/webrtc", "ws" + authority + "/v1/play"),
                "players",
                "http://127.0.0.1:%d/".formatted(players.getAddress().getPort()),
                "stun",
                "stun:127.0.0.1:" + stun.getLocalPort());
    }

    private static String hex(ClientMessage message) {
        return HexFormat.of().formatHex(Messages.encode(message));
    }

    /** A Binding request (RFC 8489 section 5) is waiting there. */
    private static void assertThatItWasAsked(DatagramSocket stun) throws IOException {
        DatagramPacket request = new DatagramPacket(new byte[1_500], 1_500);
        stun.setSoTimeout(1_000);
        stun.receive(request);
        assertThat(request.getData()).startsWith(0, 1);
    }

    private record Output(int status, String text) {}

    private String asset(String name) throws IOException, InterruptedException {
        Path program = ROOT.resolve("tools/interop/interop-assets");
        Output output = run(Map.of(), List.of(program.toString(), name), Duration.ofMinutes(8));
        if (output.status() != 0 && "optional".equals(System.getenv("OTHERWORLD_INTEROP"))) {
            abort(output.text());
        }
        assertThat(output.status()).as(output.text()).isZero();
        return output.text().lines().reduce("", (_, line) -> line);
    }

    /** Both of its outputs, of which the last line is the result if it has one. */
    private Output run(Map<String, String> environment, List<String> command, Duration limit)
            throws IOException, InterruptedException {
        Path file = Files.createTempFile(folder, "output", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(file.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        return new Output(process.waitFor(), Files.readString(file));
    }
}
