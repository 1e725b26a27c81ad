package otherworld.bots;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import otherworld.bots.NotConnected.Reason;
import otherworld.protocol.ClientMessage;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Messages;
import otherworld.protocol.Protocol;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.channel.Reliability;
import otherworld.webrtc.client.AnswerOutcome;
import otherworld.webrtc.client.ClientListener;
import otherworld.webrtc.client.ClientPeer;
import otherworld.webrtc.client.Relay;
import otherworld.webrtc.client.Relaying;
import otherworld.webrtc.client.WebRtcClients;
import otherworld.webrtc.peer.CloseReason;
import otherworld.webrtc.turn.TurnServer;

/**
 * Two data channels to an instance: docs/endpoints.md says how they come about, docs/protocol.md
 * what goes over which. Thread-safe; hears on the one thread of all WebRTC bots.
 */
final class WebRtcConnection implements Connection, ClientListener {
    /** Bytes on their way beyond which a pose is not worth sending. */
    private static final int IDLE_BYTES = 4_096;

    private static final String RELIABLE = "reliable";
    private static final List<ChannelSpec> CHANNELS =
            List.of(
                    new ChannelSpec(
                            RELIABLE,
                            Protocol.SUBPROTOCOL,
                            true,
                            new Reliability.Reliable(),
                            ChannelSpec.NORMAL_PRIORITY),
                    new ChannelSpec(
                            "unreliable",
                            Protocol.SUBPROTOCOL,
                            false,
                            new Reliability.MaxRetransmits(0),
                            ChannelSpec.NORMAL_PRIORITY));

    /** What WebSocket calls a close in order. */
    private static final int NORMAL = 1_000;

    /** A server that is asked every second and says nothing for so long is gone. */
    private static final long SILENCE_MS = 5_000;

    /** After so long it is asked over TCP, too. */
    private static final long DOUBT_MS = 1_500;

    private final WebRtcClients clients;
    private final HttpClient http;
    private final URI endpoint;
    private final Receiver receiver;
    private final ClientPeer peer;
    private final CountDownLatch open = new CountDownLatch(CHANNELS.size());
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile boolean dead;
    private volatile @Nullable DataChannel reliable;
    private volatile @Nullable DataChannel unreliable;
    private volatile long heardNs = System.nanoTime();
    private boolean greeted; // owner thread: the answer to Hello was heard

    private WebRtcConnection(
            WebRtcClients clients, HttpClient http, URI endpoint, Receiver receiver)
            throws IOException {
        this.clients = clients;
        this.http = http;
        this.endpoint = endpoint;
        this.receiver = receiver;
        this.peer = clients.peer(CHANNELS, this);
    }

    /**
     * Offers, and waits until both channels are open.
     *
     * @param endpoint {@code …/v1/webrtc}
     * @param reason why, for the instance's metrics; may be empty
     * @param relayOnly through a TURN server that the answer names, or not at all
     * @throws NotConnected if that takes longer than {@code timeout}, or is refused
     */
    static WebRtcConnection open(
            WebRtcClients clients,
            HttpClient http,
            URI endpoint,
            String token,
            String reason,
            boolean relayOnly,
            Receiver receiver,
            Duration timeout)
            throws NotConnected, InterruptedException {
        long deadlineNs = System.nanoTime() + timeout.toNanos();
        WebRtcConnection connection;
        try {
            connection = new WebRtcConnection(clients, http, endpoint, receiver);
        } catch (IOException e) {
            throw new NotConnected(Reason.WEBRTC_FAILED, String.valueOf(e.getMessage()));
        }
        Optional<URI> session = Optional.empty();
        try {
            URI asked = reason.isEmpty() ? endpoint : URI.create(endpoint + "?reason=" + reason);
            HttpResponse<String> answer = connection.offer(asked, token, deadlineNs);
            session = answer.headers().firstValue("Location").map(endpoint::resolve);
            Optional<TurnServer> turn = IceServers.turn(answer);
            if (relayOnly && turn.isEmpty()) {
                throw new NotConnected(
                        Reason.WEBRTC_FAILED, "the answer names no TURN server over UDP");
            }
            if (connection.peer.answer(answer.body(), new Relaying(turn, relayOnly))
                    instanceof AnswerOutcome.Refused(String why)) {
                throw new NotConnected(Reason.WEBRTC_FAILED, why);
            }
            long waitNs = deadlineNs - System.nanoTime();
            if (!connection.open.await(waitNs, TimeUnit.NANOSECONDS)) {
                throw new NotConnected(
                        Reason.WEBRTC_TIMEOUT, "no channels in time" + connection.relayFault());
            }
            if (connection.closed.get()) {
                throw new NotConnected(Reason.WEBRTC_FAILED, "closed before it was open");
            }
            return connection;
        } catch (NotConnected e) {
            connection.closed.set(true); // nobody hears of it any more
            connection.peer.close();
            session.ifPresent(connection::giveUp);
            throw e;
        }
    }

    private HttpResponse<String> offer(URI asked, String token, long deadlineNs)
            throws NotConnected, InterruptedException {
        try {
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(asked)
                                    .timeout(
                                            Duration.ofNanos(
                                                    Math.max(1, deadlineNs - System.nanoTime())))
                                    .header("Content-Type", "application/sdp")
                                    .header("Authorization", "Bearer " + token)
                                    .POST(HttpRequest.BodyPublishers.ofString(peer.offer()))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 201) {
                throw NotConnected.refused(answer);
            }
            return answer;
        } catch (HttpTimeoutException e) {
            throw new NotConnected(Reason.WEBRTC_TIMEOUT, "no answer to the offer in time");
        } catch (IOException e) {
            throw new NotConnected(Reason.UNREACHABLE, e.getClass().getSimpleName());
        }
    }

    /** Lets the instance forget what did not come about; whether it hears that matters little. */
    private void giveUp(URI session) {
        var _ =
                http.sendAsync(
                        HttpRequest.newBuilder(session)
                                .timeout(Duration.ofSeconds(2))
                                .DELETE()
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
    }

    /** Of few kinds, since retries are counted by what they say. */
    private String relayFault() {
        return switch (peer.relay()) {
            case Relay.Failed(String why) -> "; TURN: " + why;
            case Relay.None _, Relay.Allocated _, Relay.Used _ -> "";
        };
    }

    @Override
    public boolean isRelayed() {
        return peer.relay() instanceof Relay.Used;
    }

    @Override
    public Transport transport() {
        return Transport.WEBRTC;
    }

    @Override
    public void send(ClientMessage message) {
        DataChannel channel = reliable;
        if (channel != null && !closed.get()) {
            if (peer.send(channel, MessageKind.BINARY, Messages.encode(message))) {
                clients.flush();
            } else {
                abort("server does not read");
            }
        }
    }

    @Override
    public boolean sendIfIdle(ClientMessage message) {
        DataChannel channel = unreliable;
        if (channel == null || closed.get() || peer.bufferedBytes() > IDLE_BYTES) {
            return false;
        }
        boolean taken = peer.send(channel, MessageKind.BINARY, Messages.encode(message));
        clients.flush();
        return taken;
    }

    @Override
    public Optional<String> lost() {
        long silentMs = (System.nanoTime() - heardNs) / 1_000_000;
        if (silentMs > SILENCE_MS) {
            return Optional.of("the server fell silent");
        }
        if (silentMs > DOUBT_MS && asking.compareAndSet(false, true)) {
            askWhetherItRuns();
        }
        return dead ? Optional.of("the server runs no more") : Optional.empty();
    }

    /** UDP tells nothing of a process that died; its TCP port does. */
    private void askWhetherItRuns() {
        HttpRequest request =
                HttpRequest.newBuilder(endpoint.resolve("../healthz"))
                        .timeout(Duration.ofMillis(SILENCE_MS))
                        .build();
        var _ =
                http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                        .whenComplete((answer, error) -> {
                            dead =
                                    error == null
                                            ? answer.statusCode() != 200 // or a gateway says so
                                            : error instanceof ConnectException
                                                    || error.getCause() instanceof ConnectException;
                            asking.set(false);
                        });
    }

    @Override
    public void abort(End end) {
        peer.close();
        close(end);
    }

    @Override
    public void connected() {
        heardNs = System.nanoTime();
    }

    @Override
    public void channelOpened(DataChannel channel) {
        if (channel.spec().label().equals(RELIABLE)) {
            reliable = channel;
        } else {
            unreliable = channel;
        }
        open.countDown();
    }

    @Override
    public void message(
            DataChannel channel, MessageKind kind, byte[] buffer, int offset, int length) {
        heardNs = System.nanoTime();
        greeted |= channel.equals(reliable);
        if (closed.get() || !greeted) { // what overtook Welcome is of no use
            return;
        }
        try {
            if (kind == MessageKind.TEXT) {
                abort(new End.Malformed("a text message"));
            } else {
                receiver.received(this, Messages.decodeServer(buffer, offset, length), length);
            }
        } catch (MalformedMessage e) {
            abort(new End.Malformed(e.reason().name()));
        }
    }

    @Override
    public void channelClosed(DataChannel channel) {
        abort("a channel was closed");
    }

    @Override
    public void closed(CloseReason reason) {
        close(
                switch (reason) {
                    case CloseReason.ClosedByPeer() -> new End.Closed(NORMAL);
                    default -> new End.Broken(reason.getClass().getSimpleName());
                });
        while (open.getCount() > 0) {
            open.countDown(); // whoever waits sees that it is closed
        }
    }

    private void close(End end) {
        if (closed.compareAndSet(false, true)) {
            receiver.closed(this, end);
        }
    }
}
