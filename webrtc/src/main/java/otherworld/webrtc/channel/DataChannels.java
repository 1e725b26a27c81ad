package otherworld.webrtc.channel;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;
import otherworld.webrtc.sctp.AssociationState;
import otherworld.webrtc.sctp.Delivery;
import otherworld.webrtc.sctp.EndReason;
import otherworld.webrtc.sctp.PacketOut;
import otherworld.webrtc.sctp.SctpAssociation;
import otherworld.webrtc.sctp.SctpEvents;
import otherworld.webrtc.sctp.SctpSettings;
import otherworld.webrtc.sctp.SctpStatistics;
import otherworld.webrtc.sctp.SendOutcome;

/**
 * A peer's data channels (RFC 8831) over one SCTP association, opened by DCEP (RFC 8832) and closed
 * by stream reset.
 *
 * <p>It does no I/O and has no clock. One thread owns it; times are nanoseconds of any monotonic
 * clock, always the same one. The owner hands in what DTLS decrypted ({@link #receive}), calls
 * {@link #advance} when {@link #nextTimerNs} is reached, and {@link #flush} after it sent messages.
 * {@link #receive} and {@link #advance} flush by themselves.
 */
public final class DataChannels {
    /** Channels at once, opened by either side. */
    public static final int MOST_CHANNELS = 64;

    private static final byte[] EMPTY_BODY = {0};

    private final DtlsRole role;
    private final SctpSettings settings;
    private final ChannelEvents events;
    private final SctpAssociation association;
    private final Int2ObjectHashMap<DataChannel> channels = new Int2ObjectHashMap<>(8, 0.65f);
    // Streams whose reset the peer refused: never used again.
    private final BitSet spent = new BitSet(0);
    private long nowNs;

    /**
     * Waits for the peer to begin, until {@link #connect}.
     *
     * @param role of this side in the DTLS connection below
     * @param out takes SCTP packets of at most {@link SctpSettings#packetBytes} and may not keep
     *     their array
     * @param random a {@link java.security.SecureRandom} outside of tests
     */
    public DataChannels(
            SctpSettings settings,
            DtlsRole role,
            PacketOut out,
            ChannelEvents events,
            RandomGenerator random,
            long nowNs) {
        this.role = role;
        this.settings = settings;
        this.events = events;
        this.nowNs = nowNs;
        association = new SctpAssociation(settings, out, new Association(), random, nowNs);
    }

    /** Begins the association; both sides may, and WebRTC implementations do. */
    public void connect(long timeNs) {
        nowNs = timeNs;
        association.connect(timeNs);
    }

    /**
     * Takes one SCTP packet, answers it, and sends what it makes room for. The array is the
     * caller's again afterwards.
     */
    public void receive(byte[] buf, int off, int len, long timeNs) {
        nowNs = timeNs;
        association.receive(buf, off, len, timeNs);
    }

    /** Does what is due by now; early calls do no harm. */
    public void advance(long timeNs) {
        nowNs = timeNs;
        association.advance(timeNs);
    }

    /**
     * When {@link #advance} must be called; {@link Long#MAX_VALUE} for not before something else
     * happens.
     */
    public long nextTimerNs() {
        return association.nextTimerNs();
    }

    /**
     * Sends what is queued, as congestion and flow control allow; messages queued since the last
     * flush share packets.
     */
    public void flush(long timeNs) {
        nowNs = timeNs;
        association.flush(timeNs);
    }

    /** Opens a channel. Messages may be sent on it at once, even before the association is up. */
    public OpenOutcome open(ChannelSpec spec, long timeNs) {
        nowNs = timeNs;
        if (association.state().compareTo(AssociationState.ESTABLISHED) > 0) {
            return new OpenOutcome.Refused("the association is closing or over");
        }
        if (channels.size() >= MOST_CHANNELS) {
            return new OpenOutcome.Refused("there are " + MOST_CHANNELS + " channels already");
        }
        int streamId = role.firstStream();
        while (channels.containsKey(streamId) || spent.get(streamId)) {
            streamId += 2;
        }
        if (streamId >= association.outStreams()) {
            return new OpenOutcome.Refused(
                    "the peer takes " + association.outStreams() + " streams only");
        }
        byte[] open = Dcep.open(spec);
        SendOutcome sent =
                association.send(
                        streamId, Dcep.PPID, Delivery.RELIABLE, open, 0, open.length, timeNs);
        if (sent != SendOutcome.QUEUED) {
            return new OpenOutcome.Refused("the send buffer is " + sent);
        }
        DataChannel channel = new DataChannel(streamId, spec, false);
        channels.put(streamId, channel);
        association.prioritize(streamId, spec.priority());
        return new OpenOutcome.Opened(channel);
    }

    /**
     * Queues a copy of a message, which may be empty; never blocks. It goes out with the next
     * {@link #flush}.
     */
    public SendOutcome send(
            DataChannel channel, MessageKind kind, byte[] data, int off, int len, long timeNs) {
        nowNs = timeNs;
        boolean usable =
                channel.state == DataChannel.State.OPEN
                        || channel.state == DataChannel.State.OPENING;
        if (!usable || channels.get(channel.streamId()) != channel) {
            return SendOutcome.CLOSED;
        }
        byte[] body = len == 0 ? EMPTY_BODY : data;
        return association.send(
                channel.streamId(),
                kind.ppid(len),
                channel.delivery(),
                body,
                len == 0 ? 0 : off,
                Math.max(1, len),
                timeNs);
    }

    /** The channel on a stream, or null. */
    public @Nullable DataChannel channel(int streamId) {
        return channels.get(streamId);
    }

    /**
     * Bytes of a channel's messages that were not sent once; skip what may be skipped while it is
     * more than a little.
     */
    public int bufferedBytes(int streamId) {
        return association.bufferedBytes(streamId);
    }

    /** Bytes held for all channels, both ways, overhead included. */
    public long heldBytes() {
        return association.heldBytes();
    }

    /** Bytes held for sending on all channels, overhead included: what the send buffer bounds. */
    public long heldForSendingBytes() {
        return association.heldForSendingBytes();
    }

    /**
     * Closes a channel after what is queued on it was sent; {@link ChannelEvents#closed} follows.
     */
    public void closeChannel(int streamId, long timeNs) {
        nowNs = timeNs;
        DataChannel channel = channels.get(streamId);
        if (channel != null) {
            close(channel);
        }
    }

    /** Ends the association gracefully: everything queued arrives first. */
    public void shutdown(long timeNs) {
        nowNs = timeNs;
        association.shutdown(timeNs);
    }

    /** Ends the association at once and tells the peer why. */
    public void abort(String reason, long timeNs) {
        nowNs = timeNs;
        association.abort(reason, timeNs);
    }

    public AssociationState state() {
        return association.state();
    }

    public SctpStatistics statistics() {
        return association.statistics();
    }

    private void close(DataChannel channel) {
        if (channel.state == DataChannel.State.OPEN || channel.state == DataChannel.State.OPENING) {
            channel.state = DataChannel.State.CLOSING;
            association.resetStream(channel.streamId());
        }
    }

    private void closeIfDone(DataChannel channel) {
        if (channel.outgoingReset && channel.incomingReset) {
            channels.remove(channel.streamId());
            channel.state = DataChannel.State.CLOSED;
            events.closed(channel);
        }
    }

    private void closeAll() {
        List<DataChannel> all = new ArrayList<>(channels.values());
        channels.clear();
        for (DataChannel channel : all) {
            channel.state = DataChannel.State.CLOSED;
            events.closed(channel);
        }
    }

    /**
     * The peer opens a channel; what it may not open is closed again (RFC 8832 section 6). A stream
     * that is this side's to choose is taken while it is free: werift and aiortc number by their
     * ICE role, so that their offering side opens odd streams as DTLS client.
     */
    private void opened(int streamId, byte[] buf, int off, int len) {
        DataChannel before = channels.get(streamId);
        if (before != null && before.incomingReset) {
            // It may use the stream anew although its answer to our reset was lost.
            association.confirmReset(streamId);
        }
        ChannelSpec spec = Dcep.readOpen(buf, off, len);
        boolean allowed =
                spec != null
                        && streamId < association.outStreams()
                        && !channels.containsKey(streamId)
                        && channels.size() < MOST_CHANNELS;
        if (!allowed || spec == null) {
            refuse(streamId);
            return;
        }
        SendOutcome sent =
                association.send(
                        streamId,
                        Dcep.PPID,
                        Delivery.RELIABLE,
                        Dcep.ACK_MESSAGE,
                        0,
                        Dcep.ACK_MESSAGE.length,
                        nowNs);
        if (sent != SendOutcome.QUEUED) {
            refuse(streamId);
            return;
        }
        DataChannel channel = new DataChannel(streamId, spec, true);
        channels.put(streamId, channel);
        association.prioritize(streamId, spec.priority());
        tellOpened(channel);
    }

    private void tellOpened(DataChannel channel) {
        channel.told = true;
        events.opened(channel);
    }

    /** Closes what the peer may not open; a second OPEN costs it the channel that was open. */
    private void refuse(int streamId) {
        DataChannel channel = channels.get(streamId);
        if (channel == null) {
            association.resetStream(streamId);
        } else {
            close(channel);
        }
    }

    private void confirmed(int streamId) {
        DataChannel channel = channels.get(streamId);
        if (channel != null && channel.state == DataChannel.State.OPENING) {
            channel.state = DataChannel.State.OPEN;
            tellOpened(channel);
        }
    }

    private void received(int streamId, MessageKind kind, byte[] buf, int off, int len) {
        DataChannel channel = channels.get(streamId);
        if (channel == null || channel.incomingReset) {
            return; // a channel that was refused or never opened
        }
        // Only who knows the channel sends on it: as good as its confirmation.
        confirmed(streamId);
        if (channel.told) { // else it was closed before it was open
            events.message(channel, kind, buf, off, len);
        }
    }

    /** What the association tells, as channels see it. */
    private final class Association implements SctpEvents {
        @Override
        public void up() {
            for (DataChannel channel : new ArrayList<>(channels.values())) {
                if (channel.streamId() >= association.outStreams()) {
                    channels.remove(channel.streamId());
                    channel.state = DataChannel.State.CLOSED;
                    events.closed(channel);
                }
            }
            events.associationUp();
        }

        @Override
        public void restarted() {
            spent.clear();
            closeAll();
        }

        @Override
        public void message(int streamId, int ppid, byte[] buf, int off, int len) {
            switch (ppid) {
                case Dcep.PPID -> {
                    if (buf[off] == Dcep.ACK) {
                        confirmed(streamId);
                    } else {
                        opened(streamId, buf, off, len);
                    }
                }
                case 51 -> received(streamId, MessageKind.TEXT, buf, off, len);
                case 53 -> received(streamId, MessageKind.BINARY, buf, off, len);
                // An empty message travels as one byte that means nothing (RFC 8831 section 6.6).
                case 56 -> received(streamId, MessageKind.TEXT, buf, off, 0);
                case 57 -> received(streamId, MessageKind.BINARY, buf, off, 0);
                // 52 and 54 are withdrawn (RFC 8831 section 8.1); others are no data channel's.
                default -> {}
            }
        }

        @Override
        public void incomingReset(int streamId) {
            DataChannel channel = channels.get(streamId);
            if (channel == null) {
                return;
            }
            channel.incomingReset = true;
            close(channel);
            closeIfDone(channel);
        }

        @Override
        public void outgoingReset(int streamId, boolean reusable) {
            if (!reusable && streamId < settings.maxStreams()) {
                spent.set(streamId);
            }
            DataChannel channel = channels.get(streamId);
            if (channel != null) {
                channel.outgoingReset = true;
                // A peer that cannot reset will not close its direction either.
                channel.incomingReset |= !reusable;
                closeIfDone(channel);
            }
        }

        @Override
        public void writable() {
            events.writable();
        }

        @Override
        public void ended(EndReason reason) {
            closeAll();
            events.associationEnded(reason);
        }
    }
}
