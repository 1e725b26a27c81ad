package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.WorldId;
import otherworld.instance.RawSocket.Frame;
import otherworld.protocol.CloseCodes;
import otherworld.protocol.Goodbye;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Hello;
import otherworld.protocol.Leave;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Messages;
import otherworld.protocol.Protocol;
import otherworld.protocol.Welcome;
import otherworld.tickets.Ticket;

/**
 * A real gateway before a real instance: whoever has a good ticket gets through and notices nothing
 * of it; whoever has not, or tries to speak through it to others, does not.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayIT {
    private static final int BINARY = 0x82;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Backend backend;
    private InstanceProcess pod;
    private GatewayProcess gateway;
    private String path;
    private int seats;

    @BeforeAll
    void start() {
        backend = new Backend();
        gateway = GatewayProcess.start(backend, Map.of());
        pod = InstanceProcess.ready(backend, "pod-1", Map.of("OTHERWORLD_BEHIND_GATEWAY", "true"));
        backend.behindGateway(pod, "pod-1");
        gateway.ready();
        path = GatewayProcess.path(backend.instance);
    }

    @AfterAll
    void stop() {
        gateway.close();
        pod.close();
        backend.close();
    }

    private TestPlayer join(String player) {
        Seat seat = backend.seat(seats++);
        return TestPlayer.connect(gateway.play(backend.instance))
                .hello(backend.ticket(player, seat))
                .welcomed();
    }

    private GoodbyeReason refusal(String token) {
        return refusal(backend.instance, token);
    }

    private GoodbyeReason refusal(InstanceId where, String token) {
        try (TestPlayer player = TestPlayer.connect(gateway.play(where)).hello(token)) {
            GoodbyeReason reason = player.refusal();
            player.awaitClosed();
            assertThat(player.closed.join()).isEqualTo(CloseCodes.of(reason));
            return reason;
        }
    }

    @Test
    void aPlayerNoticesNothingOfIt() throws IOException {
        try (TestPlayer ada = join("ada")) {
            ada.durable(ada.place("crate", 32, 32));
            assertThat(gateway.metric("sessions")).isPositive();
            ada.say(new Leave());
            assertThat(ada.refusal()).isEqualTo(GoodbyeReason.LEFT);
            ada.awaitClosed();
            assertThat(ada.closed.join()).isEqualTo(1000);
        }
    }

    @Test
    void closeCodesOfTheInstanceArriveAsTheyWere() {
        Seat seat = backend.seat(seats++);
        try (TestPlayer first =
                        TestPlayer.connect(gateway.play(backend.instance))
                                .hello(backend.ticket("twin", seat))
                                .welcomed();
                TestPlayer second =
                        TestPlayer.connect(gateway.play(backend.instance))
                                .hello(backend.session("twin", seat))
                                .welcomed()) {
            assertThat(first.refusal()).isEqualTo(GoodbyeReason.REPLACED);
            first.awaitClosed();
            assertThat(first.closed.join()).isEqualTo(1000);
            second.sendRaw(new byte[] {99});
            assertThat(second.refusal()).isEqualTo(GoodbyeReason.MALFORMED);
            second.awaitClosed();
            assertThat(second.closed.join()).isEqualTo(1002);
        }
    }

    @Test
    void whatIsNoGoodTicketForThisInstanceNeverReachesIt() throws IOException {
        double before = pod.metric("otherworld_instance_messages_received_total");
        InstanceId here = backend.instance;
        assertThat(refusal("no.token.at-all")).isEqualTo(GoodbyeReason.TICKET_FORGED);
        String good = backend.ticket("eve", backend.seat(90));
        assertThat(refusal(good.substring(0, good.length() - 8) + "AAAAAAAA"))
                .isEqualTo(GoodbyeReason.TICKET_FORGED);
        assertThat(refusal(ticket(here, Instant.now().minusSeconds(60))))
                .isEqualTo(GoodbyeReason.TICKET_EXPIRED);
        assertThat(refusal(ticket(new InstanceId(new WorldId("other.world"), 0), Instant.now())))
                .isEqualTo(GoodbyeReason.TICKET_WRONG_INSTANCE);
        assertThat(refusal(ticket(new InstanceId(here.world(), 1), Instant.now())))
                .isEqualTo(GoodbyeReason.TICKET_WRONG_INSTANCE);
        // Good tickets at another address: of an instance that does not run, of one that is not.
        InstanceId other = new InstanceId(here.world(), 7);
        assertThat(refusal(other, good)).isEqualTo(GoodbyeReason.TICKET_WRONG_INSTANCE);
        assertThat(refusal(other, ticket(other, Instant.now()))).isEqualTo(GoodbyeReason.NOT_READY);
        assertThat(pod.metric("otherworld_instance_messages_received_total")).isEqualTo(before);
    }

    private String ticket(InstanceId instance, Instant at) {
        return backend.sign(
                Ticket.issue(new PlayerId("eve"), instance, backend.seat(91), "request", 100, at));
    }

    @Test
    void theFirstMessageIsAHelloOfThisVersion() throws IOException {
        List<byte[]> hellos =
                List.of(
                        RawSocket.masked(BINARY, new byte[] {6, 0, 0}),
                        RawSocket.masked(BINARY, new byte[] {1, 1, 0, 42}),
                        RawSocket.masked(0x81, "Hello".getBytes(StandardCharsets.US_ASCII)),
                        RawSocket.masked(BINARY, new byte[5_000]));
        List<GoodbyeReason> reasons = new ArrayList<>();
        List<Integer> codes = new ArrayList<>();
        for (byte[] hello : hellos) {
            try (RawSocket raw =
                    RawSocket.webSocket(gateway.port, "127.0.0.1", path + "/v1/play", "")) {
                raw.send(hello);
                List<Frame> frames = raw.frames();
                reasons.add(goodbye(frames.getFirst()).reason());
                codes.add(frames.get(1).closeCode());
            }
        }
        assertThat(reasons)
                .containsExactly(
                        GoodbyeReason.MALFORMED,
                        GoodbyeReason.VERSION_UNSUPPORTED,
                        GoodbyeReason.MALFORMED,
                        GoodbyeReason.MALFORMED);
        assertThat(codes).containsExactly(1002, 1008, 1003, 1009);
    }

    /** Cut to pieces, and with a ping and a move before the answer: the instance gets it all. */
    @Test
    void whatComesWithAndBehindHelloIsNotLost() throws Exception {
        try (RawSocket raw =
                RawSocket.webSocket(gateway.port, "127.0.0.1", path + "/v1/play", "")) {
            byte[] hello =
                    RawSocket.masked(BINARY, hello(backend.ticket("cut", backend.seat(seats++))));
            raw.send(RawSocket.masked(0x89, new byte[] {5}));
            for (int i = 0; i < hello.length; i += 50) {
                raw.send(Arrays.copyOfRange(hello, i, Math.min(hello.length, i + 50)));
            }
            raw.send(RawSocket.masked(0x89, new byte[] {7}));
            List<Integer> pongs = new ArrayList<>();
            boolean welcomed = false;
            while (pongs.size() < 2 || !welcomed) {
                Frame frame = raw.frame();
                if (frame.opcode() == 0xa) {
                    pongs.add((int) frame.payload()[0]);
                } else if (frame.opcode() == 2 && frame.payload()[0] == Welcome.TYPE) {
                    welcomed = true;
                }
            }
            assertThat(pongs).containsExactly(5, 7);
        }
    }

    /** Another pod has the address by now; or somebody who is no instance at all. */
    @Test
    void anImpostorAtAPodsAddressIsNotTold() throws IOException {
        InstanceId at = new InstanceId(backend.instance.world(), 5);
        List<Integer> heard = new CopyOnWriteArrayList<>();
        FakePod.Script listen = socket -> heard.add(socket.getInputStream().read());
        for (String claim : List.of("pod-9", "")) {
            try (FakePod impostor = new FakePod(claim, listen).hosts(backend, at, "pod-1", 1)) {
                assertThat(refusal(at, ticket(at, Instant.now())))
                        .isEqualTo(GoodbyeReason.NOT_READY);
                assertThat(impostor.asked).hasSize(1);
            }
        }
        await().until(() -> heard.size() == 2);
        assertThat(heard).containsOnly(-1); // closed before a byte of Hello
    }

    @Test
    void aNewHostOfHigherEpochIsFoundAtOnceAndTheOldOnesEndIsAsIfNobodyWereBetween()
            throws IOException {
        InstanceId at = new InstanceId(backend.instance.world(), 6);
        CountDownLatch dies = new CountDownLatch(1);
        FakePod.Script until =
                socket -> {
                    try {
                        dies.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                };
        FakePod old = new FakePod("pod-1", until).hosts(backend, at, "pod-1", 1);
        TestPlayer ann = TestPlayer.connect(gateway.play(at)).hello(ticket(at, Instant.now()));
        await().until(() -> !old.asked.isEmpty());
        old.close(); // nobody listens there any more, whatever the gateway remembers
        dies.countDown();
        ann.awaitClosed();
        assertThat(ann.closed.join()).isIn(-1, 1006);
        try (FakePod next =
                        new FakePod("pod-2", socket -> socket.getInputStream().read())
                                .hosts(backend, at, "pod-2", 2);
                TestPlayer back =
                        TestPlayer.connect(gateway.play(at)).hello(ticket(at, Instant.now()))) {
            await().until(() -> next.asked.size() == 1);
            assertThat(back.find(Goodbye.class, _ -> true)).isEmpty();
        }
    }

    // ---- speaking to others through it
    // -------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/i/../v1/play",
                "/i/default.plaza/00/v1/play",
                "/i/default.plaza/-1/v1/play",
                "/i/default.plaza/100000/v1/play",
                "/i/DEFAULT.plaza/0/v1/play",
                "/i/default.plaza%0d%0aX:y/0/v1/play",
                "/i/169.254.169.254:80%2f/0/v1/play",
                "/i/default.plaza/0/debug/../v1/play",
                "/i/default.plaza/0/metrics",
                "/v1/play",
                "/healthz",
                "http://127.0.0.1:1/v1/play",
            })
    void noPathLeadsElsewhere(String target) throws IOException {
        try (RawSocket raw = new RawSocket(gateway.port)) {
            String answer =
                    raw.send(
                                    "GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
                                            .formatted(target))
                            .readAnswer();
            assertThat(answer).matches("(?s)HTTP/1.1 (404|400) .*");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: a\r\nHost: b\r\n",
                "Host: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n",
                "Host: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n",
                "Host: a\r\nTransfer-Encoding: xchunked\r\n",
                "Host: a\r\nTransfer-Encoding : chunked\r\n",
                "Host: a\r\nX: y\r\n folded\r\n",
                "Host: a\nContent-Length: 4\r\n",
            })
    void whatTwoReadersCouldReadInTwoWaysEndsHere(String head) throws IOException {
        double before = gateway.metric("http_connections_ended_total{reason=\"malformed\"}");
        try (RawSocket raw = new RawSocket(gateway.port)) {
            raw.send("POST %s/v1/webrtc HTTP/1.1\r\n%s\r\n0\r\n\r\n".formatted(path, head));
            assertThat(raw.readAll()).startsWith("HTTP/1.1 400 ").doesNotContain("HTTP/1.1 2");
        }
        assertThat(gateway.metric("http_connections_ended_total{reason=\"malformed\"}"))
                .isEqualTo(before + 1);
    }

    /** What a client writes into its handshake is not what the instance reads. */
    @Test
    void nothingOfAClientsHandshakeReachesTheInstance() throws Exception {
        InstanceId at = new InstanceId(backend.instance.world(), 8);
        try (FakePod fake =
                new FakePod("pod-1", socket -> socket.getInputStream().read())
                        .hosts(backend, at, "pod-1", 1)) {
            String lies =
                    """
                    X-Forwarded-For: 6.6.6.6\r
                    X-Forwarded-Host: evil\r
                    Forwarded: for=6.6.6.6\r
                    Otherworld-Pod: pod-6\r
                    Cookie: a=b\r
                    Connection: X-Forwarded-For, Otherworld-Pod\r
                    """;
            try (RawSocket raw =
                    RawSocket.webSocket(
                            gateway.port,
                            "127.0.0.9",
                            GatewayProcess.path(at) + "/v1/play?reason=resume%0d%0aEvil:%20yes&x=y",
                            lies)) {
                raw.send(RawSocket.masked(BINARY, hello(ticket(at, Instant.now()))));
                await().until(() -> !fake.asked.isEmpty());
            }
            assertThat(fake.asked.getFirst())
                    .startsWith("GET /v1/play HTTP/1.1\r\n")
                    .contains("X-Forwarded-For: 127.0.0.9\r\n")
                    .doesNotContain("6.6.6.6", "evil", "Evil", "pod-6", "Cookie", "Extensions");
        }
    }

    @Test
    void signallingNeedsATokenAndComesBackWithThePathsOfTheGateway() throws Exception {
        String webrtc = "http://127.0.0.1:%d%s/v1/webrtc".formatted(gateway.port, path);
        String session = backend.session("rtc", backend.seat(seats++));
        assertThat(ask(webrtc + "/ice-servers", "").statusCode()).isEqualTo(401);
        assertThat(ask(webrtc + "/ice-servers", "forged").statusCode()).isEqualTo(401);
        HttpResponse<String> servers = ask(webrtc + "/ice-servers", session);
        assertThat(servers.statusCode()).isEqualTo(200);
        assertThat(servers.body()).contains("iceServers");
        assertThat(servers.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
        HttpResponse<String> refused =
                HTTP.send(
                        HttpRequest.newBuilder(URI.create(webrtc))
                                .header("Authorization", "Bearer " + session)
                                .header("Content-Type", "application/sdp")
                                .POST(HttpRequest.BodyPublishers.ofString("no sdp"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("offer-unacceptable"); // the instance's own word
        assertThat(
                        HTTP.send(
                                        HttpRequest.newBuilder(URI.create(webrtc + "/nobody"))
                                                .DELETE()
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .body())
                .contains("unknown-session");
        assertThat(gateway.getAsPlayer(path + "/healthz").body()).isEqualTo("ok\n");
        assertThat(gateway.getAsPlayer("/i/nobody.knows/0/healthz").statusCode()).isEqualTo(404);
    }

    private static HttpResponse<String> ask(String url, String token)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    // ---- limits
    // ------------------------------------------------------------------------------------

    @Test
    void anAddressHasSoManyPlayersAndProxiesAreBelievedOnlyIfTheyAreOurs() throws Exception {
        Map<String, String> limits =
                Map.of(
                        "OTHERWORLD_CONNECTIONS_PER_ADDRESS",
                        "2",
                        "OTHERWORLD_TRUSTED_PROXIES",
                        "127.0.0.1");
        List<RawSocket> open = new ArrayList<>();
        try (GatewayProcess edge = GatewayProcess.start(backend, limits).ready()) {
            for (String client : List.of("192.0.2.1", "192.0.2.1", "192.0.2.2")) {
                open.add(playerThrough(edge, "127.0.0.1", client));
            }
            assertThat(refusedThrough(edge, "127.0.0.1", "192.0.2.1")).contains("429", "2 of your");
            // What a client wrote before our proxy's word is not believed.
            assertThat(refusedThrough(edge, "127.0.0.1", "198.51.100.9, 192.0.2.1"))
                    .contains("429");
            // Nor is anything that comes from elsewhere.
            open.add(playerThrough(edge, "127.0.0.5", "192.0.2.1"));
            open.add(playerThrough(edge, "127.0.0.5", "192.0.2.7"));
            assertThat(refusedThrough(edge, "127.0.0.5", "192.0.2.8"))
                    .as(() -> edge.log() + pod.log())
                    .contains("429");
            open.removeFirst().close();
            await().until(() -> refusedThrough(edge, "127.0.0.1", "192.0.2.1").contains(" 101 "));
        } finally {
            for (RawSocket each : open) {
                each.close();
            }
        }
    }

    /** However soon the next one comes, on whatever event loop. */
    @Test
    void whoWasLetInIsCountedBeforeTheyKnow() throws Exception {
        Map<String, String> limits =
                Map.of(
                        "OTHERWORLD_CONNECTIONS_PER_ADDRESS",
                        "1",
                        "OTHERWORLD_TRUSTED_PROXIES",
                        "127.0.0.1");
        try (GatewayProcess edge = GatewayProcess.start(backend, limits).ready()) {
            for (int i = 0; i < 400; i++) {
                String client = (i < 200 ? "192.0.2." : "198.51.100.") + i % 200;
                RawSocket first = through(edge, "127.0.0.1", client);
                try {
                    assertThat(refusedThrough(edge, "127.0.0.1", client))
                            .as("client %d", i)
                            .contains("429");
                } finally {
                    first.close();
                }
            }
        }
    }

    /** One who stays: without Hello a connection ends after some seconds. */
    private RawSocket playerThrough(GatewayProcess edge, String from, String client)
            throws IOException {
        RawSocket raw = through(edge, from, client);
        String ticket = backend.ticket("proxied-" + seats, backend.seat(seats++));
        Hello hello = new Hello(Protocol.VERSION, Protocol.OLDEST, 0, ticket, "test");
        return raw.send(RawSocket.masked(0x82, Messages.encode(hello)));
    }

    private RawSocket through(GatewayProcess edge, String from, String client) throws IOException {
        return RawSocket.webSocket(
                edge.port, from, path + "/v1/play", "X-Forwarded-For: " + client + "\r\n");
    }

    private String refusedThrough(GatewayProcess edge, String from, String client)
            throws IOException {
        try (RawSocket raw = through(edge, from, client)) {
            return "HTTP/1.1 101 ";
        } catch (AssertionError e) {
            return String.valueOf(e.getMessage());
        }
    }

    /**
     * Neither side can make the gateway hold more than a little of what the other does not take.
     */
    @Test
    void whoeverIsSlowSlowsTheOtherSideAndNothingIsLost() throws Exception {
        int bytes = 64 << 20;
        AtomicLong written = new AtomicLong();
        CountDownLatch readsNow = new CountDownLatch(1);
        AtomicLong read = new AtomicLong();
        FakePod.Script script =
                socket -> {
                    byte[] frame = new byte[65_536 + 10];
                    frame[0] = (byte) 0x82;
                    frame[1] = 127;
                    frame[7] = 1; // 65,536 bytes
                    OutputStream out = socket.getOutputStream();
                    for (int i = 0; i < bytes / 65_536; i++) {
                        frame[10] = (byte) i;
                        out.write(frame);
                        written.addAndGet(65_536);
                    }
                    try {
                        readsNow.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    byte[] buffer = new byte[65_536];
                    for (int n = 0; n >= 0 && read.get() < bytes; ) {
                        n = socket.getInputStream().read(buffer);
                        read.addAndGet(Math.max(0, n));
                    }
                };
        InstanceId at = new InstanceId(backend.instance.world(), 9);
        try (FakePod fake = new FakePod("pod-1", script).hosts(backend, at, "pod-1", 1);
                RawSocket raw =
                        RawSocket.webSocket(
                                gateway.port,
                                "127.0.0.1",
                                GatewayProcess.path(at) + "/v1/play",
                                "")) {
            raw.send(RawSocket.masked(BINARY, hello(ticket(at, Instant.now()))));
            assertThat(stands(written)).as("written to who does not read").isLessThan(bytes / 2);
            assertThat(gateway.metric("waits_for_clients_total")).isPositive();
            for (int i = 0; i < bytes / 65_536; i++) {
                Frame frame = raw.frame();
                assertThat(frame.payload()).hasSize(65_536);
                assertThat(frame.payload()[0]).isEqualTo((byte) i);
            }
            AtomicLong sent = new AtomicLong();
            Thread sends =
                    Thread.ofVirtual()
                            .start(() -> {
                                byte[] frame = RawSocket.masked(BINARY, new byte[65_536]);
                                try {
                                    while (sent.get() < bytes + 65_536) {
                                        raw.send(frame);
                                        sent.addAndGet(frame.length);
                                    }
                                } catch (IOException e) {
                                    sent.set(-1);
                                }
                            });
            assertThat(stands(sent)).as("sent to who does not read").isLessThan(bytes / 2);
            assertThat(gateway.metric("waits_for_instances_total")).isPositive();
            readsNow.countDown();
            await().atMost(Duration.ofSeconds(30)).until(() -> read.get() >= bytes);
            sends.interrupt();
            assertThat(fake.asked).hasSize(1);
        }
    }

    /** What a count is once it no longer grows. */
    private static long stands(AtomicLong count) throws InterruptedException {
        long before = -1;
        while (before != count.get() || before <= 0) {
            before = count.get();
            TimeUnit.MILLISECONDS.sleep(500);
        }
        return before;
    }

    @Test
    void whoHalfClosesIsEnded() throws Exception {
        try (RawSocket raw =
                RawSocket.webSocket(gateway.port, "127.0.0.1", path + "/v1/play", "")) {
            raw.send(
                    RawSocket.masked(BINARY, hello(backend.ticket("half", backend.seat(seats++)))));
            assertThat(raw.frame().payload()[0]).isEqualTo((byte) Welcome.TYPE);
            raw.shutdownOutput();
            assertThat(raw.frames().getLast().opcode()).isEqualTo(Frame.END);
        }
    }

    private static byte[] hello(String token) {
        return Messages.encode(new Hello(Protocol.VERSION, Protocol.OLDEST, 0, token, "raw"));
    }

    private static Goodbye goodbye(Frame frame) {
        try {
            return Optional.of(Messages.decodeServer(frame.payload(), 0, frame.payload().length))
                    .filter(Goodbye.class::isInstance)
                    .map(Goodbye.class::cast)
                    .orElseThrow();
        } catch (MalformedMessage e) {
            throw new AssertionError(e);
        }
    }
}
