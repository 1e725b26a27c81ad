package otherworld.webrtc.port;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.dtls.DtlsContext;
import otherworld.webrtc.dtls.DtlsHandshake;
import otherworld.webrtc.dtls.DtlsIdentity;
import otherworld.webrtc.ice.IceCandidate;
import otherworld.webrtc.ice.IceCredentials;
import otherworld.webrtc.ice.LiteSession;
import otherworld.webrtc.ice.Path;
import otherworld.webrtc.peer.CloseReason;
import otherworld.webrtc.peer.Outgoing;
import otherworld.webrtc.peer.PeerStack;
import otherworld.webrtc.peer.StackEvents;
import otherworld.webrtc.sctp.SctpSettings;
import otherworld.webrtc.sdp.LocalDescription;
import otherworld.webrtc.sdp.SdpReader;
import otherworld.webrtc.sdp.SdpReading;
import otherworld.webrtc.sdp.SdpWriter;
import otherworld.webrtc.sdp.SessionDescription;
import otherworld.webrtc.sdp.Setup;
import otherworld.webrtc.sdp.TrickleFragment;
import otherworld.webrtc.udp.UdpLoop;
import otherworld.webrtc.udp.UdpSocket;

/**
 * One UDP port for all WebRTC peers of a process (ICE-lite, DTLS 1.2, SCTP, data channels). One
 * thread owns all of it; only handshakes have virtual threads of their own. The methods here are
 * for any thread and never block.
 */
public final class WebRtcPort implements AutoCloseable {
    private final WebRtcSettings settings;
    private final PeerListener listener;
    private final LongSupplier clockNs;
    private final SecureRandom random;
    private final InstantSource wallClock;
    private final ReentrantLock makingDtls = new ReentrantLock();
    private volatile @Nullable DtlsContext dtls;
    private final PeerTable table;
    private final PortCounters counters = new PortCounters();
    private final PortWork work;
    private final UdpLoop loop;
    private final List<UdpSocket> sockets = new ArrayList<>();
    private final List<IceCandidate> candidates;
    private final AtomicLong nextId = new AtomicLong(1);
    private volatile SctpSettings lastSctp;

    private WebRtcPort(
            WebRtcSettings settings,
            PeerListener listener,
            SecureRandom random,
            InstantSource wallClock,
            LongSupplier clockNs)
            throws IOException {
        this.settings = settings;
        this.lastSctp = settings.sctp();
        this.listener = listener;
        this.random = random;
        this.clockNs = clockNs;
        this.wallClock = wallClock;
        this.table = new PeerTable(settings.limits().peers(), settings.limits().halfOpen());
        this.work = new PortWork(settings, table, counters, clockNs);
        this.loop = new UdpLoop("webrtc-port", work, clockNs);
        try {
            bind();
        } catch (IOException | RuntimeException e) {
            loop.close();
            throw e;
        }
        this.candidates = candidates();
    }

    /** Opens the port. */
    public static WebRtcPort open(WebRtcSettings settings, PeerListener listener)
            throws IOException {
        return open(
                settings, listener, new SecureRandom(), InstantSource.system(), System::nanoTime);
    }

    /**
     * Opens the port with clocks of the caller's.
     *
     * @throws IOException if an address cannot be bound; the message names it
     */
    public static WebRtcPort open(
            WebRtcSettings settings,
            PeerListener listener,
            SecureRandom random,
            InstantSource wallClock,
            LongSupplier clockNs)
            throws IOException {
        var port = new WebRtcPort(settings, listener, random, wallClock, clockNs);
        port.loop.start();
        return port;
    }

    /**
     * Certificate and key, made when first asked for: a process that starts has more urgent work.
     * Call it before players come.
     */
    public void prepare() {
        dtls();
    }

    private DtlsContext dtls() {
        DtlsContext made = dtls;
        if (made != null) {
            return made;
        }
        makingDtls.lock();
        try {
            made = dtls;
            if (made == null) {
                made =
                        new DtlsContext(
                                DtlsIdentity.create(random, wallClock.instant()),
                                random,
                                (int) settings.times().handshake().toMillis());
                dtls = made;
            }
            return made;
        } finally {
            makingDtls.unlock();
        }
    }

    private void bind() throws IOException {
        for (InetSocketAddress address : settings.bind()) {
            InetSocketAddress bind =
                    address.getPort() == 0 && !sockets.isEmpty()
                            ? new InetSocketAddress(address.getAddress(), boundPort())
                            : address;
            sockets.add(loop.open(bind, settings.limits().socketBufferBytes(), sockets.size()));
        }
    }

    /** The UDP port, once chosen. */
    public int boundPort() {
        return sockets.getFirst().local().getPort();
    }

    private List<IceCandidate> candidates() {
        List<InetSocketAddress> addresses =
                settings.advertised().isEmpty()
                        ? sockets.stream().map(UdpSocket::local).toList()
                        : settings.advertised();
        var list = new ArrayList<IceCandidate>();
        for (InetSocketAddress address : addresses) {
            int port = address.getPort() == 0 ? boundPort() : address.getPort();
            list.add(
                    IceCandidate.host(
                            new InetSocketAddress(address.getAddress(), port), list.size()));
        }
        return List.copyOf(list);
    }

    /**
     * Answers an offer. The peer must connect within {@code times.connect}; {@link
     * PeerListener#closed} tells if it does not.
     */
    public Acceptance accept(String offer) {
        return switch (SdpReader.read(offer)) {
            case SdpReading.Refused(String why) -> unacceptable(why);
            case SdpReading.Read(SessionDescription description) ->
                    description.iceLite()
                            ? unacceptable(
                                    "a=ice-lite: this side is lite too, so nobody would send checks;"
                                            + " offer from a full ICE agent")
                            : accept(description);
        };
    }

    private Acceptance unacceptable(String why) {
        counters.count(PortEvent.OFFER_UNACCEPTABLE);
        return new Acceptance.Unacceptable(why);
    }

    private Acceptance accept(SessionDescription offer) {
        return switch (table.takePlace()) {
            case TOO_MANY_PEERS -> busy(settings.limits().peers() + " peers are connected");
            case TOO_MANY_HALF_OPEN -> busy(settings.limits().halfOpen() + " peers are connecting");
            case TAKEN -> {
                counters.count(PortEvent.PEER_ACCEPTED);
                yield admit(offer);
            }
        };
    }

    private Acceptance busy(String limit) {
        counters.count(PortEvent.OFFER_BUSY);
        return new Acceptance.Busy(limit + ", which is the limit; try again later");
    }

    private Acceptance admit(SessionDescription offer) {
        var id = new PeerId(nextId.getAndIncrement());
        var role =
                offer.setup() == Setup.PASSIVE
                        ? DtlsHandshake.Role.CLIENT
                        : DtlsHandshake.Role.SERVER;
        IceCredentials own = IceCredentials.random(random);
        Peer peer = newPeer(id, own, offer, role);
        while (!table.add(peer)) { // the ufrag is another peer's: one in 2^48
            own = IceCredentials.random(random);
            peer = newPeer(id, own, offer, role);
        }
        Peer added = peer;
        work.command(added, _ -> {}); // sets its deadline
        loop.wakeUp();
        String answer =
                SdpWriter.answer(
                        offer,
                        new LocalDescription(
                                random.nextLong() >>> 2,
                                own,
                                dtls().identity().fingerprint(),
                                role == DtlsHandshake.Role.CLIENT ? Setup.ACTIVE : Setup.PASSIVE,
                                settings.sctp().localPort(),
                                settings.sctp().maxMessageBytesIn(),
                                candidates));
        return new Acceptance.Accepted(id, answer, offer.credentials().ufrag());
    }

    private Peer newPeer(
            PeerId id, IceCredentials own, SessionDescription offer, DtlsHandshake.Role role) {
        long nowNs = clockNs.getAsLong();
        String remoteUfrag = offer.credentials().ufrag();
        var times = settings.times();
        var ice = new LiteSession(own, remoteUfrag, times.rebind().toNanos(), nowNs);
        DtlsContext context = dtls();
        var sctp = shared(settings.sctp().withPeer(offer.sctpPort(), offer.maxMessageBytes()));
        return new Peer(
                id,
                own.ufrag(),
                remoteUfrag,
                ice,
                times,
                nowNs,
                peer ->
                        new PeerStack(
                                context,
                                role,
                                offer.fingerprint(),
                                sctp,
                                random,
                                (datagram, offset, length) -> send(peer, datagram, offset, length),
                                task -> onOwner(peer, task),
                                new Events(peer)));
    }

    /** Nearly all peers' are the same: one object stays in the processor's cache. */
    private SctpSettings shared(SctpSettings own) {
        SctpSettings last = lastSctp;
        if (own.equals(last)) {
            return last;
        }
        lastSctp = own;
        return own;
    }

    /** Owner thread and handshakes' threads. */
    private void send(Peer peer, byte[] datagram, int offset, int length) {
        Path path = peer.path();
        if (path != null) {
            UdpSocket socket = sockets.get(path.socket());
            work.sent(socket.send(datagram, offset, length, path.remote()), length);
        }
    }

    private void onOwner(Peer peer, Runnable task) {
        work.command(peer, _ -> task.run());
        loop.wakeUp();
    }

    /**
     * Checks late candidates ({@code application/trickle-ice-sdpfrag}); a lite agent needs none.
     */
    public CandidateOutcome addCandidates(PeerId id, String fragment) {
        Peer peer = table.byId(id);
        if (peer == null) {
            return new CandidateOutcome.UnknownPeer();
        }
        return switch (TrickleFragment.read(fragment)) {
            case TrickleFragment.Reading.Refused(String why) -> new CandidateOutcome.Refused(why);
            case TrickleFragment.Reading.Read(TrickleFragment read) ->
                    read.ufrag().equals(peer.remoteUfrag())
                            ? new CandidateOutcome.Taken(read.candidates().size())
                            : new CandidateOutcome.Restart(
                                    "a=ice-ufrag is not the offer's: ICE cannot be restarted here;"
                                            + " send a new offer");
        };
    }

    /**
     * Hands a message over. It goes out with the next {@link #flush} at the latest.
     *
     * @param channel as the listener was given it
     * @param message kept until sent, so not to be changed; it may be given to many peers
     * @return whether it was taken; false if the peer is gone, has {@code bufferedBytesPeer} on
     *     their way, or the outbox is full. A message on an unreliable channel is then best skipped
     */
    public boolean send(PeerId id, DataChannel channel, MessageKind kind, byte[] message) {
        Peer peer = table.byId(id);
        int limit = settings.limits().bufferedBytesPeer();
        boolean taken =
                peer != null && work.hand(new Outgoing(peer, channel, kind, message), limit);
        counters.count(taken ? PortEvent.MESSAGES_OUT : PortEvent.MESSAGES_REFUSED);
        return taken;
    }

    /** Has all messages handed over so far go out now; once after a batch of them. */
    public void flush() {
        if (!loop.isOwner()) {
            loop.wakeUp();
        }
    }

    /**
     * Bytes on their way to a peer: not yet sent, or sent and not acknowledged. 0 if it is gone.
     */
    public int bufferedBytes(PeerId id) {
        Peer peer = table.byId(id);
        return peer == null ? 0 : peer.bufferedBytes();
    }

    /** Closes one channel of a peer. */
    public void closeChannel(PeerId id, DataChannel channel) {
        Peer peer = table.byId(id);
        if (peer != null) {
            work.command(peer, nowNs -> peer.stack().closeChannel(channel.streamId(), nowNs));
            loop.wakeUp();
        }
    }

    /**
     * Closes a peer; what was sent before is delivered first if that takes at most {@code linger}.
     */
    public void close(PeerId id) {
        Peer peer = table.byId(id);
        if (peer != null) {
            work.command(peer, peer::close);
            loop.wakeUp();
        }
    }

    /** Accepted and not closed. */
    public int peers() {
        return table.peers();
    }

    /** Accepted, not closed and not yet connected. */
    public int halfOpenPeers() {
        return table.halfOpen();
    }

    /** Addresses that valid checks came from, at most eight a peer. */
    public int verifiedPaths() {
        return table.paths();
    }

    /** DTLS handshakes that run now, each on a virtual thread. */
    public int runningHandshakes() {
        return work.runningHandshakes();
    }

    public PortCounters counters() {
        return counters;
    }

    /** Closes all peers (close_notify, no lingering) and the port. */
    @Override
    public void close() {
        loop.close();
    }

    /** A peer's stack tells the table and the listener. */
    private final class Events implements StackEvents {
        private final Peer peer;

        Events(Peer peer) {
            this.peer = peer;
        }

        @Override
        public void handshakeEnded() {
            work.handshakeEnded(peer);
        }

        @Override
        public void connected() {
            peer.markConnected();
            table.connected();
            counters.count(PortEvent.PEER_CONNECTED);
            listener.connected(peer.id());
        }

        @Override
        public void channelOpened(DataChannel channel) {
            listener.channelOpened(peer.id(), channel);
        }

        @Override
        public void message(
                DataChannel channel, MessageKind kind, byte[] buffer, int offset, int length) {
            counters.count(PortEvent.MESSAGES_IN);
            listener.message(peer.id(), channel, kind, buffer, offset, length);
        }

        @Override
        public void channelClosed(DataChannel channel) {
            listener.channelClosed(peer.id(), channel);
        }

        @Override
        public void ended(CloseReason reason) {
            work.ended(peer);
            listener.closed(peer.id(), reason);
        }
    }
}
