package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import otherworld.protocol.Protocol;
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

/** A player's two data channels, made by signalling with the instance. */
final class WebRtcWire implements TestPlayer.Wire, ClientListener {
    static final ChannelSpec RELIABLE =
            new ChannelSpec(
                    "reliable",
                    Protocol.SUBPROTOCOL,
                    true,
                    new Reliability.Reliable(),
                    ChannelSpec.NORMAL_PRIORITY);
    static final ChannelSpec UNRELIABLE =
            new ChannelSpec(
                    "unreliable",
                    Protocol.SUBPROTOCOL,
                    false,
                    new Reliability.MaxRetransmits(0),
                    ChannelSpec.NORMAL_PRIORITY);

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    final ClientPeer peer;
    private final TestPlayer player;
    private final WebRtcClients clients;
    private final CompletableFuture<DataChannel> reliable = new CompletableFuture<>();
    private volatile CompletableFuture<DataChannel> unreliable = new CompletableFuture<>();

    private volatile @Nullable DataChannel closedUnreliable;

    /** Labels of the channels that messages came on, the latest last. */
    final List<String> heardOn = new CopyOnWriteArrayList<>();

    /** Labels of the channels that were closed. */
    final List<String> channelsClosed = new CopyOnWriteArrayList<>();

    /** Session of signalling. */
    String location = "";

    String etag = "";

    private WebRtcWire(WebRtcClients clients, TestPlayer player, List<ChannelSpec> channels) {
        this.clients = clients;
        this.player = player;
        try {
            this.peer = clients.peer(channels, this);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static WebRtcClients clients() {
        return WebRtcClients.open(
                ClientSettings.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    /** A player whose channels are open. */
    static TestPlayer connect(WebRtcClients clients, InstanceProcess instance, String token) {
        return new TestPlayer(player -> {
            WebRtcWire wire = new WebRtcWire(clients, player, List.of(RELIABLE, UNRELIABLE));
            wire.signal(instance, token);
            wire.await();
            return wire;
        });
    }

    /** Answered, but perhaps never connected. */
    void signal(InstanceProcess instance, String token) {
        HttpResponse<String> answer = post(instance, token, peer.offer());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        location = answer.headers().firstValue("Location").orElseThrow();
        etag = answer.headers().firstValue("ETag").orElseThrow();
        assertThat(peer.answer(answer.body())).isEqualTo(new AnswerOutcome.Taken());
    }

    static HttpResponse<String> post(InstanceProcess instance, String token, String offer) {
        return send(
                request(instance, "/v1/webrtc", "POST", offer)
                        .header("Content-Type", "application/sdp")
                        .header("Authorization", "Bearer " + token));
    }

    static HttpRequest.Builder request(
            InstanceProcess instance, String path, String method, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + instance.port + path))
                .timeout(Duration.ofSeconds(10))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
    }

    static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** An offer with one channel, for what happens before anything is connected. */
    static String offer(WebRtcClients clients) {
        return new WebRtcWire(clients, new TestPlayer(_ -> new Nowhere()), List.of(RELIABLE))
                .peer.offer();
    }

    private void await() {
        try {
            reliable.get(10, TimeUnit.SECONDS);
            unreliable.get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the channels did not open", e);
        }
    }

    @Override
    public void send(byte[] message) {
        assertThat(peer.send(reliable.join(), MessageKind.BINARY, message)).isTrue();
        clients.flush();
    }

    @Override
    public void sendText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertThat(peer.send(reliable.join(), MessageKind.TEXT, bytes)).isTrue();
        clients.flush();
    }

    @Override
    public boolean isReliable() {
        return false;
    }

    /** Over the other channel while there is no such one. */
    @Override
    public void sendUnreliable(byte[] message) {
        DataChannel loose = unreliable.getNow(reliable.join());
        DataChannel channel = loose.equals(closedUnreliable) ? reliable.join() : loose;
        peer.send(channel, MessageKind.BINARY, message);
        clients.flush();
    }

    @Override
    public void drop() {
        peer.close();
    }

    void closeChannel(String label) {
        peer.closeChannel((label.equals("reliable") ? reliable : unreliable).join());
        Awaitility.await().until(() -> channelsClosed.contains(label));
    }

    void openUnreliableAgain() {
        unreliable = new CompletableFuture<>();
        peer.open(UNRELIABLE);
        unreliable.orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Override
    public void connected() {}

    @Override
    public void channelOpened(DataChannel channel) {
        (channel.spec().label().equals("reliable") ? reliable : unreliable).complete(channel);
    }

    @Override
    public void message(
            DataChannel channel, MessageKind kind, byte[] buffer, int offset, int length) {
        heardOn.add(channel.spec().label());
        player.hear(buffer, offset, length);
    }

    @Override
    public void channelClosed(DataChannel channel) {
        if (channel.spec().label().equals("unreliable")) {
            closedUnreliable = channel;
        }
        channelsClosed.add(channel.spec().label());
    }

    @Override
    public void closed(CloseReason reason) {
        player.closed.complete(0);
    }

    private static final class Nowhere implements TestPlayer.Wire {
        @Override
        public void send(byte[] message) {}

        @Override
        public void sendText(String text) {}

        @Override
        public void drop() {}
    }
}
