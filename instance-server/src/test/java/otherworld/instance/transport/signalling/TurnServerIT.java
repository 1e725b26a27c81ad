package otherworld.instance.transport.signalling;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import otherworld.base.PlayerId;
import otherworld.instance.config.WebRtcConfig.Turn;
import otherworld.instance.transport.signalling.IceServers.Credentials;
import otherworld.webrtc.port.Acceptance;
import otherworld.webrtc.port.WebRtcPort;
import otherworld.webrtc.port.WebRtcSettings;

/** What players are told lets them into a real TURN server (pion's) that shares the secret. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TurnServerIT {
    private static final String SECRET = "north by north-west";
    private static final Pattern PORT = Pattern.compile("\"port\":(\\d+)");

    private static final int ALLOCATE = 0x0003;
    private static final int ALLOCATED = 0x0103;
    private static final int REFUSED = 0x0113;
    private static final int USERNAME = 0x0006;
    private static final int INTEGRITY = 0x0008;
    private static final int ERROR_CODE = 0x0009;
    private static final int REALM = 0x0014;
    private static final int NONCE = 0x0015;
    private static final int REQUESTED_TRANSPORT = 0x0019;
    private static final byte[] UDP = {17, 0, 0, 0};

    private static final ObjectMapper JSON = new ObjectMapper();

    private String pion;
    private Process server;
    private InetSocketAddress address;

    @BeforeAll
    void start() throws Exception {
        Path tools = Path.of("..", "tools", "interop", "interop-assets").toAbsolutePath();
        Process assets =
                new ProcessBuilder(tools.toString(), "pion").redirectError(INHERIT).start();
        pion = firstLine(assets);
        boolean found = assets.waitFor(5, TimeUnit.MINUTES) && assets.exitValue() == 0;
        Assumptions.assumeTrue(
                found || !"optional".equals(System.getenv("OTHERWORLD_INTEROP")), "no pion");
        assertThat(found).as("tools/interop/interop-assets pion").isTrue();
        server =
                new ProcessBuilder(pion, "turn", "127.0.0.1:0", SECRET)
                        .redirectError(INHERIT)
                        .start();
        Matcher port = PORT.matcher(firstLine(server));
        assertThat(port.find()).isTrue();
        address =
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), Integer.parseInt(port.group(1)));
    }

    @AfterAll
    void stop() throws Exception {
        if (server != null) {
            server.getOutputStream().close(); // how it is told to end
            assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static final ProcessBuilder.Redirect INHERIT = ProcessBuilder.Redirect.INHERIT;

    private static String firstLine(Process process) throws IOException {
        var output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return String.valueOf(output.readLine());
    }

    @Test
    void aPlayersOwnCredentialsAreGood() throws Exception {
        assertThat(allocate(credentials(SECRET, Instant.now(), "ada"))).isEqualTo("allocated");
    }

    @Test
    void afterTheirTimeUnderAnotherNameOrAnotherSecretTheyAreNot() throws Exception {
        Credentials old = credentials(SECRET, Instant.now().minus(Duration.ofHours(2)), "ada");
        assertThat(allocate(old)).isEqualTo("refused");
        Credentials own = credentials(SECRET, Instant.now(), "ada");
        Credentials renamed =
                new Credentials(own.username().replace("ada", "bob"), own.credential());
        assertThat(allocate(renamed)).isEqualTo("refused");
        assertThat(allocate(credentials("south", Instant.now(), "ada"))).isEqualTo("refused");
    }

    @Test
    @Timeout(60)
    void aPlayerWhoCanReachTheRelayAloneIsConnectedThroughIt() throws Exception {
        try (EchoPort port = new EchoPort()) {
            Process player = new ProcessBuilder(pion, "peer").redirectError(INHERIT).start();
            try (var answers =
                            new BufferedReader(
                                    new InputStreamReader(
                                            player.getInputStream(), StandardCharsets.UTF_8));
                    var commands = player.outputWriter(StandardCharsets.UTF_8)) {
                Credentials own = credentials(SECRET, Instant.now(), "ada");
                String turn = "turn:127.0.0.1:" + address.getPort() + "?transport=udp";
                ObjectNode connect = JSON.createObjectNode();
                connect.put("id", 1).put("do", "connect").put("peer", "ada");
                connect.put("url", port.url()).put("relayOnly", true);
                connect.putArray("channels").addObject().put("label", "edits");
                ObjectNode ice = connect.putArray("iceServers").addObject();
                ice.put("username", own.username()).put("credential", own.credential());
                ice.putArray("urls").add(turn);
                commands.write(connect + "\n");
                commands.flush();
                JsonNode connected = until(answers, line -> line.path("id").asInt() == 1);
                assertThat(connected.path("ok").asBoolean()).as("%s", connected).isTrue();

                commands.write(
                        "{\"id\":2,\"do\":\"send\",\"peer\":\"ada\",\"channel\":\"edits\",\"text\":\"hello\"}\n");
                commands.flush();
                JsonNode echo =
                        until(answers, line -> line.path("event").asText().equals("message"));
                assertThat(echo.path("size").asInt()).isEqualTo("hello".length());

                // Every candidate of the player was the relay's.
                assertThat(port.offer())
                        .contains("typ relay")
                        .doesNotContain("typ host")
                        .doesNotContain("typ srflx");
            } finally {
                player.destroy();
                assertThat(player.waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private static JsonNode until(BufferedReader answers, Predicate<JsonNode> wanted)
            throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            JsonNode answer = JSON.readTree(line);
            if (wanted.test(answer)) {
                return answer;
            }
        }
        throw new AssertionError("the player has ended");
    }

    /** A port that sends messages back, with signalling over HTTP. */
    private static final class EchoPort extends EchoListener implements AutoCloseable {
        private final WebRtcPort port;
        private final HttpServer http;
        private volatile String offer = "";

        EchoPort() throws IOException {
            var loopback = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
            port = WebRtcPort.open(WebRtcSettings.at(loopback), this);
            http = HttpServer.create(loopback, 8);
            http.createContext("/", this::signal);
            http.start();
        }

        String url() {
            return "http://127.0.0.1:" + http.getAddress().getPort() + "/";
        }

        String offer() {
            return offer;
        }

        private void signal(HttpExchange exchange) throws IOException {
            offer = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Acceptance acceptance = port.accept(offer);
            boolean accepted = acceptance instanceof Acceptance.Accepted;
            String body =
                    acceptance instanceof Acceptance.Accepted(_, String answer, _)
                            ? answer
                            : acceptance.toString();
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(accepted ? 201 : 400, bytes.length);
            try (var out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        }

        @Override
        WebRtcPort port() {
            return port;
        }

        @Override
        public void close() {
            http.stop(0);
            port.close();
        }
    }

    private static Credentials credentials(String secret, Instant now, String player) {
        Turn turn = new Turn(List.of("turn:t"), secret, Duration.ofHours(1));
        return new IceServers(turn, InstantSource.fixed(now)).credentials(new PlayerId(player));
    }

    /**
     * Asks for a relay address (RFC 8656, section 7) with long-term credentials (RFC 8489, 9.2).
     */
    private String allocate(Credentials own) throws IOException, GeneralSecurityException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(5_000);
            Answer challenge = ask(socket, message(ALLOCATE, Map.of(REQUESTED_TRANSPORT, UDP)));
            assertThat(challenge.type).isEqualTo(REFUSED);
            byte[] realm = challenge.get(REALM);
            Map<Integer, byte[]> attributes = new HashMap<>();
            attributes.put(REQUESTED_TRANSPORT, UDP);
            attributes.put(USERNAME, own.username().getBytes(StandardCharsets.UTF_8));
            attributes.put(REALM, realm);
            attributes.put(NONCE, challenge.get(NONCE));
            String key =
                    "%s:%s:%s"
                            .formatted(
                                    own.username(),
                                    new String(realm, StandardCharsets.UTF_8),
                                    own.credential());
            Answer answer = ask(socket, signed(message(ALLOCATE, attributes), key));
            if (answer.type == ALLOCATED) {
                return "allocated";
            }
            assertThat(answer.type).isEqualTo(REFUSED);
            assertThat(answer.get(ERROR_CODE)[2]).isEqualTo((byte) 4); // pion says 400, coturn 401
            return "refused";
        }
    }

    private record Answer(int type, Map<Integer, byte[]> attributes) {
        byte[] get(int attribute) {
            return Objects.requireNonNull(attributes.get(attribute));
        }
    }

    private Answer ask(DatagramSocket socket, byte[] request) throws IOException {
        socket.send(new DatagramPacket(request, request.length, address));
        DatagramPacket packet = new DatagramPacket(new byte[1_500], 1_500);
        socket.receive(packet);
        ByteBuffer answer = ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
        int type = answer.getShort();
        answer.position(20);
        Map<Integer, byte[]> attributes = new HashMap<>();
        while (answer.remaining() >= 4) {
            int name = answer.getShort() & 0xffff;
            byte[] value = new byte[answer.getShort() & 0xffff];
            answer.get(value);
            answer.position(Math.min(answer.limit(), answer.position() + padding(value.length)));
            attributes.put(name, value);
        }
        return new Answer(type, attributes);
    }

    /** RFC 8489, section 5. */
    private static byte[] message(int type, Map<Integer, byte[]> attributes) {
        ByteBuffer message = ByteBuffer.allocate(1_500);
        message.putShort((short) type).putShort((short) 0).putInt(0x2112a442);
        message.putLong(System.nanoTime()).putInt(7); // the transaction's id
        attributes.forEach((name, value) -> {
            message.putShort(name.shortValue()).putShort((short) value.length).put(value);
            message.put(new byte[padding(value.length)]);
        });
        return whole(message);
    }

    private static byte[] signed(byte[] message, String key) throws GeneralSecurityException {
        ByteBuffer signed = ByteBuffer.allocate(message.length + 24).put(message);
        signed.putShort(2, (short) (message.length - 20 + 24)); // covers the attribute itself
        byte[] md5 = MessageDigest.getInstance("MD5").digest(key.getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(md5, "HmacSHA1"));
        mac.update(signed.array(), 0, message.length);
        signed.putShort((short) INTEGRITY).putShort((short) 20).put(mac.doFinal());
        return whole(signed);
    }

    private static byte[] whole(ByteBuffer message) {
        byte[] bytes = new byte[message.position()];
        message.putShort(2, (short) (bytes.length - 20)).get(0, bytes);
        return bytes;
    }

    private static int padding(int length) {
        return -length & 3;
    }
}
