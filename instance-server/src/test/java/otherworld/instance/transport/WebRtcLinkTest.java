package otherworld.instance.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import otherworld.base.Settings;
import otherworld.instance.config.InstanceSettings;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.metrics.WebRtcMetrics;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.channel.Reliability;
import otherworld.webrtc.client.AnswerOutcome;
import otherworld.webrtc.client.ClientListener;
import otherworld.webrtc.client.ClientPeer;
import otherworld.webrtc.client.ClientSettings;
import otherworld.webrtc.client.WebRtcClients;
import otherworld.webrtc.peer.CloseReason;
import otherworld.webrtc.port.Acceptance;
import otherworld.webrtc.port.PeerId;
import otherworld.webrtc.port.PeerListener;
import otherworld.webrtc.port.WebRtcPort;

/** What a link does with a real peer on loopback that does not keep up, or has one channel. */
class WebRtcLinkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int OVERHEAD = 64; // counted for each message on its way
    private static final ChannelSpec RELIABLE = spec("reliable", new Reliability.Reliable());
    private static final ChannelSpec UNRELIABLE =
            spec("unreliable", new Reliability.MaxRetransmits(0));

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final InstanceMetrics metrics = new InstanceMetrics(registry);
    private final WebRtcMetrics webRtc = new WebRtcMetrics(registry);
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private final Map<String, DataChannel> channels = new ConcurrentHashMap<>(); // the client's
    private final Queue<Boolean> closed = new ConcurrentLinkedQueue<>();
    private final Queue<String> opened = new ConcurrentLinkedQueue<>();
    private final WebRtcClients clients =
            WebRtcClients.open(
                    ClientSettings.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    private final WebRtcPort port = open();
    private volatile @Nullable WebRtcLink link;
    private volatile @Nullable PeerId peer;

    @AfterEach
    void close() {
        clients.close();
        port.close();
    }

    @Test
    void whatMayBeLostIsSkippedForAPeerThatIsBehind() {
        ClientPeer client = connect(List.of(RELIABLE, UNRELIABLE));
        WebRtcLink to = connected(2);
        to.sendUnreliable(new byte[] {1});
        to.flush();
        await().atMost(PATIENCE).until(() -> heard.contains("unreliable 1"));
        await().atMost(PATIENCE).until(() -> bufferedBytes() == 0);
        client.cutOff();
        to.send(new byte[Limits.BEHIND_BYTES - OVERHEAD]);
        to.flush();
        await().atMost(PATIENCE).until(() -> bufferedBytes() == Limits.BEHIND_BYTES);
        to.sendUnreliable(new byte[] {2}); // at the limit: sent
        assertThat(count("otherworld_instance_unreliable_skipped")).isZero();
        to.send(new byte[] {3});
        to.sendUnreliable(new byte[] {4});
        assertThat(count("otherworld_instance_unreliable_skipped")).isEqualTo(1);
        assertThat(to.isEnding()).isFalse();
    }

    @Test
    void aPeerThatTakesNothingIsTooSlowAtItsBound() {
        ClientPeer client = connect(List.of(RELIABLE));
        WebRtcLink to = connected(1);
        await().atMost(PATIENCE).until(() -> bufferedBytes() == 0); // the channel's opening too
        client.cutOff();
        int each = 60_000;
        int sent = 0;
        while (sent + 2 * (each + OVERHEAD) <= Limits.OUTBOX_BYTES) {
            to.send(new byte[each]);
            sent += each + OVERHEAD;
        }
        int before = sent;
        await().atMost(PATIENCE).until(() -> bufferedBytes() == before);
        to.send(new byte[each]);
        int filled = before + each + OVERHEAD;
        await().atMost(PATIENCE).until(() -> bufferedBytes() == filled);
        to.send(new byte[Limits.OUTBOX_BYTES - filled]);
        assertThat(to.isEnding()).isFalse();
        to.send(new byte[1]);
        assertThat(to.isEnding()).isTrue();
        assertThat(limitHits("outbox")).isEqualTo(1);
    }

    @Test
    void aClientWithOneChannelGetsEverythingOverIt() {
        connect(List.of(RELIABLE));
        WebRtcLink to = connected(1);
        to.sendUnreliable(new byte[] {5});
        to.flush();
        await().atMost(PATIENCE).until(() -> heard.contains("reliable 5"));
    }

    @Test
    void aSecondChannelOfTheSameNameIsNotTaken() {
        connect(List.of(RELIABLE, RELIABLE));
        await().atMost(PATIENCE).until(() -> opened.size() == 2);
        assertThat(opened).containsExactlyInAnyOrder("taken", "refused");
    }

    @Test
    void aClientThatClosesTheUnreliableChannelGetsAllOverTheOtherAndMayOpenItAgain() {
        ClientPeer client = connect(List.of(RELIABLE, UNRELIABLE));
        WebRtcLink to = connected(2);
        for (int round = 1; round <= 3; round++) {
            byte[] message = {(byte) round};
            to.sendUnreliable(message);
            to.flush();
            int now = round;
            await().atMost(PATIENCE).until(() -> heard.contains("unreliable " + now));
            client.closeChannel(Objects.requireNonNull(channels.get("unreliable")));
            await().atMost(PATIENCE).until(() -> closed.size() == now);
            to.sendUnreliable(message);
            to.flush();
            await().atMost(PATIENCE).until(() -> heard.contains("reliable " + now));
            client.open(UNRELIABLE);
            await().atMost(PATIENCE).until(() -> opened.size() == 2 + now);
        }
        assertThat(opened).containsOnly("taken");
        assertThat(to.isEnding()).isFalse();
    }

    @Test
    void whatMayBeLostIsSkippedOverTheReliableChannelToo() {
        ClientPeer client = connect(List.of(RELIABLE));
        WebRtcLink to = connected(1);
        await().atMost(PATIENCE).until(() -> bufferedBytes() == 0);
        client.cutOff();
        to.send(new byte[Limits.BEHIND_BYTES]);
        to.sendUnreliable(new byte[] {1});
        assertThat(count("otherworld_instance_unreliable_skipped")).isEqualTo(1);
        assertThat(to.isEnding()).isFalse();
    }

    private WebRtcLink connected(int channels) {
        await().atMost(PATIENCE).until(() -> opened.size() == channels);
        return Objects.requireNonNull(link);
    }

    private int bufferedBytes() {
        return port.bufferedBytes(Objects.requireNonNull(peer));
    }

    private ClientPeer connect(List<ChannelSpec> channels) {
        try {
            ClientPeer client = clients.peer(channels, new Ear());
            Acceptance answer = port.accept(client.offer());
            assertThat(answer).isInstanceOf(Acceptance.Accepted.class);
            Acceptance.Accepted accepted = (Acceptance.Accepted) answer;
            peer = accepted.peer();
            link = new WebRtcLink(port, accepted.peer(), "test", metrics, webRtc);
            assertThat(client.answer(accepted.answer())).isEqualTo(new AnswerOutcome.Taken());
            return client;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private WebRtcPort open() {
        try {
            Map<String, String> environment =
                    Map.of(
                            "OTHERWORLD_WORLD", "default.plaza",
                            "OTHERWORLD_ORDINAL", "0",
                            "OTHERWORLD_POD_UID", "uid",
                            "OTHERWORLD_PORT", "0",
                            "OTHERWORLD_BIND", "127.0.0.1",
                            "OTHERWORLD_CAPACITY", "100",
                            "OTHERWORLD_KEYS_URL", "http://127.0.0.1:8080/v1/keys",
                            "DATABASE_URL", "jdbc:postgresql://127.0.0.1/otherworld",
                            "DATABASE_USER", "otherworld",
                            "REDIS_URL", "redis://127.0.0.1:6379");
            InstanceSettings settings = InstanceSettings.read(new Settings(environment));
            return WebRtcPort.open(PortSettings.of(settings), new Door());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ChannelSpec spec(String label, Reliability reliability) {
        return new ChannelSpec(
                label,
                "otherworld.v1",
                reliability instanceof Reliability.Reliable,
                reliability,
                ChannelSpec.NORMAL_PRIORITY);
    }

    private double limitHits(String limit) {
        return registry.scrape(name -> name.equals("otherworld_instance_limit_hits")).stream()
                .flatMap(snapshot -> ((CounterSnapshot) snapshot).getDataPoints().stream())
                .filter(point -> limit.equals(point.getLabels().get("limit")))
                .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
                .sum();
    }

    private double count(String counter) {
        return registry.scrape(counter::equals).stream()
                .flatMap(snapshot -> ((CounterSnapshot) snapshot).getDataPoints().stream())
                .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
                .sum();
    }

    /** Gives the link its channels, as the instance does. */
    private final class Door implements PeerListener {
        @Override
        public void connected(PeerId peer) {}

        @Override
        public void channelOpened(PeerId peer, DataChannel channel) {
            WebRtcLink to = Objects.requireNonNull(link);
            boolean taken =
                    channel.spec().label().equals("reliable")
                            ? to.reliable(channel)
                            : to.unreliable(channel);
            opened.add(taken ? "taken" : "refused");
        }

        @Override
        public void message(
                PeerId peer,
                DataChannel channel,
                MessageKind kind,
                byte[] buffer,
                int offset,
                int length) {}

        @Override
        public void channelClosed(PeerId peer, DataChannel channel) {
            closed.add(Objects.requireNonNull(link).unreliableClosed(channel));
        }

        @Override
        public void closed(PeerId peer, CloseReason reason) {}
    }

    /** Keeps what the client hears: channel and first byte. */
    private final class Ear implements ClientListener {
        @Override
        public void connected() {}

        @Override
        public void channelOpened(DataChannel channel) {
            channels.put(channel.spec().label(), channel);
        }

        @Override
        public void message(
                DataChannel channel, MessageKind kind, byte[] buffer, int offset, int length) {
            heard.add(channel.spec().label() + " " + buffer[offset]);
        }

        @Override
        public void channelClosed(DataChannel channel) {}

        @Override
        public void closed(CloseReason reason) {}
    }
}
