package otherworld.webrtc.peer;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import otherworld.webrtc.channel.ChannelEvents;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.DataChannels;
import otherworld.webrtc.channel.DtlsRole;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.channel.OpenOutcome;
import otherworld.webrtc.dtls.DatagramOut;
import otherworld.webrtc.dtls.DtlsContext;
import otherworld.webrtc.dtls.DtlsHandshake;
import otherworld.webrtc.dtls.DtlsRecords;
import otherworld.webrtc.dtls.Fingerprint;
import otherworld.webrtc.peer.CloseReason.Phase;
import otherworld.webrtc.sctp.EndReason;
import otherworld.webrtc.sctp.SctpSettings;
import otherworld.webrtc.sctp.SendOutcome;

/**
 * One connection above ICE: a DTLS handshake on a virtual thread, then records and data channels on
 * the owner thread, which makes every call here. Time is passed in.
 */
public final class PeerStack {
    /** Datagrams kept while the handshake waits for its turn: a ClientHello may come in several. */
    private static final int MAX_EARLY = 8;

    private final DtlsContext dtls;
    private final DtlsHandshake.Role role;
    private final Fingerprint expected;
    private final SctpSettings sctp;
    private final RandomGenerator random;
    private final DatagramOut out;
    private final Executor owner;
    private final StackEvents events;
    private final ArrayDeque<byte[]> early = new ArrayDeque<>(0);
    private Optional<DtlsHandshake> handshake = Optional.empty();
    private @Nullable DtlsRecords records;
    private @Nullable DataChannels channels;
    private Phase phase = Phase.ICE;

    /**
     * @param expected of the certificate that the peer must show
     * @param out any thread; drops while there is no path
     * @param owner runs what the handshake's thread hands over, later, on the owner thread; must
     *     not refuse
     */
    public PeerStack(
            DtlsContext dtls,
            DtlsHandshake.Role role,
            Fingerprint expected,
            SctpSettings sctp,
            RandomGenerator random,
            DatagramOut out,
            Executor owner,
            StackEvents events) {
        this.dtls = dtls;
        this.role = role;
        this.expected = expected;
        this.sctp = sctp;
        this.random = random;
        this.out = out;
        this.owner = owner;
        this.events = events;
    }

    public Phase phase() {
        return phase;
    }

    public DtlsHandshake.Role role() {
        return role;
    }

    /** Whether a handshake could begin but has not: it may wait for its turn. */
    public boolean wantsHandshake() {
        return phase == Phase.ICE && (role == DtlsHandshake.Role.CLIENT || !early.isEmpty());
    }

    /** Begins the handshake; there must be a path. */
    public void startHandshake(LongSupplier clockNs) {
        if (phase != Phase.ICE) {
            throw new IllegalStateException("handshake in phase " + phase);
        }
        phase = Phase.DTLS;
        var started =
                DtlsHandshake.start(
                        dtls,
                        role,
                        expected,
                        out,
                        outcome ->
                                owner.execute(() -> handshakeEnded(outcome, clockNs.getAsLong())));
        handshake = Optional.of(started);
        for (byte[] datagram = early.poll(); datagram != null; datagram = early.poll()) {
            started.receive(datagram, 0, datagram.length);
        }
    }

    private void handshakeEnded(DtlsHandshake.Outcome outcome, long nowNs) {
        handshake = Optional.empty();
        events.handshakeEnded();
        switch (outcome) {
            case DtlsHandshake.Outcome.Failed(String why) -> end(new CloseReason.DtlsFailed(why));
            case DtlsHandshake.Outcome.Done(DtlsRecords done) -> {
                if (phase == Phase.DTLS) {
                    encrypted(done, nowNs);
                } else {
                    done.close(); // closed while it ran
                }
            }
        }
    }

    private void encrypted(DtlsRecords done, long nowNs) {
        phase = Phase.SCTP;
        records = done;
        var made =
                new DataChannels(
                        sctp,
                        switch (role) {
                            case CLIENT -> DtlsRole.CLIENT;
                            case SERVER -> DtlsRole.SERVER;
                        },
                        done::send,
                        new Channels(),
                        random,
                        nowNs);
        channels = made;
        if (role == DtlsHandshake.Role.CLIENT) {
            // Either side may begin (RFC 8831 section 6.1); one is enough, and all stacks' clients
            // do.
            made.connect(nowNs);
        }
        byte[] scratch = new byte[2_048];
        after(
                done.begin(
                        scratch,
                        (buffer, offset, length) -> made.receive(buffer, offset, length, nowNs)));
    }

    /**
     * A DTLS datagram from a verified path.
     *
     * @param scratch for plaintexts
     * @return whether it was authentic
     */
    public boolean receive(byte[] datagram, int offset, int length, byte[] scratch, long nowNs) {
        return switch (phase) {
            case ICE -> {
                if (early.size() < MAX_EARLY) {
                    early.add(Arrays.copyOfRange(datagram, offset, offset + length));
                }
                yield false;
            }
            case DTLS -> {
                handshake.ifPresent(running -> running.receive(datagram, offset, length));
                yield false;
            }
            case SCTP, CONNECTED, CLOSING -> decrypt(datagram, offset, length, scratch, nowNs);
            case CLOSED -> false;
        };
    }

    private boolean decrypt(byte[] datagram, int offset, int length, byte[] scratch, long nowNs) {
        DataChannels made = Objects.requireNonNull(channels);
        DtlsRecords.Received received =
                Objects.requireNonNull(records)
                        .receive(
                                datagram,
                                offset,
                                length,
                                scratch,
                                (buffer, at, bytes) -> made.receive(buffer, at, bytes, nowNs));
        after(received);
        return received != DtlsRecords.Received.NOTHING;
    }

    private void after(DtlsRecords.Received received) {
        switch (received) {
            case NOTHING, DATA -> {}
            case CLOSED -> end(new CloseReason.ClosedByPeer());
            case FAILED -> end(new CloseReason.DtlsFailed("fatal alert"));
        }
    }

    /** SCTP's timers that are due. */
    public void advance(long nowNs) {
        DataChannels made = channels;
        if (made != null) {
            made.advance(nowNs);
        }
    }

    /** When {@link #advance} has work again; {@code Long.MAX_VALUE} for never. */
    public long nextTimerNs() {
        DataChannels made = channels;
        return made == null ? Long.MAX_VALUE : made.nextTimerNs();
    }

    /** Sends what congestion and flow control allow. */
    public void flush(long nowNs) {
        DataChannels made = channels;
        if (made != null) {
            made.flush(nowNs);
        }
    }

    /** Opens a channel; only once encrypted, at the earliest from {@link StackEvents#connected}. */
    public OpenOutcome open(ChannelSpec spec, long nowNs) {
        DataChannels made = channels;
        return made == null
                ? new OpenOutcome.Refused("not connected: " + phase)
                : made.open(spec, nowNs);
    }

    /** Copies and queues a message. */
    public SendOutcome send(
            DataChannel channel,
            MessageKind kind,
            byte[] message,
            int offset,
            int length,
            long nowNs) {
        DataChannels made = channels;
        return made == null
                ? SendOutcome.CLOSED
                : made.send(channel, kind, message, offset, length, nowNs);
    }

    /** Closes one channel (RFC 8831 section 6.7). */
    public void closeChannel(int streamId, long nowNs) {
        DataChannels made = channels;
        if (made != null) {
            made.closeChannel(streamId, nowNs);
        }
    }

    /** Bytes that the association holds for sending: not yet sent or not yet acknowledged. */
    public int bufferedBytes() {
        DataChannels made = channels;
        return made == null ? 0 : (int) Math.min(Integer.MAX_VALUE, made.heldForSendingBytes());
    }

    /**
     * Begins to close gracefully: what is queued is still delivered. Ends with {@link
     * StackEvents#ended}, at once if nothing is connected; who calls sets the deadline and {@link
     * #abort}s.
     */
    public void close(long nowNs) {
        switch (phase) {
            case CONNECTED -> {
                phase = Phase.CLOSING;
                Objects.requireNonNull(channels).shutdown(nowNs);
            }
            case CLOSING, CLOSED -> {}
            case ICE, DTLS, SCTP -> end(new CloseReason.ClosedHere());
        }
    }

    /** Ends now. */
    public void abort(CloseReason reason, long nowNs) {
        if (phase == Phase.CLOSED) {
            return;
        }
        Phase before = phase;
        phase = Phase.CLOSED; // the association's own end below must not be told a second time
        if (before == Phase.SCTP || before == Phase.CONNECTED || before == Phase.CLOSING) {
            Objects.requireNonNull(channels).abort("closed", nowNs);
        }
        finish(reason);
    }

    private void end(CloseReason reason) {
        if (phase != Phase.CLOSED) {
            phase = Phase.CLOSED;
            finish(reason);
        }
    }

    private void finish(CloseReason reason) {
        handshake.ifPresent(DtlsHandshake::abort);
        DtlsRecords encrypted = records;
        early.clear();
        channels = null;
        records = null;
        if (encrypted != null) {
            encrypted.close();
        }
        events.ended(reason);
    }

    /** The association's and channels' events. */
    private final class Channels implements ChannelEvents {
        @Override
        public void associationUp() {
            if (phase == Phase.SCTP) {
                phase = Phase.CONNECTED;
                events.connected();
            }
        }

        @Override
        public void opened(DataChannel channel) {
            events.channelOpened(channel);
        }

        @Override
        public void message(
                DataChannel channel, MessageKind kind, byte[] buffer, int offset, int length) {
            events.message(channel, kind, buffer, offset, length);
        }

        @Override
        public void closed(DataChannel channel) {
            events.channelClosed(channel);
        }

        @Override
        public void associationEnded(EndReason reason) {
            end(
                    switch (reason) {
                        case EndReason.ShutDown() ->
                                phase == Phase.CLOSING
                                        ? new CloseReason.ClosedHere()
                                        : new CloseReason.ClosedByPeer();
                        case EndReason.AbortedByPeer _ -> new CloseReason.ClosedByPeer();
                        case EndReason.AbortedHere _,
                                EndReason.TimedOut _,
                                EndReason.ProtocolViolation _ ->
                                new CloseReason.SctpEnded(reason);
                    });
        }
    }
}
