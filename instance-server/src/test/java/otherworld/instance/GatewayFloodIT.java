package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import otherworld.protocol.Hello;
import otherworld.protocol.Messages;
import otherworld.protocol.Ping;
import otherworld.protocol.Pong;
import otherworld.protocol.Protocol;

/** Thousands of strangers at a gateway, while somebody plays through it. */
@Tag("heavy")
class GatewayFloodIT {
    private static final int PER_ADDRESS = 40;
    private static final int STRANGERS = 10_000;
    private static final byte[] HALF =
            "GET /healthz HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII);

    @Test
    void tenThousandStrangersTakeNothingFromWhoPlays() throws Exception {
        try (Backend backend = new Backend();
                InstanceProcess pod =
                        InstanceProcess.ready(
                                backend, "pod-1", Map.of("OTHERWORLD_BEHIND_GATEWAY", "true"));
                GatewayProcess gateway =
                        GatewayProcess.start(
                                backend,
                                Map.of(
                                        "OTHERWORLD_CONNECTIONS_PER_ADDRESS",
                                        Integer.toString(PER_ADDRESS)))) {
            backend.behindGateway(pod, "pod-1");
            gateway.ready();
            byte[] upgrade = upgrade(GatewayProcess.path(backend.instance));
            byte[] forged =
                    RawSocket.masked(
                            0x82,
                            Messages.encode(
                                    new Hello(
                                            Protocol.VERSION,
                                            Protocol.OLDEST,
                                            0,
                                            backend.ticket("x", backend.seat(5)) + "A",
                                            "flood")));
            double reached = pod.metric("otherworld_instance_tcp_connections");
            List<Socket> strangers = new ArrayList<>();
            try (TestPlayer ada =
                    TestPlayer.connect(gateway.play(backend.instance))
                            .hello(backend.ticket("ada", backend.seat(1)))
                            .welcomed()) {
                int nonce = 0;
                for (int i = 0; i < STRANGERS; i++) {
                    strangers.add(stranger(gateway.port, i, upgrade, forged));
                    if (i % 1_000 == 0) {
                        int asked = ++nonce;
                        ada.say(new Ping(asked, 0));
                        ada.await(Pong.class, pong -> pong.nonce() == asked);
                        assertThat(gateway.status("/healthz")).isEqualTo(200);
                        assertThat(gateway.metric("http_connections"))
                                .isLessThanOrEqualTo(gateway.metric("http_connections_limit"));
                    }
                }
                ada.durable(ada.place("crate", 32, 32));
                assertThat(gateway.metric("goodbyes_total{reason=\"TICKET_FORGED\"}")).isPositive();
                assertThat(gateway.metric("http_connections_ended_total{reason=\"limit_in_all\"}"))
                        .isPositive();
                // Of them all nobody got through to the instance.
                assertThat(pod.metric("otherworld_instance_tcp_connections"))
                        .isEqualTo(reached + 1);
                assertThat(gateway.metric("sessions")).isEqualTo(1);
                try (TestPlayer bob =
                        TestPlayer.connect(gateway.play(backend.instance))
                                .hello(backend.ticket("bob", backend.seat(2)))
                                .welcomed()) {
                    bob.durable(bob.place("crate", 31, 31));
                }
                assertThat(gateway.log()).doesNotContain("A bug", "OutOfMemory");
            } finally {
                for (Socket each : strangers) {
                    each.close();
                }
            }
        }
    }

    private static Socket stranger(int port, int i, byte[] upgrade, byte[] forged) {
        Socket socket = new Socket();
        try {
            int address = i / (PER_ADDRESS - 1);
            socket.bind(
                    new InetSocketAddress(
                            "127.1.%d.%d".formatted(address / 250, 1 + address % 250), 0));
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 5_000);
            switch (i % 4) {
                case 0 -> {} // says nothing
                case 1 -> socket.getOutputStream().write(HALF);
                case 2 -> socket.getOutputStream().write(upgrade); // and no Hello
                default -> {
                    socket.getOutputStream().write(upgrade);
                    socket.getOutputStream().write(forged);
                }
            }
        } catch (IOException e) {
            try {
                socket.close(); // refused, as it should be
            } catch (IOException again) {
                throw new AssertionError(again);
            }
        }
        return socket;
    }

    private static byte[] upgrade(String path) {
        return """
        GET %s/v1/play HTTP/1.1\r
        Host: x\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        Sec-WebSocket-Protocol: otherworld.v1\r
        \r
        """
                .formatted(path)
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void aClientThatTakesNothingIsLetGo() throws Exception {
        FakePod.Script floods =
                socket -> {
                    byte[] frame = new byte[65_536 + 10];
                    frame[0] = (byte) 0x82;
                    frame[1] = 127;
                    frame[7] = 1;
                    while (true) {
                        socket.getOutputStream().write(frame);
                    }
                };
        try (Backend backend = new Backend();
                FakePod _ =
                        new FakePod("pod-1", floods).hosts(backend, backend.instance, "pod-1", 1);
                GatewayProcess gateway = GatewayProcess.start(backend, Map.of()).ready();
                RawSocket raw =
                        RawSocket.webSocket(
                                gateway.port,
                                "127.0.0.1",
                                GatewayProcess.path(backend.instance) + "/v1/play",
                                "")) {
            raw.send(
                    RawSocket.masked(
                            0x82,
                            Messages.encode(
                                    new Hello(
                                            Protocol.VERSION,
                                            Protocol.OLDEST,
                                            0,
                                            backend.ticket("stone", backend.seat(1)),
                                            "raw"))));
            await().until(() -> gateway.metric("sessions") == 1);
            await().atMost(Duration.ofSeconds(25))
                    .until(() -> gateway.metric("sessions_ended_total{by=\"stalled\"}") == 1);
            assertThat(gateway.metric("sessions")).isZero();
        }
    }
}
