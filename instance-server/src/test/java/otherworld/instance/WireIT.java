package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import otherworld.instance.RawSocket.Frame;
import otherworld.instance.config.Limits;
import otherworld.protocol.Goodbye;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Hello;
import otherworld.protocol.Leave;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Messages;
import otherworld.protocol.Ping;
import otherworld.protocol.Pong;
import otherworld.protocol.Protocol;
import otherworld.protocol.ServerMessage;
import otherworld.protocol.Welcome;

/** What goes over the players' TCP port, byte by byte: RFC 9112 and RFC 6455 on a real socket. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireIT {
    private static final String HOST = "Host: a\r\n";
    private static final int BINARY = 0x82;
    private static final int CLOSE = 8;
    private static final int PONG = 10;

    private Backend backend;
    private InstanceProcess instance;
    private int seat;

    @BeforeAll
    void start() {
        backend = new Backend();
        instance = InstanceProcess.ready(backend, "pod-1");
    }

    @AfterAll
    void stop() {
        assertThat(instance.log()).doesNotContain("\tat ").doesNotContain("A bug");
        instance.close();
        backend.close();
    }

    /** What a client sends after its Hello, and the code that it is closed with. */
    static Stream<Arguments> broken() {
        byte[] ping = Messages.encode(new Ping(1, 2));
        byte[] unmasked = {(byte) BINARY, 1, 7};
        return Stream.of(
                Arguments.of("a reserved bit", RawSocket.masked(0xc2, ping), 1002),
                Arguments.of("a reserved opcode", RawSocket.masked(0x83, ping), 1002),
                Arguments.of("a reserved control opcode", RawSocket.masked(0x8b, ping), 1002),
                Arguments.of("no mask", unmasked, 1002),
                Arguments.of("an orphan continuation", RawSocket.masked(0x80, ping), 1002),
                Arguments.of(
                        "a message inside another",
                        joined(RawSocket.masked(0x02, ping), RawSocket.masked(BINARY, ping)),
                        1002),
                Arguments.of("a long ping", RawSocket.masked(0x89, new byte[126]), 1002),
                Arguments.of("a fragmented ping", RawSocket.masked(0x09, new byte[1]), 1002),
                Arguments.of("half a close code", RawSocket.masked(0x88, new byte[1]), 1002),
                Arguments.of(
                        "a close code nobody sends",
                        RawSocket.masked(0x88, new byte[] {0x03, (byte) 0xed}),
                        1002),
                Arguments.of(
                        "a reason that is not UTF-8",
                        RawSocket.masked(0x88, new byte[] {0x03, (byte) 0xe8, (byte) 0xff}),
                        1007),
                Arguments.of(
                        "text",
                        RawSocket.masked(0x81, "hi".getBytes(StandardCharsets.UTF_8)),
                        1003),
                Arguments.of("an unknown message", RawSocket.masked(BINARY, new byte[] {99}), 1002),
                Arguments.of(
                        "a message too long",
                        RawSocket.masked(BINARY, new byte[Messages.MAX_CLIENT_BYTES + 1]),
                        1009),
                Arguments.of(
                        "fragments too long",
                        joined(
                                RawSocket.masked(0x02, new byte[Messages.MAX_CLIENT_BYTES]),
                                RawSocket.masked(0x80, new byte[1])),
                        1009),
                Arguments.of(
                        "a message of 2^62 bytes",
                        new byte[] {
                            (byte) BINARY, (byte) 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4
                        },
                        1009));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void whoeverBreaksTheFramesHearsGoodbyeAndTheCodeAndOthersPlayOn(
            String what, byte[] bytes, int code) throws Exception {
        for (boolean admitted : new boolean[] {true, false}) {
            try (RawSocket raw = RawSocket.webSocket(instance.port)) {
                if (admitted) {
                    hello(raw);
                    hear(raw, Welcome.class::isInstance);
                }
                raw.send(bytes).send(RawSocket.masked(BINARY, new byte[] {1, 2, 3}));
                List<Frame> frames = raw.frames();
                assertThat(frames.getLast().opcode()).as(what).isEqualTo(Frame.END);
                Frame close = frames.get(frames.size() - 2);
                assertThat(close.opcode()).as(what).isEqualTo(CLOSE);
                assertThat(close.closeCode()).as(what).isEqualTo(code);
                assertThat(message(frames.get(frames.size() - 3)))
                        .isInstanceOfSatisfying(
                                Goodbye.class,
                                goodbye ->
                                        assertThat(goodbye.reason())
                                                .isEqualTo(GoodbyeReason.MALFORMED));
            }
        }
    }

    @Test
    void fragmentsPingsInsideThemAndBytesOneByOneAreOneMessageAfterTheOther() throws Exception {
        try (RawSocket raw = RawSocket.webSocket(instance.port)) {
            byte[] hello = helloBytes();
            ByteArrayOutputStream pieces = new ByteArrayOutputStream();
            for (int i = 0; i < hello.length; i++) { // each byte a frame
                int first = (i == hello.length - 1 ? 0x80 : 0) | (i == 0 ? 0x02 : 0x00);
                pieces.writeBytes(RawSocket.masked(first, new byte[] {hello[i]}));
                if (i % 100 == 0) {
                    pieces.writeBytes(RawSocket.masked(0x89, new byte[] {'p', (byte) i}));
                }
            }
            pieces.writeBytes(RawSocket.masked(BINARY, Messages.encode(new Ping(7, 8))));
            for (byte b : pieces.toByteArray()) {
                raw.send(new byte[] {b});
            }
            Frame pong = raw.frame();
            assertThat(pong.opcode()).isEqualTo(PONG);
            assertThat(pong.payload()).containsExactly('p', 0);
            hear(raw, Welcome.class::isInstance);
            hear(raw, said -> said instanceof Pong answer && answer.nonce() == 7);
        }
    }

    @Test
    void messagesThatComeWithHelloWaitForItAndKeepTheirOrder() throws Exception {
        try (RawSocket raw = RawSocket.webSocket(instance.port)) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(RawSocket.masked(BINARY, helloBytes()));
            for (int i = 1; i <= 200; i++) {
                all.writeBytes(RawSocket.masked(BINARY, Messages.encode(new Ping(i, 0))));
            }
            raw.send(all.toByteArray());
            List<Integer> nonces = new ArrayList<>();
            hear(
                    raw,
                    said -> {
                        if (said instanceof Pong pong) {
                            nonces.add(pong.nonce());
                        }
                        return nonces.size() == 200;
                    });
            assertThat(nonces).isSorted();
        }
    }

    @Test
    void aCloseIsAnsweredWithItsCodeAndLeaveWithGoodbyeAnd1000() throws Exception {
        try (RawSocket raw = RawSocket.webSocket(instance.port)) {
            raw.send(RawSocket.masked(0x88, new byte[] {0x0b, (byte) 0xb9, 'x'}));
            assertThat(raw.frames())
                    .extracting(Frame::opcode, Frame::closeCode)
                    .startsWith(tuple(CLOSE, 3001));
        }
        try (RawSocket raw = RawSocket.webSocket(instance.port)) {
            raw.send(RawSocket.masked(0x88, new byte[0]));
            assertThat(raw.frames().getFirst().payload()).isEmpty();
        }
        try (RawSocket raw = RawSocket.webSocket(instance.port)) {
            hello(raw);
            raw.send(RawSocket.masked(BINARY, Messages.encode(new Leave())));
            hear(raw, said -> said instanceof Goodbye bye && bye.reason() == GoodbyeReason.LEFT);
            assertThat(raw.frame().closeCode()).isEqualTo(1000);
            raw.send(RawSocket.masked(0x88, new byte[] {0x03, (byte) 0xe8}));
            assertThat(raw.frame().opcode()).isEqualTo(Frame.END);
        }
    }

    @Test
    void aHandshakeThatIsNoneIsToldWhatToSend() throws Exception {
        String[] whole = {
            "GET /v1/play HTTP/1.1",
            "Host: a",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol: otherworld.v1"
        };
        assertThat(status(whole, 0, whole[0])).isEqualTo("101");
        assertThat(status(whole, 2, "X: y")).isEqualTo("426");
        assertThat(status(whole, 2, "Upgrade: h2c")).isEqualTo("426");
        assertThat(status(whole, 3, "Connection: keep-alive")).isEqualTo("426");
        assertThat(status(whole, 4, "X: y")).isEqualTo("426");
        assertThat(status(whole, 4, "Sec-WebSocket-Version: 8")).isEqualTo("426");
        assertThat(status(whole, 5, "X: y")).isEqualTo("400");
        assertThat(status(whole, 5, "Sec-WebSocket-Key: short")).isEqualTo("400");
        assertThat(status(whole, 5, whole[5] + "\r\n" + whole[5])).isEqualTo("400");
        assertThat(status(whole, 5, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=!"))
                .isEqualTo("400");
        assertThat(status(whole, 6, "Sec-WebSocket-Protocol: chat")).isEqualTo("400");
        assertThat(status(whole, 0, "POST /v1/play HTTP/1.1")).isEqualTo("405");
        try (RawSocket raw = new RawSocket(instance.port)) {
            assertThat(raw.send("GET /v1/play HTTP/1.1\r\n" + HOST + "\r\n").readAnswer())
                    .startsWith("HTTP/1.1 426 ")
                    .contains("\r\nSec-WebSocket-Version: 13\r\n", "\r\nUpgrade: websocket\r\n");
        }
    }

    private String status(String[] lines, int which, String instead) throws IOException {
        String[] sent = Arrays.copyOf(lines, lines.length);
        sent[which] = instead;
        try (RawSocket raw = new RawSocket(instance.port)) {
            return raw.send(String.join("\r\n", sent) + "\r\n\r\n").readAnswer().split(" ", 3)[1];
        }
    }

    @Test
    void whatIsNoRequestGetsAProblemThatArrivesThoughMoreWasSent() throws Exception {
        for (String request :
                List.of(
                        "\u0016\u0003\u0001\u0002\u0000" + "\u0001".repeat(500),
                        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\u0000".repeat(30_000),
                        "GET /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
                                + "Content-Length: 2\r\n\r\n"
                                + "a".repeat(100_000))) {
            try (RawSocket raw = new RawSocket(instance.port)) {
                assertThat(raw.send(request).readAll())
                        .startsWith("HTTP/1.1 400 ")
                        .contains("Connection: close", "problem+json");
            }
        }
    }

    @Test
    void requestsAreAnsweredInTheirOrderWhicheverThreadDoesThem() throws Exception {
        try (RawSocket raw = new RawSocket(instance.port)) {
            raw.send(
                    "GET /healthz HTTP/1.1\r\n%1$s\r\nGET /v1/webrtc/ice-servers HTTP/1.1\r\n%1$s\r\nHEAD /healthz HTTP/1.1\r\n%1$s\r\nPUT /v1/webrtc HTTP/1.1\r\n%1$s\r\nGET /healthz HTTP/1.0\r\n\r\n"
                            .formatted(HOST));
            assertThat(
                            Pattern.compile("HTTP/1\\.1 (\\d+)")
                                    .matcher(raw.readAll())
                                    .results()
                                    .map(answer -> answer.group(1)))
                    .containsExactly("200", "401", "200", "405", "200");
        }
    }

    @Test
    void halfARequestIsOverAfterItsTimeHoweverItIsDripped() throws Exception {
        long startNs = System.nanoTime();
        double before = hits("request_time");
        try (RawSocket silent = new RawSocket(instance.port);
                RawSocket half = new RawSocket(instance.port);
                RawSocket dripping = new RawSocket(instance.port);
                RawSocket body = new RawSocket(instance.port)) {
            half.send("GET /healthz HT");
            body.send("POST /v1/webrtc HTTP/1.1\r\n" + HOST + "Content-Length: 9\r\n\r\na");
            dripping.send("GET /healthz HTTP/1.1\r\n" + HOST + "X: ");
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            for (int i = 0; i < 100; i++) {
                                Thread.sleep(100);
                                dripping.send("a");
                            }
                        } catch (IOException | InterruptedException e) {
                            // it was ended, as it should be
                        }
                    });
            assertThat(silent.readAll()).isEmpty();
            assertThat(half.readAll()).startsWith("HTTP/1.1 408 ");
            assertThat(body.readAll()).startsWith("HTTP/1.1 408 ");
            dripping.readAll();
            assertThat((System.nanoTime() - startNs) / 1_000_000)
                    .isBetween((long) Limits.REQUEST_MS - 100, Limits.REQUEST_MS + 4_000L);
        }
        await().until(() -> hits("request_time") == before + 4);
    }

    private double hits(String limit) throws IOException {
        return instance.metric(
                "otherworld_instance_limit_hits_total{limit=\"%s\"}".formatted(limit));
    }

    private byte[] helloBytes() {
        int own = ++seat % 90;
        String ticket = backend.ticket("wire-" + seat, backend.seat(own));
        return Messages.encode(new Hello(Protocol.VERSION, Protocol.OLDEST, 0, ticket, "test"));
    }

    private void hello(RawSocket raw) throws IOException {
        raw.send(RawSocket.masked(BINARY, helloBytes()));
    }

    private static void hear(RawSocket raw, Predicate<ServerMessage> awaited) throws IOException {
        while (true) {
            Frame frame = raw.frame();
            assertThat(frame.opcode()).isIn(2, PONG);
            if (frame.opcode() == 2 && awaited.test(message(frame))) {
                return;
            }
        }
    }

    private static ServerMessage message(Frame frame) {
        try {
            return Messages.decodeServer(frame.payload(), 0, frame.payload().length);
        } catch (MalformedMessage e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
