package otherworld.webrtc.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.channel.Reliability;
import otherworld.webrtc.peer.CloseReason;
import otherworld.webrtc.port.CandidateOutcome;

/** What each stack must be able to do with our port. Each scenario makes connections of its own. */
final class Scenarios {
    private static final Duration SOON = Duration.ofSeconds(20);

    /** Time-outs that double: the sixth is over after 63 s. */
    private static final Duration PATIENT = Duration.ofSeconds(70);

    private static final Duration CONNECT = Duration.ofSeconds(25);
    private static final Duration IDLE = Duration.ofSeconds(30);

    /** One of them, run on a stack's. */
    record Scenario(String name, Step step) {}

    /** What it does. */
    interface Step {
        void run(Scenarios scenarios) throws InterruptedException;
    }

    /** In this order; while most run, one connection idles and one may be missed. */
    static final List<Scenario> ALL =
            List.of(
                    new Scenario("connect", Scenarios::connectIdle),
                    new Scenario("the client closes", Scenarios::clientCloses),
                    new Scenario("echo at all reliability modes", Scenarios::modes),
                    new Scenario("kinds and sizes, a channel opened late", Scenarios::kinds),
                    new Scenario("1 MB each way, or the most it takes", Scenarios::big),
                    new Scenario("10 % loss and reordering", Scenarios::lossy),
                    new Scenario("a client that comes again", Scenarios::restart),
                    new Scenario("late candidates, no ICE restart", Scenarios::candidates),
                    new Scenario("the client closes a channel", Scenarios::clientClosesChannel),
                    new Scenario("we close a channel", Scenarios::serverClosesChannel),
                    new Scenario("we close", Scenarios::serverCloses),
                    new Scenario("30 s idle", Scenarios::idle),
                    new Scenario("one that left without a word is missed", Scenarios::missed));

    private final Stack stack;
    private final ScriptedPeer peer;
    private final EchoServer server;
    private long idleSinceNs;

    Scenarios(Stack stack, ScriptedPeer peer, EchoServer server) {
        this.stack = stack;
        this.peer = peer;
        this.server = server;
    }

    private String named(String scenario) {
        return stack.label() + "-" + scenario;
    }

    private String connect(String scenario, Channel... channels) {
        String name = named(scenario);
        peer.connect(name, server.url(name), stack.mostMessageBytes(), CONNECT, List.of(channels));
        return name;
    }

    private void modes() {
        List<Channel> channels =
                List.of(
                        Channel.reliable("reliable-ordered", true),
                        Channel.reliable("reliable-unordered", false),
                        Channel.retransmits("rtx0-ordered", true, 0),
                        Channel.retransmits("rtx0-unordered", false, 0),
                        Channel.retransmits("rtx3-ordered", true, 3),
                        Channel.retransmits("rtx3-unordered", false, 3),
                        Channel.lifetime("life-ordered", true, 500),
                        Channel.lifetime("life-unordered", false, 500));
        String name = connect("modes", channels.toArray(Channel[]::new));
        for (Channel channel : channels) {
            awaitOpen(name, channel);
            peer.send(name, channel.label(), "binary", 200, 0, 40, 1);
            peer.send(name, channel.label(), "text", 100, 40, 10, 1);
        }
        List<Payload> sent = new ArrayList<>();
        IntStream.range(0, 40).forEach(seq -> sent.add(Payload.binary(200, seq)));
        IntStream.range(40, 50).forEach(seq -> sent.add(Payload.text(100, seq)));
        for (Channel channel : channels) {
            // Nothing is lost on this path, so unreliable channels deliver everything too.
            awaitEcho(name, channel.label(), sent, channel.ordered());
        }
    }

    /** Some stacks call a channel open before we have heard of it. */
    private void awaitOpen(String name, Channel channel) {
        Channel asked = stack.onTheWire(channel);
        await().atMost(SOON)
                .untilAsserted(() -> {
                    ChannelSpec spec = server.peer(name).channel(channel.label()).spec();
                    assertThat(asked.isAskedFor(spec)).as("%s", spec).isTrue();
                });
    }

    /** All of these must have come to us and back, in this order if the channel keeps it. */
    private void awaitEcho(String name, String channel, List<Payload> sent, boolean ordered) {
        awaitEcho(name, channel, sent, ordered, SOON);
    }

    private void awaitEcho(
            String name, String channel, List<Payload> sent, boolean ordered, Duration limit) {
        await().atMost(limit)
                .untilAsserted(() -> assertThat(peer.received(name, channel)).hasSize(sent.size()));
        if (ordered) {
            assertThat(peer.received(name, channel)).isEqualTo(sent);
            assertThat(server.peer(name).received(channel)).isEqualTo(sent);
        } else {
            assertThat(peer.received(name, channel)).containsExactlyInAnyOrderElementsOf(sent);
            assertThat(server.peer(name).received(channel))
                    .containsExactlyInAnyOrderElementsOf(sent);
        }
    }

    private void kinds() {
        String name = connect("kinds", Channel.reliable("first", true));
        Channel late =
                new Channel(
                        stack.foreignLabel(), false, new Reliability.MaxRetransmits(2), "chat.v1");
        peer.open(name, late);
        awaitOpen(name, late);
        List<Payload> sent = new ArrayList<>();
        peer.sendText(name, "first", "héllo, wörld ✓ 🙂");
        sent.add(Payload.text("héllo, wörld ✓ 🙂"));
        if (stack.sendsEmptyMessages()) {
            peer.sendText(name, "first", "");
            sent.add(Payload.text(""));
            peer.send(name, "first", "binary", 0, 0, 1, 0);
            sent.add(Payload.binary(0, 0));
        }
        for (int size : new int[] {1, 1_100, 1_160, 1_200, 16_384, 65_536}) {
            peer.send(name, "first", "binary", size, size, 1, 0);
            sent.add(Payload.binary(size, size));
        }
        peer.send(name, "first", "text", 60_000, 7, 1, 0);
        sent.add(Payload.text(60_000, 7));
        awaitEcho(name, "first", sent, true);
        peer.send(name, late.label(), "text", 20, 1, 1, 0);
        awaitEcho(name, late.label(), List.of(Payload.text(20, 1)), true);
    }

    private void big() {
        String name =
                connect("big", Channel.reliable("big", true), Channel.reliable("loose", false));
        int most = stack.mostMessageBytes();
        peer.send(name, "big", "binary", most, 1, 1, 0);
        int text = Math.min(200_000, most);
        peer.send(name, "big", "text", text, 2, 1, 0);
        peer.send(name, "loose", "binary", most, 3, 1, 0);
        awaitEcho(name, "big", List.of(Payload.binary(most, 1), Payload.text(text, 2)), true);
        awaitEcho(name, "loose", List.of(Payload.binary(most, 3)), true);
    }

    private void lossy() {
        int attempts = stack.lossyAttempts();
        for (int attempt = 1; attempt < attempts; attempt++) {
            try {
                lossy(named("lossy-" + attempt), SOON.dividedBy(4));
                return;
            } catch (AssertionError | ConditionTimeoutException e) {
                System.out.printf("%s: lossy attempt %d: %s%n", stack.label(), attempt, e);
            }
        }
        lossy(named("lossy-" + attempts), PATIENT);
    }

    private void lossy(String name, Duration limit) {
        Channel once = Channel.retransmits("once", false, 0);
        List<Channel> channels =
                new ArrayList<>(
                        List.of(
                                Channel.reliable("reliable", true),
                                Channel.reliable("loose", false),
                                once));
        if (stack.takesAbandonedMessages()) {
            channels.add(Channel.lifetime("life", true, 100));
        }
        boolean fromTheStart = stack.handshakesUnderLoss();
        String url = fromTheStart ? server.lossyUrl(name) : server.lossyLaterUrl(name);
        peer.connect(name, url, stack.mostMessageBytes(), limit, channels);
        if (!fromTheStart) {
            server.loseFromNow();
        }
        int count = 150;
        for (int i = 0; i < count; i += 10) {
            for (Channel channel : channels) {
                peer.send(name, channel.label(), "binary", 200, i, 10, 2);
            }
        }
        peer.send(name, "reliable", "binary", 20_000, count, 2, 0);
        List<Payload> small =
                IntStream.range(0, count).mapToObj(seq -> Payload.binary(200, seq)).toList();
        List<Payload> all = new ArrayList<>(small);
        all.add(Payload.binary(20_000, count));
        all.add(Payload.binary(20_000, count + 1));
        awaitEcho(name, "reliable", all, true, limit);
        awaitEcho(name, "loose", small, false, limit);
        // 10 % each way leave 81 %; how many exactly is chance.
        boolean asReliable = !stack.onTheWire(once).equals(once);
        // They may come behind what the other channels send.
        await().atMost(limit)
                .untilAsserted(() ->
                        assertThat(peer.received(name, "once"))
                                .hasSizeGreaterThanOrEqualTo(count / 2));
        assertThat(peer.received(name, "once"))
                .isSubsetOf(small)
                .doesNotHaveDuplicates()
                .hasSizeBetween(count / 2, asReliable ? count : count - 1);
        if (stack.takesAbandonedMessages()) {
            assertThat(peer.received(name, "life"))
                    .isSubsetOf(small)
                    .isSortedAccordingTo((a, b) -> Long.compare(a.seq(), b.seq()))
                    .doesNotHaveDuplicates()
                    .hasSizeGreaterThan(stack.sendsOnWithinLifetimes() ? count / 2 : 0);
        }
    }

    /** The old connection is still there, as after a reloaded page, and is then closed by us. */
    private void restart() {
        String before = connect("before", Channel.reliable("x", true));
        String after = connect("after", Channel.reliable("x", true));
        peer.send(after, "x", "binary", 100, 1, 3, 0);
        peer.send(before, "x", "binary", 100, 1, 3, 0);
        List<Payload> sent = IntStream.of(1, 2, 3).mapToObj(s -> Payload.binary(100, s)).toList();
        awaitEcho(after, "x", sent, true);
        awaitEcho(before, "x", sent, true);
        server.port().close(server.peer(before).id());
        await().atMost(SOON).until(() -> peer.sawEnd(before, "x"));
        peer.send(after, "x", "text", 100, 4, 1, 0);
        await().atMost(SOON).until(() -> peer.received(after, "x").contains(Payload.text(100, 4)));
    }

    /** Candidates of the stack's own offer, sent as a fragment; and with other credentials. */
    private void candidates() {
        String name = connect("candidates", Channel.reliable("x", true));
        EchoPeer ours = server.peer(name);
        String lines =
                String.join(
                        "\r\n",
                        ours.offer()
                                .lines()
                                .filter(line -> line.startsWith("a=candidate:"))
                                .toList());
        String fragment =
                "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:0\r\n%s\r\n";
        String password = "abcdefghijklmnopqrstuvwx";
        assertThat(
                        server.port()
                                .addCandidates(
                                        ours.id(),
                                        fragment.formatted(ours.ufrag(), password, lines)))
                .isInstanceOf(CandidateOutcome.Taken.class);
        // New credentials ask for an ICE restart: refused with what to do instead, and nothing
        // breaks.
        assertThat(
                        server.port()
                                .addCandidates(
                                        ours.id(), fragment.formatted("other", password, lines)))
                .isInstanceOf(CandidateOutcome.Restart.class);
        peer.send(name, "x", "binary", 100, 1, 1, 0);
        awaitEcho(name, "x", List.of(Payload.binary(100, 1)), true);
    }

    private void clientClosesChannel() {
        String name = connect("shut", Channel.reliable("x", true), Channel.reliable("y", true));
        peer.closeChannel(name, "x");
        await().atMost(SOON).until(() -> server.peer(name).sawChannelClosed("x"));
        await().atMost(SOON).until(() -> peer.sawChannelClosed(name, "x"));
        goesOn(name, "y", 1);
        // Its stream can be used again.
        peer.open(name, Channel.reliable("z", true));
        goesOn(name, "z", 1);
    }

    /** The {@code turn}-th echo on this channel. */
    private void goesOn(String name, String channel, int turn) {
        peer.send(name, channel, "binary", 100, turn, 1, 0);
        List<Payload> sent =
                IntStream.rangeClosed(1, turn).mapToObj(seq -> Payload.binary(100, seq)).toList();
        awaitEcho(name, channel, sent, true);
    }

    private void serverClosesChannel() {
        String name =
                connect("shut-here", Channel.reliable("x", true), Channel.reliable("y", true));
        EchoPeer ours = server.peer(name);
        awaitOpen(name, Channel.reliable("x", true));
        server.port().closeChannel(ours.id(), ours.channel("x"));
        await().atMost(SOON).until(() -> peer.sawChannelClosed(name, "x"));
        await().atMost(SOON).until(() -> ours.sawChannelClosed("x"));
        goesOn(name, "y", 1);
    }

    private void clientCloses() {
        String name = connect("leave", Channel.reliable("x", true));
        goesOn(name, "x", 1);
        peer.close(name);
        if (stack.saysGoodbye()) {
            awaitEnd(name);
            assertThat(server.peer(name).closeReason())
                    .get()
                    .isNotInstanceOf(CloseReason.ConsentLost.class)
                    .isNotInstanceOf(CloseReason.Internal.class);
        }
    }

    private void awaitEnd(String name) {
        await().atMost(SOON).until(() -> server.peer(name).closeReason().isPresent());
    }

    private void serverCloses() {
        String name = connect("evict", Channel.reliable("x", true));
        goesOn(name, "x", 1);
        server.port().close(server.peer(name).id());
        await().atMost(SOON).until(() -> peer.sawEnd(name, "x"));
        awaitEnd(name);
        assertThat(server.peer(name).closeReason()).get().isEqualTo(new CloseReason.ClosedHere());
    }

    /** Of the connection that then idles while the other scenarios run. */
    private void connectIdle() {
        String name = connect("idle", Channel.reliable("x", true));
        goesOn(name, "x", 1);
        idleSinceNs = System.nanoTime();
    }

    private void idle() throws InterruptedException {
        long leftMs = IDLE.toMillis() - (System.nanoTime() - idleSinceNs) / 1_000_000;
        Thread.sleep(Math.max(0, leftMs));
        String name = named("idle");
        assertThat(server.peer(name).closeReason()).isEmpty();
        assertThat(peer.sawEnd(name, "x")).isFalse();
        goesOn(name, "x", 2);
    }

    /** About 30 s after it closed, for what it did not acknowledge or for its silence. */
    private void missed() {
        String name = named("leave");
        awaitEnd(name);
    }
}
