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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import otherworld.instance.config.Limits;
import otherworld.protocol.Hello;
import otherworld.protocol.Messages;
import otherworld.protocol.Ping;
import otherworld.protocol.Pong;
import otherworld.protocol.Protocol;

/** Strangers who take connections and say nothing, while somebody plays. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("heavy")
class FloodIT {
    private static final byte[] HALF =
            "GET /healthz HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII);
    private static final int PER_ADDRESS = 40;
    private static final long HEAP_BYTES = 192L << 20; // of InstanceProcess

    private Backend backend;
    private InstanceProcess instance;

    @BeforeAll
    void start() {
        backend = new Backend();
        instance =
                InstanceProcess.ready(
                        backend,
                        "pod-1",
                        Map.of(
                                "OTHERWORLD_CONNECTIONS_PER_ADDRESS",
                                Integer.toString(PER_ADDRESS)));
    }

    @AfterAll
    void stop() {
        instance.close();
        backend.close();
    }

    /**
     * Whoever says nothing goes first, then a WebSocket that has not shown whose it is; a player's
     * goes never, and then the newcomer is refused.
     */
    @Test
    void anAddressHasSoManyConnectionsAndOneMoreEndsASilentOneAndNeverAPlayers() throws Exception {
        List<RawSocket> open = new ArrayList<>();
        String healthz = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
        try {
            open.add(player(0));
            RawSocket silent = new RawSocket(instance.port, "127.9.9.9");
            RawSocket upgraded = RawSocket.webSocket(instance.port, "127.9.9.9");
            open.add(silent);
            open.add(upgraded);
            double before = hits("connections_per_address");
            for (int i = 3; i < PER_ADDRESS; i++) {
                open.add(player(i));
            }
            assertThat(hits("connections_per_address")).isEqualTo(before);
            open.add(player(1));
            assertThat(silent.readAll()).isEmpty();
            assertThat(hits("connections_per_address")).isEqualTo(before + 1);
            open.add(player(2));
            assertThat(upgraded.frame().opcode()).isEqualTo(RawSocket.Frame.END);
            assertThat(hits("connections_per_address")).isEqualTo(before + 2);
            // All are players' now.
            before = hits("connections_per_address");
            long startNs = System.nanoTime();
            assertThat(refused("127.9.9.9")).isTrue();
            assertThat(System.nanoTime() - startNs).isLessThan(2_000_000_000L);
            assertThat(hits("connections_per_address")).isEqualTo(before + 1);
            try (RawSocket other = new RawSocket(instance.port, "127.9.9.10")) {
                assertThat(other.send(healthz).readAnswer()).startsWith("HTTP/1.1 200");
            }
            open.getFirst().send(RawSocket.masked(0x89, new byte[] {7}));
            RawSocket.Frame frame = open.getFirst().frame();
            while (frame.opcode() != 0xA) {
                frame = open.getFirst().frame();
            }
            assertThat(frame.payload()).containsExactly(7);
            open.removeLast().close();
            await().atMost(Duration.ofSeconds(4)).until(() -> !refused("127.9.9.9"));
        } finally {
            for (RawSocket each : open) {
                each.close();
            }
        }
    }

    /** Is welcome. */
    private RawSocket player(int i) throws IOException {
        RawSocket socket = RawSocket.webSocket(instance.port, "127.9.9.9");
        String ticket = backend.ticket("p" + i, backend.seat(50 + i));
        socket.send(
                RawSocket.masked(
                        0x82,
                        Messages.encode(
                                new Hello(Protocol.VERSION, Protocol.OLDEST, 0, ticket, "flood"))));
        assertThat(socket.frame().opcode()).isEqualTo(2);
        return socket;
    }

    private boolean refused(String from) throws IOException {
        try (RawSocket raw = new RawSocket(instance.port, from)) {
            return !raw.send("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    .readAll()
                    .startsWith("HTTP/1.1 200");
        } catch (IOException e) {
            return true; // reset before anything could be sent
        }
    }

    @Test
    void tenThousandSilentConnectionsOfManyAddressesTakeNothingFromWhoPlays() throws Exception {
        int most = Limits.connections(HEAP_BYTES);
        List<Socket> silent = new ArrayList<>();
        try (TestPlayer ada = TestPlayer.join(instance, backend.ticket("ada", backend.seat(1)))) {
            int nonce = 0;
            for (int i = 0; i < 10_000; i++) {
                Socket socket = new Socket();
                silent.add(socket);
                try {
                    int address = i / (PER_ADDRESS - 1);
                    socket.bind(
                            new InetSocketAddress(
                                    "127.1.%d.%d".formatted(address / 250, 1 + address % 250), 0));
                    socket.connect(
                            new InetSocketAddress(
                                    InetAddress.ofLiteral("127.0.0.1"), instance.port),
                            5_000);
                    if (i % 3 == 0) {
                        socket.getOutputStream().write(HALF);
                    }
                } catch (IOException e) {
                    socket.close(); // refused, as it should be
                }
                if (i % 1_000 == 0) {
                    ada.say(new Ping(++nonce, 0));
                    int asked = nonce;
                    ada.await(Pong.class, pong -> pong.nonce() == asked);
                    assertThat(instance.status("/healthz")).isEqualTo(200);
                    assertThat(instance.status("/readyz")).isEqualTo(200);
                    assertThat(instance.metric("otherworld_instance_tcp_connections"))
                            .isLessThanOrEqualTo(most);
                }
            }
            assertThat(hits("connections")).isPositive();
            ada.durable(ada.place("crate", 32, 32));
            // The silent ones run out of time, and strangers can come again.
            await().atMost(Duration.ofMillis(2 * Limits.REQUEST_MS))
                    .until(() -> !refused("127.0.0.1"));
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    private double hits(String limit) throws IOException {
        return instance.metric(
                "otherworld_instance_limit_hits_total{limit=\"%s\"}".formatted(limit));
    }
}
