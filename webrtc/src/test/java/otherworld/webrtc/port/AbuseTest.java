package otherworld.webrtc.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.client.ClientSettings;
import otherworld.webrtc.dtls.DtlsContext;
import otherworld.webrtc.dtls.DtlsHandshake;
import otherworld.webrtc.dtls.DtlsIdentity;
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

    /** On Linux all of 127.0.0.0/8 is at hand, so that every datagram has another source. */
    @Test
    void sourcesWithoutNumberLeaveNothingBehind() throws Exception {
        try (var net = new Net()) {
            var player = net.connect(ChannelSpec.reliable("a"));
            var accepted = accept(net);
            String name = Stranger.read(accepted.answer()).credentials().ufrag();
            var key = new StunKey("guessedPasswordOf22Chars");
            byte[] unknown = Stranger.check("nobodyIs:here", key, true);
            byte[] forged = Stranger.check(name + ":" + accepted.ufrag(), key, true);
            byte[] hello = Stranger.dtls(200);
            boolean linux = System.getProperty("os.name").equals("Linux");
            long bytesIn = 0;
            for (int i = 0; i < 5_000; i++) {
                String source = linux ? "127.9.%d.%d".formatted(i / 250, 1 + i % 250) : "127.0.0.1";
                try (var stranger = new Stranger(net.address(), Net.loopback(source))) {
                    stranger.send(unknown);
                    stranger.send(forged);
                    stranger.send(hello);
                    if (i % 100 == 0) {
                        player.echo(net.clients, 0, "during " + i);
                        stranger.drain();
                    }
                    bytesIn += stranger.bytesIn;
                }
            }
            player.echo(net.clients, 0, "after");
            assertThat(bytesIn).isZero();
            assertThat(counted(net, PortEvent.CHECK_UNKNOWN_UFRAG)).isGreaterThan(2_500);
            assertThat(counted(net, PortEvent.CHECK_NOT_AUTHENTIC)).isGreaterThan(2_500);
            assertThat(counted(net, PortEvent.DTLS_UNVERIFIED)).isGreaterThan(2_500);
            assertThat(net.port.verifiedPaths()).as("the player's alone").isEqualTo(1);
            assertThat(net.port.peers()).isEqualTo(2);
            assertThat(counted(net, PortEvent.BUG)).isZero();
        }
    }

    /**
     * The one thing left to somebody who has credentials and forges the sender of a check and of a
     * ClientHello: the first flight of a handshake and its repeats, until the handshake's deadline.
     */
    @Test
    void aForgedHandshakeSendsItsVictimAFewDatagrams() throws Exception {
        var times = WebRtcSettings.Times.DEFAULT;
        var shorter =
                new WebRtcSettings.Times(
                        times.connect(),
                        Duration.ofSeconds(3),
                        times.consent(),
                        times.rebind(),
                        times.linger());
        try (var net =
                new Net(
                        WebRtcSettings.at(Net.IPV4).withTimes(shorter),
                        ClientSettings.at(Net.IPV4))) {
            var accepted = accept(net);
            var server = Stranger.read(accepted.answer()).credentials();
            try (var victim = new Stranger(net.address())) {
                victim.send(Stranger.check(server, accepted.ufrag(), true));
                victim.send(clientHello());
                net.awaitClosed(accepted.peer());
                victim.drain();
                assertThat(victim.bytesIn).isBetween(500L, 6_000L);
                assertThat(victim.datagramsIn).isLessThan(50);
                System.out.printf(
                        "a forged handshake of 3 s: %,d bytes in, %,d bytes out in %d datagrams%n",
                        victim.bytesOut, victim.bytesIn, victim.datagramsIn);
            }
            assertThat(net.port.runningHandshakes()).isZero();
            assertThat(net.port.verifiedPaths()).isZero();
        }
    }

    private static byte[] clientHello() throws Exception {
        var random = new SecureRandom();
        var identity = DtlsIdentity.create(random, Instant.now());
        var hello = new CompletableFuture<byte[]>();
        var client =
                DtlsHandshake.start(
                        new DtlsContext(identity, random, 5_000),
                        DtlsHandshake.Role.CLIENT,
                        identity.fingerprint(),
                        (datagram, offset, length) ->
                                hello.complete(
                                        Arrays.copyOfRange(datagram, offset, offset + length)),
                        outcome -> {});
        byte[] first = hello.get(5, TimeUnit.SECONDS);
        client.abort();
        return first;
    }

    @Test
    void knowingAUfragWithoutItsPasswordGivesNothing() throws Exception {
        try (var net = new Net()) {
            var player = net.connect(ChannelSpec.reliable("a"));
            var victim = new Net.Client();
            victim.peer = net.clients.peer(List.of(ChannelSpec.reliable("v")), victim);
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
            client.peer = net.clients.peer(List.of(), client);
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
                        ClientSettings.at(Net.IPV6))) {
            var player = net.connect(ChannelSpec.reliable("a"));
            var strangers = new ArrayList<Stranger>();
            try {
                for (int i = 0; i < 100; i++) {
                    var client = new Net.Client();
                    client.peer = net.clients.peer(List.of(), client);
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

    /**
     * One who was let in as far as encryption goes, and then talks SCTP as nobody should: what he
     * gets is in measure, and it is he alone who pays.
     */
    @Test
    void floodsInsideAnEncryptedConnectionAreAnsweredInMeasureAndNobodyElseNotices()
            throws Exception {
        try (var net = new Net();
                var insider = Insider.connect(net)) {
            var player = net.connect(ChannelSpec.reliable("a"));
            var random = new Random(17);
            byte[] init = Insider.packet(0, Insider.init(7));
            byte[] cookie = Insider.packet(3, Insider.chunk(10, new byte[300]));
            byte[] heartbeat = Insider.packet(3, Insider.chunk(4, new byte[1_100]));
            Flood any =
                    i ->
                            switch (i % 6) {
                                case 0 -> init;
                                case 1 -> cookie;
                                case 2 -> heartbeat;
                                case 3 -> Insider.packet(0, Insider.init(i));
                                // Every length but the whole one.
                                case 4 -> Arrays.copyOf(init, i / 6 % init.length);
                                default -> {
                                    byte[] noise = new byte[4 + random.nextInt(1_000)];
                                    random.nextBytes(noise);
                                    yield Insider.packet(random.nextInt(4), noise);
                                }
                            };
            for (int i = 0; i < FLOOD && !insider.isOver(net); i++) {
                insider.send(any.datagram(i));
                if (i % 500 == 0) {
                    player.echo(net.clients, 0, "during " + i);
                }
            }
            player.echo(net.clients, 0, "after");
            insider.drain();
            System.out.printf(
                    "floods inside: %,d bytes out, %,d bytes in, over: %s%n",
                    insider.bytesOut(), insider.bytesIn(), insider.isOver(net));
            assertThat(insider.bytesIn()).isLessThanOrEqualTo(insider.bytesOut());
            assertThat(counted(net, PortEvent.BUG)).isZero();
            assertThat(net.port.peers()).isLessThanOrEqualTo(2);
        }
    }

    private static Acceptance.Accepted accept(Net net) throws Exception {
        var client = new Net.Client();
        client.peer = net.clients.peer(List.of(), client);
        return (Acceptance.Accepted) net.port.accept(client.peer.offer());
    }
}
