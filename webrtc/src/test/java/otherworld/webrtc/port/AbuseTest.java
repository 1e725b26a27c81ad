package otherworld.webrtc.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.ice.IceCredentials;
import otherworld.webrtc.stun.StunKey;

/**
 * Strangers on the port: what they send is bounded, counted and mostly unanswered, and a player who
 * is connected meanwhile gets every echo. The sum of what is sent to an address that no valid check
 * came from never exceeds what came from it.
 */
class AbuseTest {
    private static final int FLOOD = 20_000;

    /** Something to flood with. */
    @FunctionalInterface
    private interface Flood {
        byte[] datagram(int i);
    }

    /** Floods from a stranger while a player echoes; returns the stranger's account. */
    private static Stranger flood(Net net, Net.Client player, Flood flood) throws Exception {
        try (var stranger = new Stranger(net.address())) {
            for (int i = 0; i < FLOOD; i++) {
                stranger.send(flood.datagram(i));
                if (i % 500 == 0) {
                    player.echo(net.clients, 0, "during " + i);
                }
            }
            player.echo(net.clients, 0, "after");
            TimeUnit.MILLISECONDS.sleep(100);
            stranger.drain();
            assertThat(net.port.counters().get(PortEvent.BUG)).isZero();
            return stranger;
        }
    }

    private static long counted(Net net, PortEvent event) {
        return net.port.counters().get(event);
    }

    @Test
    void strangersGetNoAnswerAndPlayersNoticeNothing() throws Exception {
        try (var net = new Net()) {
            var player = net.connect(ChannelSpec.reliable("a"));
            var key = new StunKey("guessedPasswordOf22Chars");
            var random = new Random(11);

            byte[] unknown = Stranger.check("nobodyIs:here", key, true);
            assertThat(flood(net, player, i -> unknown).bytesIn).isZero();
            assertThat(counted(net, PortEvent.CHECK_UNKNOWN_UFRAG)).isGreaterThan(FLOOD / 2);

            byte[] hello = Stranger.dtls(200);
            assertThat(flood(net, player, i -> hello).bytesIn).isZero();
            assertThat(counted(net, PortEvent.DTLS_UNVERIFIED)).isGreaterThan(FLOOD / 2);

            assertThat(
                            flood(
                                            net,
                                            player,
                                            i -> {
                                                byte[] noise = new byte[random.nextInt(1_400)];
                                                random.nextBytes(noise);
                                                return noise;
                                            })
                                    .bytesIn)
                    .isZero();
            byte[] huge = new byte[20_000];
            huge[0] = 22;
            assertThat(flood(net, player, i -> huge).bytesIn).isZero();
            assertThat(counted(net, PortEvent.OVERSIZE)).isPositive();
            assertThat(counted(net, PortEvent.HANDSHAKE_STARTED)).isEqualTo(1);
            assertThat(net.port.peers()).isEqualTo(1);
        }
    }

    @Test
    void knowingAUfragWithoutItsPasswordGivesNothing() throws Exception {
        try (var net = new Net()) {
            var player = net.connect(ChannelSpec.reliable("a"));
            var victim = new Net.Client();
            victim.peer = net.clients.peer(java.util.List.of(ChannelSpec.reliable("v")), victim);
            var accepted = (Acceptance.Accepted) net.port.accept(victim.peer.offer());
            var server = Stranger.read(accepted.answer()).credentials();
            byte[] forged =
                    Stranger.check(
                            server.ufrag() + ":" + accepted.ufrag(),
                            new StunKey("guessedPasswordOf22Chars"),
                            true);
            var stranger = flood(net, player, i -> forged);
            assertThat(stranger.bytesIn).isZero();
            assertThat(counted(net, PortEvent.CHECK_NOT_AUTHENTIC)).isGreaterThan(FLOOD / 2);
            // The victim connects all the same.
            victim.peer.answer(accepted.answer());
            victim.awaitChannels(1);
        }
    }

    @Test
    void anAnswerIsNeverLongerThanWhatAsked() throws Exception {
        try (var net = new Net()) {
            var player = net.connect(ChannelSpec.reliable("a"));
            var client = new Net.Client();
            client.peer = net.clients.peer(java.util.List.of(), client);
            var accepted = (Acceptance.Accepted) net.port.accept(client.peer.offer());
            IceCredentials server = Stranger.read(accepted.answer()).credentials();
            // One who knows the password and never goes on to DTLS, as if under a forged address.
            byte[] check = Stranger.check(server, accepted.ufrag(), true);
            var stranger = flood(net, player, i -> check);
            assertThat(stranger.bytesIn).isPositive().isLessThanOrEqualTo(stranger.bytesOut);
            assertThat(stranger.datagramsIn * check.length).isLessThanOrEqualTo(stranger.bytesOut);
        }
    }

    @Test
    void handshakesThatNeverEndAreBoundedAndOthersConnect() throws Exception {
        var limits = new WebRtcSettings.Limits(500, 300, 32, 16, 1 << 16, 1_000, 1 << 20);
        try (var net =
                new Net(
                        WebRtcSettings.at(Net.IPV4, Net.IPV6).withLimits(limits),
                        otherworld.webrtc.client.ClientSettings.at(Net.IPV6))) {
            var player = net.connect(ChannelSpec.reliable("a"));
            var strangers = new ArrayList<Stranger>();
            try {
                for (int i = 0; i < 100; i++) {
                    var client = new Net.Client();
                    client.peer = net.clients.peer(java.util.List.of(), client);
                    var accepted = (Acceptance.Accepted) net.port.accept(client.peer.offer());
                    var server = Stranger.read(accepted.answer()).credentials();
                    var stranger = new Stranger(net.address());
                    strangers.add(stranger);
                    stranger.send(Stranger.check(server, accepted.ufrag(), true));
                    TimeUnit.MILLISECONDS.sleep(5);
                    for (int n = 0; n < 20; n++) {
                        stranger.send(Stranger.dtls(200 + n));
                    }
                }
                Awaitility.await()
                        .atMost(Net.PATIENCE)
                        .until(() -> counted(net, PortEvent.HANDSHAKE_WAITED) > 0);
                assertThat(net.port.runningHandshakes()).isEqualTo(16);
                player.echo(net.clients, 0, "meanwhile");
                // From another source address there is room left.
                var late = net.connect(ChannelSpec.reliable("late"));
                late.echo(net.clients, 0, "in");
                assertThat(counted(net, PortEvent.BUG)).isZero();
            } finally {
                for (var stranger : strangers) {
                    stranger.close();
                }
            }
        }
    }

    @Test
    void garbageFromAVerifiedAddressIsDiscarded() throws Exception {
        var random = new Random(5);
        try (var net = new Net()) {
            var player = net.connect(ChannelSpec.reliable("a"));
            var accepted = accept(net);
            var server = Stranger.read(accepted.answer()).credentials();
            try (var stranger = new Stranger(net.address())) {
                stranger.send(Stranger.check(server, accepted.ufrag(), true));
                for (int i = 0; i < 2_000; i++) {
                    byte[] noise = Stranger.dtls(26 + random.nextInt(1_000));
                    for (int n = 13; n < noise.length; n++) {
                        noise[n] = (byte) random.nextInt();
                    }
                    stranger.send(noise);
                }
                player.echo(net.clients, 0, "unmoved");
                // A failed handshake ends with its peer; nothing of it stays.
                Awaitility.await()
                        .atMost(Net.PATIENCE)
                        .until(() -> net.port.peers() == 1 && net.port.runningHandshakes() == 0);
            }
            assertThat(counted(net, PortEvent.BUG)).isZero();
        }
    }

    private static Acceptance.Accepted accept(Net net) throws Exception {
        var client = new Net.Client();
        client.peer = net.clients.peer(java.util.List.of(), client);
        return (Acceptance.Accepted) net.port.accept(client.peer.offer());
    }
}
