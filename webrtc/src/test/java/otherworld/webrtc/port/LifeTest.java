package otherworld.webrtc.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.client.ClientSettings;
import otherworld.webrtc.peer.CloseReason;
import otherworld.webrtc.peer.CloseReason.Phase;
import otherworld.webrtc.sctp.SctpSettings;

/** How connections move, fail and end. */
class LifeTest {
    private static final WebRtcSettings SERVER = WebRtcSettings.at(Net.IPV4);
    private static final ClientSettings CLIENT = ClientSettings.at(Net.IPV4);

    private static WebRtcSettings times(Duration connect, Duration consent, Duration rebind) {
        return SERVER.withTimes(
                new WebRtcSettings.Times(
                        connect, Duration.ofSeconds(10), consent, rebind, Duration.ofSeconds(1)));
    }

    @Test
    void aPeerWhoseNatGaveItAnotherPortGoesOn() throws Exception {
        var client = CLIENT.withConsent(Duration.ofMillis(300), Duration.ofSeconds(30));
        try (var net = new Net(SERVER, client)) {
            var peer = net.connect(ChannelSpec.reliable("a"));
            peer.echo(net.clients, 0, "before");
            for (int move = 1; move <= 3; move++) {
                peer.peer.rebind();
                peer.echo(net.clients, 0, "after move " + move);
                assertThat(net.port.counters().get(PortEvent.PATH_MOVED)).isEqualTo(move);
            }
            assertThat(net.port.peers()).isEqualTo(1);
        }
    }

    @Test
    void aSilentPeerIsClosed() throws Exception {
        var settings = times(Duration.ofSeconds(15), Duration.ofSeconds(2), Duration.ofSeconds(1));
        var client = CLIENT.withConsent(Duration.ofMillis(300), Duration.ofSeconds(2));
        try (var net = new Net(settings, client)) {
            var quiet = net.connect(ChannelSpec.reliable("a"));
            var other = net.connect(ChannelSpec.reliable("b"));
            TimeUnit.SECONDS.sleep(4); // idle, yet checks keep both alive
            quiet.echo(net.clients, 0, "still here");
            quiet.peer.cutOff();
            Awaitility.await()
                    .atMost(Net.PATIENCE)
                    .until(() -> net.server.closed.containsKey(quiet.id));
            assertThat(net.awaitClosed(quiet.id))
                    .isEqualTo(new CloseReason.ConsentLost(Duration.ofSeconds(2)));
            assertThat(quiet.awaitClosed())
                    .isEqualTo(new CloseReason.ConsentLost(Duration.ofSeconds(2)));
            other.echo(net.clients, 0, "and the other goes on");
        }
    }

    @Test
    void aPeerThatNeverConnectsIsDropped() throws Exception {
        var settings = times(Duration.ofMillis(500), Duration.ofSeconds(30), Duration.ofSeconds(1));
        try (var net = new Net(settings, CLIENT)) {
            var client = new Net.Client();
            client.peer = net.clients.peer(java.util.List.of(), client);
            var accepted = (Acceptance.Accepted) net.port.accept(client.peer.offer());
            assertThat(net.port.halfOpenPeers()).isEqualTo(1);
            Awaitility.await().atMost(Net.PATIENCE).until(() -> net.port.peers() == 0);
            assertThat(net.awaitClosed(accepted.peer()))
                    .isEqualTo(new CloseReason.ConnectTimeout(Phase.ICE));
            assertThat(net.port.halfOpenPeers()).isZero();
        }
    }

    private static String otherFingerprint(String sdp) {
        int at = sdp.indexOf("sha-256 ") + 8;
        String digit = sdp.charAt(at) == 'A' ? "B" : "A";
        return sdp.substring(0, at) + digit + sdp.substring(at + 1);
    }

    @Test
    void theServerRefusesACertificateThatTheOfferDoesNotName() throws Exception {
        try (var net = new Net()) {
            var client = net.start(LifeTest::otherFingerprint, UnaryOperator.identity());
            assertThat(net.awaitClosed(client.id))
                    .isInstanceOfSatisfying(
                            CloseReason.DtlsFailed.class,
                            failed -> assertThat(failed.why()).contains("bad_certificate"));
            assertThat(client.awaitClosed()).isInstanceOf(CloseReason.DtlsFailed.class);
            assertThat(net.server.connected).isEmpty();
        }
    }

    @Test
    void theClientRefusesACertificateThatTheAnswerDoesNotName() throws Exception {
        try (var net = new Net()) {
            var client = net.start(UnaryOperator.identity(), LifeTest::otherFingerprint);
            assertThat(client.awaitClosed())
                    .isInstanceOfSatisfying(
                            CloseReason.DtlsFailed.class,
                            failed -> assertThat(failed.why()).contains("bad_certificate"));
            Awaitility.await()
                    .atMost(Net.PATIENCE)
                    .until(() -> net.server.closed.containsKey(client.id));
            assertThat(net.server.connected).isEmpty();
        }
    }

    @Test
    void connectsAsDtlsClientToAPassiveOffer() throws Exception {
        try (var net = new Net()) {
            var client =
                    net.start(
                            offer -> offer.replace("a=setup:actpass", "a=setup:passive"),
                            UnaryOperator.identity(),
                            ChannelSpec.reliable("a"));
            client.awaitChannels(1);
            client.echo(net.clients, 0, "roles turned round");
        }
    }

    @Test
    void aListenersBugEndsItsPeerAlone() throws Exception {
        try (var net = new Net()) {
            var victim = net.connect(ChannelSpec.reliable("a"));
            var other = net.connect(ChannelSpec.reliable("b"));
            victim.send(net.clients, 0, "throw");
            assertThat(victim.awaitClosed()).isNotNull();
            assertThat(net.awaitClosed(victim.id)).isInstanceOf(CloseReason.Internal.class);
            assertThat(net.port.counters().get(PortEvent.BUG)).isEqualTo(1);
            other.echo(net.clients, 0, "unmoved");
        }
    }

    @Test
    void theLimitOfHalfOpenPeersIsTakenAndTheNextIsTold() throws Exception {
        var limits = new WebRtcSettings.Limits(10, 3, 2, 2, 1 << 16, 100, 1 << 20);
        try (var net = new Net(SERVER.withLimits(limits), CLIENT)) {
            var waiting = new java.util.ArrayList<Net.Client>();
            var answers = new java.util.ArrayList<String>();
            for (int i = 0; i < 3; i++) {
                var client = new Net.Client();
                client.peer =
                        net.clients.peer(java.util.List.of(ChannelSpec.reliable("a")), client);
                answers.add(((Acceptance.Accepted) net.port.accept(client.peer.offer())).answer());
                waiting.add(client);
            }
            var fourth = new Net.Client();
            fourth.peer = net.clients.peer(java.util.List.of(), fourth);
            assertThat(net.port.accept(fourth.peer.offer()))
                    .isInstanceOfSatisfying(
                            Acceptance.Busy.class, busy -> assertThat(busy.why()).contains("3"));
            // Two handshakes run at once, the third waits; all three connect.
            for (int i = 0; i < 3; i++) {
                waiting.get(i).peer.answer(answers.get(i));
            }
            for (var client : waiting) {
                client.awaitChannels(1);
                client.echo(net.clients, 0, "in");
            }
            assertThat(net.port.halfOpenPeers()).isZero();
            assertThat(net.port.accept(fourth.peer.offer()))
                    .isInstanceOf(Acceptance.Accepted.class);
        }
    }

    @Test
    void theLimitOfPeersIsTakenAndTheNextIsTold() throws Exception {
        var limits = new WebRtcSettings.Limits(2, 2, 2, 2, 1 << 16, 100, 1 << 20);
        try (var net = new Net(SERVER.withLimits(limits), CLIENT)) {
            var first = net.connect(ChannelSpec.reliable("a"));
            net.connect(ChannelSpec.reliable("a"));
            String offer = net.clients.peer(java.util.List.of(), new Net.Client()).offer();
            assertThat(net.port.accept(offer))
                    .isInstanceOfSatisfying(
                            Acceptance.Busy.class, busy -> assertThat(busy.why()).contains("2"));
            net.port.close(first.id);
            net.awaitClosed(first.id);
            assertThat(net.port.accept(offer)).isInstanceOf(Acceptance.Accepted.class);
        }
    }

    @Test
    void lateCandidatesAreCheckedAndAnUnknownPeerIsSaid() throws Exception {
        try (var net = new Net()) {
            var client = new Net.Client();
            client.peer = net.clients.peer(java.util.List.of(), client);
            String offer = client.peer.offer();
            var accepted = (Acceptance.Accepted) net.port.accept(offer);
            String right =
                    "a=ice-ufrag:"
                            + accepted.ufrag()
                            + "\r\na=candidate:1 1 udp 5 192.0.2.1 9 typ host\r\n";
            assertThat(net.port.addCandidates(accepted.peer(), right))
                    .isEqualTo(new CandidateOutcome.Taken(1));
            assertThat(net.port.addCandidates(accepted.peer(), "a=ice-ufrag:other\r\n"))
                    .isInstanceOf(CandidateOutcome.Restart.class);
            assertThat(net.port.addCandidates(new PeerId(999), right))
                    .isEqualTo(new CandidateOutcome.UnknownPeer());
            assertThat(net.port.accept(offer.replace("v=0\r\n", "v=0\r\na=ice-lite\r\n")))
                    .isInstanceOf(Acceptance.Unacceptable.class);
        }
    }

    @Test
    void sendRefusesWhatAPeerDoesNotTakeInTime() throws Exception {
        var limits = new WebRtcSettings.Limits(10, 10, 8, 8, 64 << 10, 1_000, 1 << 20);
        try (var net = new Net(SERVER.withLimits(limits), CLIENT)) {
            var client = net.connect(ChannelSpec.reliable("a"));
            client.echo(net.clients, 0, "hello");
            client.peer.cutOff();
            var channel = net.server.channel(client.id);
            byte[] message = new byte[10_000];
            int taken = 0;
            while (taken < 20 && net.port.send(client.id, channel, MessageKind.BINARY, message)) {
                net.port.flush();
                taken++;
            }
            assertThat(taken).isEqualTo(6); // of 10,064 in 65,536 bytes
            assertThat(net.port.bufferedBytes(client.id)).isBetween(60_000, 64 << 10);
            assertThat(net.port.counters().get(PortEvent.MESSAGES_REFUSED)).isEqualTo(1);
        }
    }

    /** A message that passes from the outbox into the association is never counted twice. */
    @RepeatedTest(5)
    void noMomentShowsMoreBytesOnTheirWayThanTheLimitAllows() throws Exception {
        var limits = new WebRtcSettings.Limits(10, 10, 8, 8, 64 << 10, 1_000, 1 << 20);
        byte[] message = new byte[100];
        int cost = message.length + SctpSettings.MESSAGE_OVERHEAD_BYTES;
        try (var net = new Net(SERVER.withLimits(limits), CLIENT)) {
            var client = net.connect(ChannelSpec.reliable("a"));
            client.echo(net.clients, 0, "hello");
            Awaitility.await().until(() -> net.port.bufferedBytes(client.id) == 0);
            client.peer.cutOff();
            var channel = net.server.channel(client.id);
            var tooMany = new AtomicInteger();
            var missing = new AtomicInteger();
            var taken = new AtomicInteger();
            var stop = new AtomicBoolean();
            var watcher =
                    Thread.ofPlatform()
                            .start(() -> {
                                while (!stop.get()) {
                                    int before = taken.get();
                                    int now = net.port.bufferedBytes(client.id);
                                    int after = taken.get() + 1; // one may be on its way
                                    tooMany.accumulateAndGet(now - after * cost, Math::max);
                                    missing.accumulateAndGet(before * cost - now, Math::max);
                                }
                            });
            while (net.port.send(client.id, channel, MessageKind.BINARY, message)) {
                taken.incrementAndGet();
                net.port.flush();
                LockSupport.parkNanos(50_000); // leaves a core to the owner, one to who watches
            }
            stop.set(true);
            watcher.join();
            assertThat(tooMany.get()).isZero();
            assertThat(missing.get()).isZero();
            assertThat(taken.get()).isEqualTo((64 << 10) / cost);
        }
    }
}
