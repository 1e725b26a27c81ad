package otherworld.instance.transport;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.PlayerId;
import otherworld.instance.config.InstanceSettings;
import otherworld.instance.config.Limit;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.metrics.WebRtcMetrics;
import otherworld.instance.transport.signalling.Peers;
import otherworld.ops.PortTaken;
import otherworld.ops.log.LogContext;
import otherworld.protocol.Messages;
import otherworld.protocol.Protocol;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.channel.Reliability;
import otherworld.webrtc.dtls.DtlsWarmUp;
import otherworld.webrtc.peer.CloseReason;
import otherworld.webrtc.port.Acceptance;
import otherworld.webrtc.port.CandidateOutcome;
import otherworld.webrtc.port.PeerId;
import otherworld.webrtc.port.PeerListener;
import otherworld.webrtc.port.WebRtcPort;
import otherworld.webrtc.port.WebRtcSettings;
import otherworld.webrtc.sdp.SdpReader;
import otherworld.webrtc.sdp.SdpReading;

/**
 * All WebRTC clients of an instance on one UDP port: made by signalling, told of by the port's
 * owner thread, gone when the port says so.
 */
public final class PeerSessions implements Peers, PeerListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PeerSessions.class);
    private static final int ID_BYTES = 16; // nobody guesses one of 2^128

    /** A few: most of what they once warmed up is compiled from the training's profile. */
    private static final int WARM_UP_HANDSHAKES = 10;

    private static final Duration WARM_UP_TIME = Duration.ofSeconds(1);
    private static final String RELIABLE = "reliable";
    private static final String UNRELIABLE = "unreliable";

    private final Admission admission;
    private final InstanceMetrics metrics;
    private final WebRtcMetrics webRtc;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Entry> byName = new ConcurrentHashMap<>();
    private final Map<PeerId, Entry> byPeer = new ConcurrentHashMap<>();
    private final BegunPeers begun = new BegunPeers();
    private volatile @Nullable WebRtcPort port;

    /** One session of signalling. */
    private static final class Entry {
        final String name;
        final String etag;
        final PeerId peer;
        final PlayerId player;
        final PeerSession session;
        final AtomicBoolean settled = new AtomicBoolean();

        Entry(String name, String etag, PeerId peer, PlayerId player, PeerSession session) {
            this.name = name;
            this.etag = etag;
            this.peer = peer;
            this.player = player;
            this.session = session;
        }
    }

    private PeerSessions(Admission admission, InstanceMetrics metrics, WebRtcMetrics webRtc) {
        this.admission = admission;
        this.metrics = metrics;
        this.webRtc = webRtc;
    }

    /**
     * Opens the UDP port.
     *
     * @throws PortTaken if it cannot be bound
     * @throws IOException if an advertised name is unknown
     */
    public static PeerSessions open(
            InstanceSettings settings,
            Admission admission,
            InstanceMetrics metrics,
            WebRtcMetrics webRtc)
            throws IOException {
        PeerSessions sessions = new PeerSessions(admission, metrics, webRtc);
        WebRtcPort port = bound(settings, PortSettings.of(settings), sessions);
        sessions.port = port;
        PortFigures.show(port, webRtc);
        return sessions;
    }

    private static WebRtcPort bound(
            InstanceSettings settings, WebRtcSettings port, PeerSessions sessions)
            throws PortTaken {
        try {
            return WebRtcPort.open(port, sessions);
        } catch (IOException e) {
            throw new PortTaken("UDP " + settings.bind(), settings.port(), "OTHERWORLD_PORT", e);
        }
    }

    /**
     * For when the instance is ready: players may crowd in from then on, and wait two seconds at
     * most. Earlier it would only take the processor from what the start waits for.
     */
    public void warmUp() {
        Thread.ofPlatform().daemon().name("webrtc-warm-up").start(this::prepare);
    }

    private void prepare() {
        try {
            opened().prepare();
            log.debug(
                    "Warmed up by {} handshakes", DtlsWarmUp.run(WARM_UP_HANDSHAKES, WARM_UP_TIME));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The UDP port's number. */
    public int port() {
        return opened().boundPort();
    }

    /** Closes every peer, and the port. */
    @Override
    public void close() {
        opened().close();
    }

    // ---- signalling: any thread

    @Override
    public Answer accept(PlayerId player, String offer, String reason, String remote) {
        Optional<String> small = tooSmall(offer);
        if (small.isPresent()) {
            return new Answer.Unacceptable(small.get());
        }
        if (!begun.begin(player)) {
            metrics.hit(Limit.PEERS_PER_PLAYER);
            return new Answer.TooManyOfPlayer(
                    "%d connections of yours are being made, which is the limit"
                            .formatted(Limits.BEGUN_PEERS_PER_PLAYER));
        }
        return switch (opened().accept(offer)) {
            case Acceptance.Accepted(PeerId peer, String answer, String _) ->
                    accepted(player, peer, answer, reason, remote);
            case Acceptance.Unacceptable(String why) -> {
                begun.settle(player);
                yield new Answer.Unacceptable(why);
            }
            case Acceptance.Busy(String why) -> {
                begun.settle(player);
                metrics.hit(Limit.PEERS);
                yield new Answer.Busy(why);
            }
        };
    }

    private Answer accepted(
            PlayerId player, PeerId peer, String answer, String reason, String remote) {
        WebRtcLink link = new WebRtcLink(opened(), peer, remote, metrics, webRtc);
        SessionOrigin origin = SessionOrigin.of(SessionOrigin.Transport.WEBRTC, reason);
        SessionReader reader = new SessionReader(link, origin, admission, metrics);
        PeerSession session = new PeerSession(link, reader, metrics);
        Entry entry = new Entry(name(ID_BYTES), name(6), peer, player, session);
        byName.put(entry.name, entry);
        byPeer.put(peer, entry);
        LogContext.of(player).run(() -> log.debug("{} at {}", peer, remote));
        return new Answer.Accepted(entry.name, entry.etag, answer);
    }

    @Override
    public Late addCandidates(String id, String fragment) {
        Entry entry = byName.get(id);
        if (entry == null) {
            return new Late.Unknown();
        }
        return switch (opened().addCandidates(entry.peer, fragment)) {
            case CandidateOutcome.Taken _ -> new Late.Taken();
            case CandidateOutcome.Refused(String why) -> new Late.Refused(why);
            case CandidateOutcome.Restart(String why) -> new Late.Restart(why);
            case CandidateOutcome.UnknownPeer() -> new Late.Unknown();
        };
    }

    @Override
    public Optional<String> etag(String id) {
        return Optional.ofNullable(byName.get(id)).map(entry -> entry.etag);
    }

    @Override
    public boolean leave(String id) {
        Entry entry = byName.get(id);
        if (entry == null) {
            return false;
        }
        entry.session.leave();
        return true;
    }

    // ---- the port: owner thread

    @Override
    public void connected(PeerId peer) {
        Entry entry = byPeer.get(peer);
        if (entry != null) {
            metrics.connections(SessionOrigin.Transport.WEBRTC.label()).inc();
            entry.session.connected();
        }
    }

    @Override
    public void channelOpened(PeerId peer, DataChannel channel) {
        Entry entry = byPeer.get(peer);
        if (entry == null) {
            return;
        }
        WebRtcLink link = entry.session.link();
        boolean taken = false;
        if (isOurs(channel.spec(), RELIABLE)) {
            taken = link.reliable(channel);
        } else if (isOurs(channel.spec(), UNRELIABLE)) {
            taken = link.unreliable(channel);
        }
        if (!taken) {
            log.debug("{} opened {}, which nobody reads", peer, channel);
            opened().closeChannel(peer, channel);
        }
    }

    /** The reliable channel is ordered; the other one need not be. */
    private static boolean isOurs(ChannelSpec spec, String label) {
        boolean reliable = spec.ordered() && spec.reliability() instanceof Reliability.Reliable;
        return spec.label().equals(label)
                && spec.protocol().equals(Protocol.SUBPROTOCOL)
                && reliable == label.equals(RELIABLE);
    }

    @Override
    public void message(
            PeerId peer,
            DataChannel channel,
            MessageKind kind,
            byte[] buffer,
            int offset,
            int length) {
        Entry entry = byPeer.get(peer);
        if (entry == null) {
            return;
        }
        PeerSession session = entry.session;
        if (kind == MessageKind.TEXT) {
            session.malformed("messages are binary");
        } else if (session.link().isReliable(channel)) {
            settleOnce(entry);
            session.reliable(buffer, offset, length);
        } else if (session.link().isUnreliable(channel)) {
            session.unreliable(buffer, offset, length);
        }
    }

    @Override
    public void channelClosed(PeerId peer, DataChannel channel) {
        Entry entry = byPeer.get(peer);
        if (entry == null) {
            return;
        }
        WebRtcLink link = entry.session.link();
        if (link.isReliable(channel)) {
            opened().close(peer); // without it there is no session
        } else if (link.unreliableClosed(channel)) {
            log.debug("{} closed its unreliable channel: all goes over the other", peer);
        }
    }

    @Override
    public void closed(PeerId peer, CloseReason reason) {
        webRtc.closed(PortFigures.label(reason));
        Entry entry = byPeer.remove(peer);
        if (entry != null) {
            byName.remove(entry.name);
            settleOnce(entry);
            if (entry.session.wasConnected()) {
                metrics.connections(SessionOrigin.Transport.WEBRTC.label()).dec();
            }
            LogContext.of(entry.player).run(() -> log.debug("{} is gone: {}", peer, reason));
            entry.session.closed();
        }
    }

    // ---- limits

    /** A peer that takes no ZoneSnapshot cannot play: WebSocket is for it. */
    private static Optional<String> tooSmall(String offer) {
        return SdpReader.read(offer) instanceof SdpReading.Read(var description)
                        && description.maxMessageBytes() > 0
                        && description.maxMessageBytes() < Messages.MAX_SERVER_BYTES
                ? Optional.of(
                        "a=max-message-size is %d; take messages of %d bytes, or use WebSocket"
                                .formatted(
                                        description.maxMessageBytes(), Messages.MAX_SERVER_BYTES))
                : Optional.empty();
    }

    /** The peer has said something, or is gone: it counts no more as being made. */
    private void settleOnce(Entry entry) {
        if (!entry.settled.get() && entry.settled.compareAndSet(false, true)) {
            begun.settle(entry.player);
        }
    }

    private String name(int bytes) {
        byte[] name = new byte[bytes];
        random.nextBytes(name);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name);
    }

    private WebRtcPort opened() {
        WebRtcPort open = port;
        if (open == null) {
            throw new IllegalStateException("the UDP port is not open yet");
        }
        return open;
    }
}
