package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import otherworld.protocol.Ping;
import otherworld.protocol.Pong;
import otherworld.webrtc.client.WebRtcClients;
import otherworld.webrtc.stun.StunKey;
import otherworld.webrtc.stun.StunWriter;

/** Strangers on the UDP port, each datagram from another address, while two players play. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("heavy")
class UdpFloodIT {
    private static final int DATAGRAMS = 60_000;
    private static final int SOURCES = 500;
    private static final String EVENT = "otherworld_instance_webrtc_events_total{event=\"%s\"}";

    private final WebRtcClients clients = WebRtcWire.clients();
    private final Random random = new Random(23);
    private Backend backend;
    private InstanceProcess instance;

    @BeforeAll
    void start() {
        backend = new Backend();
        instance = InstanceProcess.ready(backend, "pod-1");
    }

    @AfterAll
    void stop() {
        clients.close();
        instance.close();
        backend.close();
    }

    @Test
    void whateverStrangersSendIsCountedAndPlayersNoticeNothing() throws Exception {
        String ada = backend.ticket("ada", backend.seat(1));
        String bob = backend.ticket("bob", backend.seat(2));
        try (TestPlayer overWebRtc = WebRtcWire.connect(clients, instance, ada);
                TestPlayer overWebSocket = TestPlayer.join(instance, bob)) {
            overWebRtc.hello(ada).welcomed();
            long linesBefore = instance.log().lines().count();
            long slowestNs = 0;
            List<DatagramChannel> sources = sources();
            try {
                InetSocketAddress to =
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), instance.port);
                for (int i = 0; i < DATAGRAMS; i++) {
                    sources.get(i % SOURCES).send(ByteBuffer.wrap(datagram(i)), to);
                    if (i % 2_000 == 0) {
                        slowestNs = Math.max(slowestNs, answered(overWebRtc, i + 1));
                        slowestNs = Math.max(slowestNs, answered(overWebSocket, i + 1));
                        assertThat(instance.status("/readyz")).isEqualTo(200);
                    }
                }
                overWebRtc.durable(overWebRtc.place("crate", 32, 32));
            } finally {
                for (DatagramChannel source : sources) {
                    source.close();
                }
            }
            System.out.printf("UdpFloodIT: slowest answer %.1f ms%n", slowestNs / 1e6);
            assertThat(slowestNs).isLessThan(2_000_000_000L);
            for (String event :
                    List.of("check_unknown_ufrag", "dtls_unverified", "neither", "oversize")) {
                assertThat(instance.metric(EVENT.formatted(event))).as(event).isPositive();
            }
            assertThat(instance.metric(EVENT.formatted("stun_malformed"))).isPositive();
            assertThat(instance.metric(EVENT.formatted("bug"))).isZero();
            assertThat(instance.metric("otherworld_instance_webrtc_peers{state=\"half_open\"}"))
                    .isZero();
            assertThat(instance.log().lines().count() - linesBefore)
                    .as("lines of log: %s", instance.log())
                    .isLessThan(20);
        }
    }

    private static long answered(TestPlayer player, int nonce) {
        long beganNs = System.nanoTime();
        player.say(new Ping(nonce, 0));
        player.await(Pong.class, pong -> pong.nonce() == nonce);
        return System.nanoTime() - beganNs;
    }

    /** Checks of nobody, forged ClientHellos, noise; each of them cut short, too. */
    private byte[] datagram(int i) {
        byte[] whole =
                switch (i % 4) {
                    case 0 ->
                            StunWriter.check(
                                    transaction(),
                                    "nobody%d:here".formatted(random.nextInt(1_000)),
                                    1_845_501_695L,
                                    7,
                                    true,
                                    new StunKey("guessedPasswordOf22Chars"));
                    case 1 -> clientHello();
                    case 2 -> noise(1 + random.nextInt(1_400));
                    default -> noise(i % 400 == 3 ? 9_000 : 64);
                };
        return i % 8 < 4 ? whole : Arrays.copyOf(whole, random.nextInt(whole.length));
    }

    private byte[] transaction() {
        return noise(12);
    }

    private byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        random.nextBytes(noise);
        return noise;
    }

    private byte[] clientHello() {
        ByteBuffer hello = ByteBuffer.wrap(noise(160));
        hello.put((byte) 22).putShort((short) 0xFEFD).putLong(0).position(11);
        hello.putShort((short) 147).put((byte) 1).put((byte) 0).putShort((short) 135);
        hello.putShort((short) 0).put(new byte[3]).put((byte) 0).putShort((short) 135);
        return hello.array();
    }

    /** On Linux all of 127.0.0.0/8 is at hand; elsewhere they differ by port alone. */
    private static List<DatagramChannel> sources() {
        boolean linux = System.getProperty("os.name").equals("Linux");
        return IntStream.range(0, SOURCES)
                .mapToObj(i -> linux ? "127.8.%d.%d".formatted(i / 250, 1 + i % 250) : "127.0.0.1")
                .map(UdpFloodIT::bound)
                .toList();
    }

    private static DatagramChannel bound(String address) {
        try {
            return DatagramChannel.open().bind(new InetSocketAddress(address, 0));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
