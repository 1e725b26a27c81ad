package otherworld.webrtc.port;

import static org.assertj.core.api.Assertions.assertThat;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.channel.Reliability;
import otherworld.webrtc.client.ClientSettings;
import otherworld.webrtc.peer.CloseReason;

/** Our client and our port over real sockets on loopback. */
class LoopbackTest {

    @Test
    void echoesAtEveryReliability() throws Exception {
        try (var net = new Net()) {
            var client =
                    net.connect(
                            ChannelSpec.reliable("reliable"),
                            ChannelSpec.unreliable("unreliable"),
                            new ChannelSpec(
                                    "lifetime",
                                    "p",
                                    true,
                                    new Reliability.MaxLifetime(500),
                                    ChannelSpec.NORMAL_PRIORITY));
            for (int round = 0; round < 20; round++) {
                for (int channel = 0; channel < 3; channel++) {
                    client.echo(net.clients, channel, "round " + round + " on " + channel);
                }
            }
            assertThat(net.port.counters().get(PortEvent.BUG)).isZero();
            assertThat(net.port.halfOpenPeers()).isZero();
            assertThat(net.port.peers()).isEqualTo(1);
        }
    }

    @Test
    void carriesLargeMessagesInOrder() throws Exception {
        try (var net = new Net()) {
            var client = net.connect(ChannelSpec.reliable("big"));
            byte[] big = new byte[200_000];
            for (int i = 0; i < big.length; i++) {
                big[i] = (byte) (i * 31);
            }
            for (int i = 0; i < 5; i++) {
                big[0] = (byte) i;
                byte[] message = big.clone();
                Awaitility.await().atMost(Net.PATIENCE).until(() -> client.send(0, message));
                net.clients.flush();
                assertThat(client.receive()).isEqualTo(big);
            }
        }
    }

    @Test
    void speaksIpv6() throws Exception {
        try (var net = new Net(WebRtcSettings.at(Net.IPV6), ClientSettings.at(Net.IPV6))) {
            net.connect(ChannelSpec.reliable("six")).echo(net.clients, 0, "over ::1");
        }
    }

    @Test
    void servesBothFamiliesAtOnce() throws Exception {
        var both = WebRtcSettings.at(Net.IPV4, Net.IPV6);
        try (var net = new Net(both, ClientSettings.at(Net.IPV6))) {
            net.connect(ChannelSpec.reliable("six")).echo(net.clients, 0, "over ::1");
            try (var four =
                    otherworld.webrtc.client.WebRtcClients.open(ClientSettings.at(Net.IPV4))) {
                var client = new Net.Client();
                client.peer = four.peer(java.util.List.of(ChannelSpec.reliable("four")), client);
                var accepted = (Acceptance.Accepted) net.port.accept(client.peer.offer());
                client.peer.answer(accepted.answer());
                client.awaitChannels(1);
                client.echo(four, 0, "over 127.0.0.1");
            }
        }
    }

    @Test
    void closesFromTheClient() throws Exception {
        try (var net = new Net()) {
            var client = net.connect(ChannelSpec.reliable("a"));
            client.peer.close();
            assertThat(client.awaitClosed()).isEqualTo(new CloseReason.ClosedHere());
            Awaitility.await().atMost(Net.PATIENCE).until(() -> net.port.peers() == 0);
            assertThat(net.awaitClosed(client.id)).isEqualTo(new CloseReason.ClosedByPeer());
        }
    }

    @Test
    void closesFromTheServerAfterWhatWasSent() throws Exception {
        try (var net = new Net()) {
            var client = net.connect(ChannelSpec.reliable("a"));
            client.echo(net.clients, 0, "hello");
            var channel = net.server.channel(client.id);
            byte[] goodbye = "goodbye".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            assertThat(
                            net.port.send(
                                    client.id,
                                    channel,
                                    otherworld.webrtc.channel.MessageKind.TEXT,
                                    goodbye))
                    .isTrue();
            net.port.close(client.id);
            assertThat(client.receiveText()).isEqualTo("goodbye");
            assertThat(client.awaitClosed()).isEqualTo(new CloseReason.ClosedByPeer());
            Awaitility.await().atMost(Net.PATIENCE).until(() -> net.port.peers() == 0);
            assertThat(net.awaitClosed(client.id)).isEqualTo(new CloseReason.ClosedHere());
        }
    }
}
