package otherworld.instance.transport.signalling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import otherworld.base.PlayerId;
import otherworld.instance.config.WebRtcConfig.Turn;
import otherworld.instance.transport.signalling.IceServers.Credentials;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.client.AnswerOutcome;
import otherworld.webrtc.client.ClientListener;
import otherworld.webrtc.client.ClientPeer;
import otherworld.webrtc.client.ClientSettings;
import otherworld.webrtc.client.Relay;
import otherworld.webrtc.client.Relaying;
import otherworld.webrtc.client.WebRtcClients;
import otherworld.webrtc.peer.CloseReason;
import otherworld.webrtc.port.Acceptance;
import otherworld.webrtc.port.WebRtcPort;
import otherworld.webrtc.port.WebRtcSettings;
import otherworld.webrtc.turn.TurnServer;

/**
 * Players come to an instance's port through a real coturn, by nothing but the configuration that
 * we give to those who install one, and get no further than it says.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class) // the last ends coturn
class CoturnIT {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final Duration SOON = Duration.ofSeconds(10);

    private final List<ClientPeer> peers = new ArrayList<>();
    private Coturn coturn;
    private WebRtcPort port;
    private WebRtcClients clients;

    @BeforeAll
    void start() throws Exception {
        coturn = Coturn.start();
        port = WebRtcPort.open(WebRtcSettings.at(new InetSocketAddress(LOOPBACK, 0)), new Echo());
        clients = WebRtcClients.open(ClientSettings.at(new InetSocketAddress(LOOPBACK, 0)));
    }

    @AfterAll
    void stop() {
        if (coturn != null) {
            clients.close();
            port.close();
            coturn.close();
        }
    }

    @AfterEach
    void leave() {
        peers.forEach(ClientPeer::close);
        peers.clear();
    }

    @Test
    @Order(1)
    void whatIsSaidGoesThroughItInBothDirections() throws IOException {
        Ear ear = new Ear();
        ClientPeer player = player(ear, good("ada"), List.of());
        await().atMost(SOON).until(() -> ear.open);
        assertThat(player.relay()).isInstanceOf(Relay.Used.class);
        byte[] message = "hello".repeat(5_000).getBytes(StandardCharsets.UTF_8); // many datagrams
        assertThat(player.send(ear.channel.orElseThrow(), MessageKind.BINARY, message)).isTrue();
        clients.flush();
        await().atMost(SOON).until(() -> !ear.heard.isEmpty());
        assertThat(ear.heard.getFirst()).isEqualTo(message);
    }

    /** Who has a straight way, too, takes whichever answers first. */
    @Test
    @Order(2)
    void aStraightWayIsTakenWhereThereIsOne() throws IOException {
        Ear ear = new Ear();
        ClientPeer player = clients.peer(List.of(ChannelSpec.reliable("edits")), ear);
        peers.add(player);
        answered(player, new Relaying(Optional.of(server(good("ada"))), false), List.of());
        await().atMost(SOON).until(() -> ear.open);
        await().atMost(SOON).until(() -> player.relay() instanceof Relay.Allocated);
    }

    @Test
    @Order(3)
    void forgedAndExpiredCredentialsAreRefused() throws IOException {
        Credentials own = good("ada");
        refused(credentials(Coturn.SECRET, Instant.now().minus(Duration.ofHours(2))));
        refused(credentials("south", Instant.now()));
        refused(new Credentials(own.username().replace("ada", "bob"), own.credential()));
        refused(new Credentials("9" + own.username(), own.credential()));
    }

    private void refused(Credentials credentials) throws IOException {
        Ear ear = new Ear();
        ClientPeer player = player(ear, credentials, List.of());
        await().atMost(SOON).until(() -> player.relay() instanceof Relay.Failed);
        assertThat(player.relay().toString()).contains("answered 401 to ALLOCATE");
        assertThat(ear.open).isFalse();
    }

    /** Candidates of the player's own making: another address than the pods', and one of theirs. */
    @Test
    @Order(4)
    void itIsNoWayToAnythingElse() throws IOException {
        try (DatagramSocket service = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.2"));
                DatagramSocket allowed = new DatagramSocket(0, LOOPBACK)) {
            Ear ear = new Ear();
            player(
                    ear,
                    good("mallory"),
                    List.of(
                            "a=candidate:7 1 udp 2130706431 127.0.0.2 %d typ host"
                                    .formatted(service.getLocalPort()),
                            "a=candidate:8 1 udp 2130706431 127.0.0.1 %d typ host"
                                    .formatted(allowed.getLocalPort())));
            // That checks go out at all is seen at the address that is allowed.
            allowed.setSoTimeout((int) SOON.toMillis());
            allowed.receive(new DatagramPacket(new byte[512], 512));
            service.setSoTimeout(1_000);
            assertThat(hears(service)).as("an address that coturn may not send to").isFalse();
        }
    }

    private static boolean hears(DatagramSocket socket) throws IOException {
        try {
            socket.receive(new DatagramPacket(new byte[512], 512));
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Test
    @Order(5)
    void onePlayerHasSixAddressesAtMost() throws IOException {
        List<ClientPeer> players = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            Ear ear = new Ear();
            players.add(player(ear, good("greedy"), List.of()));
        }
        await().atMost(SOON)
                .untilAsserted(() -> {
                    assertThat(players).filteredOn(p -> p.relay() instanceof Relay.Used).hasSize(6);
                    assertThat(players)
                            .filteredOn(p -> p.relay().toString().contains("answered 486"))
                            .hasSize(1);
                });
        // Leaving gives them back.
        players.forEach(ClientPeer::close);
        await().atMost(SOON)
                .until(() -> {
                    Ear ear = new Ear();
                    ClientPeer player = player(ear, good("greedy"), List.of());
                    await().atMost(SOON).until(() -> !(player.relay() instanceof Relay.None));
                    return !(player.relay() instanceof Relay.Failed);
                });
    }

    @Test
    @Order(6)
    void whileItIsAwayNobodyComesThroughAndAfterwardsTheyDo() throws IOException {
        coturn.kill();
        Ear lost = new Ear();
        player(lost, good("ada"), List.of());
        await().pollDelay(Duration.ofSeconds(1)).atMost(SOON).until(() -> !lost.open);
        coturn.again();
        Ear ear = new Ear();
        player(ear, good("ada"), List.of());
        await().atMost(SOON).until(() -> ear.open);
    }

    /** One whom nothing but the relay is open to. */
    private ClientPeer player(Ear ear, Credentials credentials, List<String> others)
            throws IOException {
        ClientPeer player = clients.peer(List.of(ChannelSpec.reliable("edits")), ear);
        peers.add(player);
        answered(player, new Relaying(Optional.of(server(credentials)), true), others);
        return player;
    }

    /**
     * @param others candidates in place of the port's; empty: the port's
     */
    private void answered(ClientPeer player, Relaying relaying, List<String> others) {
        Acceptance.Accepted accepted = (Acceptance.Accepted) port.accept(player.offer());
        String answer = accepted.answer();
        if (!others.isEmpty()) {
            answer =
                    answer.replaceAll("a=candidate:[^\r]*\r\n", "")
                            + String.join("\r\n", others)
                            + "\r\n";
        }
        assertThat(player.answer(answer, relaying)).isInstanceOf(AnswerOutcome.Taken.class);
    }

    private TurnServer server(Credentials own) {
        return new TurnServer(coturn.address(), own.username(), own.credential());
    }

    private static Credentials good(String player) {
        return credentials(Coturn.SECRET, Instant.now(), player);
    }

    private static Credentials credentials(String secret, Instant now) {
        return credentials(secret, now, "ada");
    }

    /** As instances make them. */
    private static Credentials credentials(String secret, Instant now, String player) {
        Turn turn = new Turn(List.of("turn:t"), secret, Duration.ofHours(1));
        return new IceServers(turn, InstantSource.fixed(now)).credentials(new PlayerId(player));
    }

    /** What a player hears. */
    private static final class Ear implements ClientListener {
        final List<byte[]> heard = new CopyOnWriteArrayList<>();
        volatile Optional<DataChannel> channel = Optional.empty();
        volatile boolean open;

        @Override
        public void connected() {}

        @Override
        public void channelOpened(DataChannel opened) {
            channel = Optional.of(opened);
            open = true;
        }

        @Override
        public void message(
                DataChannel from, MessageKind kind, byte[] buffer, int offset, int length) {
            heard.add(Arrays.copyOfRange(buffer, offset, offset + length));
        }

        @Override
        public void channelClosed(DataChannel closed) {}

        @Override
        public void closed(CloseReason reason) {}
    }

    private final class Echo extends EchoListener {
        @Override
        WebRtcPort port() {
            return port;
        }
    }
}
