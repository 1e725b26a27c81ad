package otherworld.webrtc.port;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.LongSupplier;
import otherworld.webrtc.ice.LiteSession;
import otherworld.webrtc.ice.Path;
import otherworld.webrtc.peer.CloseReason.Phase;
import otherworld.webrtc.peer.ConnectionWork;
import otherworld.webrtc.stun.StunInput;
import otherworld.webrtc.stun.StunReader;
import otherworld.webrtc.udp.UdpLoop;
import otherworld.webrtc.udp.UdpSocket;

/** What the owner thread does with datagrams, timers and what other threads hand over. */
final class PortWork extends ConnectionWork {
    private final PeerTable table;
    private final PortCounters counters;
    private final HandshakeGate<Peer> gate;
    private volatile int runningHandshakes;
    private final byte[] scratch = new byte[UdpLoop.MAX_DATAGRAM_BYTES + 64];

    PortWork(
            WebRtcSettings settings, PeerTable table, PortCounters counters, LongSupplier clockNs) {
        super(settings.limits().outboxMessages(), clockNs);
        this.table = table;
        this.counters = counters;
        this.gate =
                new HandshakeGate<>(
                        settings.limits().handshakes(),
                        settings.limits().handshakesPerSource(),
                        this::startHandshake);
    }

    // ---- Datagrams

    @Override
    public void datagram(
            UdpSocket socket, InetSocketAddress from, byte[] buffer, int length, long nowNs) {
        counters.count(PortEvent.DATAGRAMS_IN);
        counters.add(PortEvent.BYTES_IN, length);
        int first = length == 0 ? 255 : buffer[0] & 0xFF;
        // RFC 7983: 0 to 3 is STUN, 20 to 63 is DTLS.
        if (first <= 3) {
            stun(socket, from, buffer, length, nowNs);
        } else if (first >= 20 && first <= 63) {
            dtls(new Path((int) socket.owner(), from), buffer, length, nowNs);
        } else {
            counters.count(PortEvent.NEITHER);
        }
    }

    @Override
    public void oversize(UdpSocket socket) {
        counters.count(PortEvent.DATAGRAMS_IN);
        counters.count(PortEvent.OVERSIZE);
    }

    private void stun(
            UdpSocket socket, InetSocketAddress from, byte[] buffer, int length, long nowNs) {
        if (!StunReader.isStun(buffer, 0, length)) {
            counters.count(PortEvent.STUN_MALFORMED);
            return;
        }
        if (!StunReader.isCheck(buffer, 0)) {
            counters.count(PortEvent.STUN_OTHER);
            return;
        }
        // Looked up before anything is decoded or hashed: a stranger's flood costs next to nothing.
        Peer peer = table.byUfrag(StunReader.receiverUfrag(buffer, 0, length));
        if (peer == null) {
            counters.count(PortEvent.CHECK_UNKNOWN_UFRAG);
            return;
        }
        switch (StunReader.read(buffer, 0, length)) {
            case StunInput.Check check ->
                    guarded(peer, () -> check(peer, check, socket, from, nowNs));
            case StunInput.Malformed _ -> counters.count(PortEvent.STUN_MALFORMED);
            case StunInput.Success _, StunInput.Failure _, StunInput.KeepAlive _ ->
                    counters.count(PortEvent.STUN_OTHER);
        }
    }

    private void check(
            Peer peer,
            StunInput.Check check,
            UdpSocket socket,
            InetSocketAddress from,
            long nowNs) {
        var path = new Path((int) socket.owner(), from);
        switch (peer.ice().check(check, path, nowNs)) {
            case LiteSession.Outcome.Valid valid -> {
                counters.count(PortEvent.CHECK_ANSWERED);
                send(socket, from, valid.response());
                table.verified(path, peer, valid.forgotten());
                if (valid.moved()) {
                    if (peer.path() != null) {
                        counters.count(PortEvent.PATH_MOVED);
                    }
                    peer.followPath();
                }
                wantHandshake(peer, from);
                touch(peer);
            }
            case LiteSession.Outcome.Refused(byte[] response) -> {
                counters.count(PortEvent.CHECK_REFUSED);
                send(socket, from, response);
            }
            case LiteSession.Outcome.Discarded(LiteSession.Reason reason) ->
                    counters.count(
                            switch (reason) {
                                case NOT_AUTHENTIC -> PortEvent.CHECK_NOT_AUTHENTIC;
                                case ANSWER_LONGER_THAN_REQUEST -> PortEvent.CHECK_TOO_SHORT;
                            });
        }
    }

    private void send(UdpSocket socket, InetSocketAddress to, byte[] datagram) {
        sent(socket.send(datagram, 0, datagram.length, to), datagram.length);
    }

    /** Any thread. Books a datagram. */
    void sent(boolean taken, int bytes) {
        if (taken) {
            counters.count(PortEvent.DATAGRAMS_OUT);
            counters.add(PortEvent.BYTES_OUT, bytes);
        } else {
            counters.count(PortEvent.SEND_DROPPED);
        }
    }

    private void dtls(Path path, byte[] buffer, int length, long nowNs) {
        Peer peer = table.byPath(path);
        if (peer == null) {
            counters.count(PortEvent.DTLS_UNVERIFIED);
            return;
        }
        guarded(
                peer,
                () -> {
                    boolean encrypted = peer.phase().compareTo(Phase.SCTP) >= 0;
                    if (peer.stack().receive(buffer, 0, length, scratch, nowNs)) {
                        peer.ice().heard(path, nowNs);
                    } else if (encrypted) {
                        counters.count(PortEvent.DTLS_DISCARDED);
                    }
                    wantHandshake(peer, path.remote());
                    touch(peer);
                });
    }

    private void wantHandshake(Peer peer, InetSocketAddress source) {
        if (peer.stack().wantsHandshake()
                && gate.request(peer, source.getAddress()) == HandshakeGate.Turn.WAITS) {
            counters.count(PortEvent.HANDSHAKE_WAITED);
        }
    }

    private void startHandshake(Peer peer) {
        counters.count(PortEvent.HANDSHAKE_STARTED);
        runningHandshakes = gate.running();
        peer.stack().startHandshake(clockNs);
    }

    /** The handshake's thread is done with the peer. */
    void handshakeEnded(Peer peer) {
        gate.ended(peer);
        runningHandshakes = gate.running();
    }

    /** Any thread. As of the last cycle. */
    int runningHandshakes() {
        return runningHandshakes;
    }

    // ---- What ConnectionWork asks for

    /** The peer's stack has ended. */
    void ended(Peer peer) {
        forget(peer);
        gate.leave(peer);
        table.remove(peer);
        counters.count(PortEvent.PEER_CLOSED);
    }

    @Override
    protected void delivered(int lost) {
        counters.add(PortEvent.MESSAGES_LOST, lost);
    }

    @Override
    protected void bug() {
        counters.count(PortEvent.BUG);
    }

    @Override
    protected List<Peer> all() {
        return table.all();
    }
}
