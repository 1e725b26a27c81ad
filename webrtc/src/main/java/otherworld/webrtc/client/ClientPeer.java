package otherworld.webrtc.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.dtls.DtlsHandshake;
import otherworld.webrtc.ice.ControllingSession;
import otherworld.webrtc.ice.IceCandidate;
import otherworld.webrtc.ice.IceCredentials;
import otherworld.webrtc.peer.CloseReason;
import otherworld.webrtc.peer.Connection;
import otherworld.webrtc.peer.Outgoing;
import otherworld.webrtc.peer.PeerStack;
import otherworld.webrtc.peer.StackEvents;
import otherworld.webrtc.sdp.LocalDescription;
import otherworld.webrtc.sdp.SdpReader;
import otherworld.webrtc.sdp.SdpReading;
import otherworld.webrtc.sdp.SdpWriter;
import otherworld.webrtc.sdp.SessionDescription;
import otherworld.webrtc.sdp.Setup;
import otherworld.webrtc.stun.StunInput;
import otherworld.webrtc.stun.StunKey;
import otherworld.webrtc.stun.StunReader;
import otherworld.webrtc.stun.StunWriter;
import otherworld.webrtc.turn.TurnClient;
import otherworld.webrtc.udp.UdpSocket;

/**
 * One offering peer. Public methods are for any thread and never block, but for {@link #rebind}. It
 * has a UDP socket of its own: a server tells peers apart by their addresses.
 */
public final class ClientPeer {
    private final WebRtcClients clients;
    private final ClientSettings settings;
    private final List<ChannelSpec> channels;
    private final ClientListener listener;
    private final IceCredentials credentials;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile UdpSocket socket;
    private volatile Optional<Remote> remote = Optional.empty();
    private volatile Relay relay = new Relay.None();
    private volatile @Nullable Link link;

    ClientPeer(WebRtcClients clients, List<ChannelSpec> channels, ClientListener listener)
            throws IOException {
        this.clients = clients;
        this.settings = clients.settings();
        this.channels = List.copyOf(channels);
        this.listener = listener;
        this.credentials = IceCredentials.random(clients.random());
        this.socket = clients.openSocket(this);
    }

    /**
     * Where datagrams go.
     *
     * @param socketAddress the peer's, or the relay's
     * @param channel of the relay; 0: straight
     */
    private record Remote(InetSocketAddress socketAddress, InetSocketAddress peer, int channel) {}

    /** The offer, to be sent to the server. */
    public String offer() {
        InetSocketAddress local = socket.local();
        return SdpWriter.offer(
                new LocalDescription(
                        1,
                        credentials,
                        clients.dtls().identity().fingerprint(),
                        Setup.ACTPASS,
                        settings.sctp().localPort(),
                        settings.sctp().maxMessageBytesIn(),
                        local.getAddress().isAnyLocalAddress()
                                ? List.of()
                                : List.of(IceCandidate.host(local, 0))));
    }

    /** Takes the server's answer and begins to connect, straight alone. */
    public AnswerOutcome answer(String sdp) {
        return answer(sdp, Relaying.NEVER);
    }

    /** Takes the server's answer and begins to connect. */
    public AnswerOutcome answer(String sdp, Relaying relaying) {
        return switch (SdpReader.read(sdp)) {
            case SdpReading.Refused(String why) -> new AnswerOutcome.Refused(why);
            case SdpReading.Read(SessionDescription answer) -> answer(answer, relaying);
        };
    }

    private AnswerOutcome answer(SessionDescription answer, Relaying relaying) {
        if (!answer.iceLite()) {
            return new AnswerOutcome.Refused(
                    "no a=ice-lite: this client is the controlling side and expects the other to wait for its checks");
        }
        if (answer.candidates().isEmpty()) {
            return new AnswerOutcome.Refused("no candidate that can be used: send one over UDP");
        }
        if (!answered.compareAndSet(false, true)) {
            return new AnswerOutcome.Refused("answered before");
        }
        clients.work().command(nowNs -> connect(answer, relaying, nowNs));
        clients.loop().wakeUp();
        return new AnswerOutcome.Taken();
    }

    /** Whether a relay is used, and what became of it. */
    public Relay relay() {
        return relay;
    }

    private void connect(SessionDescription answer, Relaying relaying, long nowNs) {
        var role =
                answer.setup() == Setup.ACTIVE
                        ? DtlsHandshake.Role.SERVER
                        : DtlsHandshake.Role.CLIENT;
        var made = new Link(answer, role, relaying, nowNs);
        link = made;
        clients.work().add(made);
        clients.work().touch(made);
    }

    /**
     * Hands a message over; it goes out with the next {@link WebRtcClients#flush} at the latest.
     *
     * @param message kept until sent, so not to be changed
     * @return whether it was taken; see {@link ClientSettings#bufferedBytes}
     */
    public boolean send(DataChannel channel, MessageKind kind, byte[] message) {
        Link made = link;
        return made != null
                && clients.work()
                        .hand(new Outgoing(made, channel, kind, message), settings.bufferedBytes());
    }

    /** Bytes on their way. */
    public int bufferedBytes() {
        Link made = link;
        return made == null ? 0 : made.bufferedBytes();
    }

    /** Opens one more channel, once connected; {@link ClientListener#channelOpened} follows. */
    public void open(ChannelSpec spec) {
        command((made, nowNs) -> clients.opened(made.stack().open(spec, nowNs)));
    }

    /** Closes one channel. */
    public void closeChannel(DataChannel channel) {
        command((made, nowNs) -> made.stack().closeChannel(channel.streamId(), nowNs));
    }

    /** Closes; what was sent before is delivered first if that takes at most {@code linger}. */
    public void close() {
        command(Link::close);
        if (link == null) {
            answered.set(true);
            socket.close();
        }
    }

    /** For the link that there is when its turn comes; without one, nothing is to be done. */
    private void command(ObjLongConsumer<Link> command) {
        clients.work()
                .command(nowNs -> {
                    Link made = link;
                    if (made != null) {
                        clients.work().perform(made, now -> command.accept(made, now), nowNs);
                    }
                });
        clients.loop().wakeUp();
    }

    /**
     * Goes on from a new UDP port without saying so, as after a NAT forgot the mapping.
     *
     * @throws IOException if no socket can be opened
     */
    public void rebind() throws IOException {
        UdpSocket before = socket;
        socket = clients.openSocket(this);
        before.close();
    }

    /** From now on nothing reaches the other side any more, nor the other way. */
    public void cutOff() {
        socket.close();
    }

    /** Owner thread. */
    void datagram(InetSocketAddress from, byte[] buffer, int length, byte[] scratch, long nowNs) {
        Link made = link;
        if (made != null && length > 0) {
            made.datagram(from, buffer, length, scratch, nowNs);
        }
    }

    /** Owner thread. The connection that this peer's datagrams belong to, if it has one. */
    @Nullable Connection connection() {
        return link;
    }

    /** Owner thread and the handshake's thread. */
    private void send(byte[] datagram, int offset, int length) {
        Remote to = remote.orElse(null);
        if (to == null) {
            return;
        }
        if (to.channel() == 0) {
            socket.send(datagram, offset, length, to.socketAddress());
        } else {
            byte[] wrapped = TurnClient.wrapped(to.channel(), datagram, offset, length);
            socket.send(wrapped, 0, wrapped.length, to.socketAddress());
        }
    }

    /** What there is once the answer is known. Owner thread. */
    private final class Link extends Connection implements StackEvents {
        private final ControllingSession ice;
        private final StunKey key = credentials.key();
        private final List<IceCandidate> candidates;
        private final Optional<TurnClient> turn;
        private final long connectDeadlineNs;
        private long lingerDeadlineNs = Long.MAX_VALUE;

        Link(SessionDescription answer, DtlsHandshake.Role role, Relaying relaying, long nowNs) {
            candidates = answer.candidates();
            turn = relaying.server().map(server -> new TurnClient(server, clients.random(), nowNs));
            ice =
                    new ControllingSession(
                            credentials,
                            answer.credentials(),
                            relaying.only() ? List.of() : candidates,
                            settings.consentInterval().toNanos(),
                            clients.random(),
                            nowNs);
            connectDeadlineNs = nowNs + settings.connect().toNanos();
            stack(
                    new PeerStack(
                            clients.dtls(),
                            role,
                            answer.fingerprint(),
                            settings.sctp().withPeer(answer.sctpPort(), answer.maxMessageBytes()),
                            clients.random(),
                            ClientPeer.this::send,
                            task -> clients.onOwner(this, _ -> task.run()),
                            this));
        }

        void datagram(
                InetSocketAddress from, byte[] buffer, int length, byte[] scratch, long nowNs) {
            TurnClient client = turn.orElse(null);
            if (client == null || !client.server().address().equals(from)) {
                datagram(from, buffer, 0, length, scratch, nowNs);
                return;
            }
            switch (client.received(buffer, length, nowNs)) {
                case TurnClient.Event.Nothing() ->
                        client.failure().ifPresent(why -> relay = new Relay.Failed(why));
                case TurnClient.Event.Allocated(InetSocketAddress relayed) -> {
                    relay = new Relay.Allocated(relayed);
                    candidates.forEach(each -> client.bind(each.address(), nowNs));
                }
                case TurnClient.Event.Bound(InetSocketAddress peer, int channel) ->
                        candidates.stream()
                                .filter(each -> each.address().equals(peer))
                                .findFirst()
                                .ifPresent(each -> ice.addRelayed(each, channel, nowNs));
                case TurnClient.Event.Data(InetSocketAddress peer, int offset, int bytes) -> {
                    if (bytes > 0) {
                        datagram(peer, buffer, offset, bytes, scratch, nowNs);
                    }
                }
            }
            clients.work().touch(this);
        }

        private void datagram(
                InetSocketAddress peer,
                byte[] buffer,
                int offset,
                int length,
                byte[] scratch,
                long nowNs) {
            int first = buffer[offset] & 0xFF;
            if (first <= 3) {
                switch (StunReader.read(buffer, offset, length)) {
                    case StunInput.Success success when ice.success(success, nowNs) ->
                            remote = ice.selected().map(this::remote);
                    case StunInput.Check check -> answerCheck(check, peer);
                    default -> {}
                }
            } else if (remote.isPresent() && remote.get().peer().equals(peer)) {
                stack().receive(buffer, offset, length, scratch, nowNs);
            }
            if (remote.isPresent() && stack().wantsHandshake()) {
                stack().startHandshake(clients.clockNs());
            }
            clients.work().touch(this);
        }

        /** A lite agent needs to send none, but pion's takes no path into use without one. */
        private void answerCheck(StunInput.Check check, InetSocketAddress peer) {
            if (turn.isEmpty() && check.signature().by(key)) {
                byte[] answer = StunWriter.success(check.transactionId(), peer, key);
                socket.send(answer, 0, answer.length, peer);
            }
        }

        private Remote remote(ControllingSession.Route route) {
            InetSocketAddress peer = route.candidate().address();
            return new Remote(
                    route.isRelayed() ? turn.orElseThrow().server().address() : peer,
                    peer,
                    route.channel());
        }

        void close(long nowNs) {
            lingerDeadlineNs = Math.min(lingerDeadlineNs, nowNs + settings.linger().toNanos());
            stack().close(nowNs);
        }

        @Override
        protected void advanceIce(long nowNs) {
            turn.ifPresent(client -> {
                client.advance(nowNs, this::toRelay);
                client.failure().ifPresent(why -> relay = new Relay.Failed(why));
            });
            ice.advance(
                    nowNs,
                    (to, check) -> {
                        if (to.isRelayed()) {
                            toRelay(TurnClient.wrapped(to.channel(), check, 0, check.length));
                        } else {
                            socket.send(check, 0, check.length, to.candidate().address());
                        }
                    });
        }

        private void toRelay(byte[] datagram) {
            turn.ifPresent(
                    client -> socket.send(datagram, 0, datagram.length, client.server().address()));
        }

        @Override
        protected long nextIceTimerNs() {
            return Math.min(
                    ice.nextTimerNs(), turn.map(TurnClient::nextTimerNs).orElse(Long.MAX_VALUE));
        }

        @Override
        protected long deadlineNs() {
            return switch (phase()) {
                case ICE, DTLS, SCTP -> connectDeadlineNs;
                case CONNECTED -> ice.lastConsentNs() + settings.consent().toNanos();
                case CLOSING -> lingerDeadlineNs;
                case CLOSED -> Long.MAX_VALUE;
            };
        }

        @Override
        protected CloseReason giveUp() {
            var phase = phase();
            return switch (phase) {
                case ICE, DTLS, SCTP -> new CloseReason.ConnectTimeout(phase);
                case CONNECTED -> new CloseReason.ConsentLost(settings.consent());
                case CLOSING, CLOSED -> new CloseReason.ClosedHere();
            };
        }

        @Override
        public void handshakeEnded() {}

        @Override
        public void connected() {
            if (relay instanceof Relay.Allocated(InetSocketAddress relayed)
                    && remote.isPresent()
                    && remote.get().channel() != 0) {
                relay = new Relay.Used(relayed);
            }
            listener.connected();
            for (ChannelSpec spec : channels) {
                clients.opened(stack().open(spec, clients.clockNs().getAsLong()));
            }
        }

        @Override
        public void channelOpened(DataChannel channel) {
            listener.channelOpened(channel);
        }

        @Override
        public void message(
                DataChannel channel, MessageKind kind, byte[] buffer, int offset, int length) {
            listener.message(channel, kind, buffer, offset, length);
        }

        @Override
        public void channelClosed(DataChannel channel) {
            listener.channelClosed(channel);
        }

        @Override
        public void ended(CloseReason reason) {
            clients.work().remove(this);
            turn.ifPresent(client -> client.close(this::toRelay));
            socket.close();
            listener.closed(reason);
        }
    }
}
