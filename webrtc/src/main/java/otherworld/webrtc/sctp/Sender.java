package otherworld.webrtc.sctp;

import static otherworld.webrtc.sctp.Protocol.NEVER_NS;

import org.jspecify.annotations.Nullable;

/**
 * The sending half: messages in, DATA and FORWARD TSN out, SACKs in (RFC 9260 sections 6.1, 6.3, 7,
 * RFC 3758).
 */
final class Sender {
    private static final byte[] NO_BLOCKS = new byte[0];

    private final SctpSettings settings;
    private final Counters counters;
    private final SendQueue queue = new SendQueue();
    private final RetransmissionQueue outstanding = new RetransmissionQueue(this::release);
    private final Congestion congestion;
    private final RetransmissionTimeout timeout;
    private final Abandonment abandonment;
    private int outStreams;
    private long heldBytes;
    private boolean refused;
    private long peerWindowBytes;
    private long t3AtNs = NEVER_NS;
    private boolean fastPacket;
    private boolean timedOut;
    private boolean heardSinceTimeout;
    private long lastSentNs;
    private boolean timing;
    private int timedTsn;
    private long timedAtNs;

    Sender(SctpSettings settings, Counters counters, RetransmissionTimeout timeout) {
        this.settings = settings;
        this.counters = counters;
        this.timeout = timeout;
        this.congestion = new Congestion(settings);
        this.abandonment = new Abandonment(outstanding, queue, timeout, settings, counters);
        this.outStreams = settings.maxStreams();
    }

    /** Begins with what the handshake agreed on; messages queued before go out. */
    void start(Terms terms, long nowNs) {
        outstanding.start(terms.localInitialTsn());
        congestion.start(terms.peerWindowBytes());
        timeout.start();
        peerWindowBytes = terms.peerWindowBytes();
        abandonment.start(terms);
        outStreams = terms.outStreams();
        queue.removeFrom(outStreams, this::release);
        timing = false;
        fastPacket = false;
        timedOut = false;
        t3AtNs = NEVER_NS;
        lastSentNs = nowNs;
    }

    /** Drops everything: the association is over or begins anew. */
    void clear() {
        queue.clear();
        outstanding.start(outstanding.nextTsn());
        heldBytes = 0;
        abandonment.clear();
        t3AtNs = NEVER_NS;
        timing = false;
    }

    /** Queues a copy of a message of at least one byte. */
    SendOutcome send(
            int streamId, int ppid, Delivery delivery, byte[] data, int off, int len, long nowNs) {
        if (len > settings.maxMessageBytesOut()) {
            return SendOutcome.TOO_LARGE;
        }
        if (streamId >= outStreams) {
            return SendOutcome.CLOSED;
        }
        OutStream stream = queue.stream(streamId);
        if (stream.closing) {
            return SendOutcome.CLOSED;
        }
        int charge = len + SctpSettings.MESSAGE_OVERHEAD_BYTES;
        // An empty buffer takes any message that is not too large.
        if (heldBytes > 0 && heldBytes + charge > settings.sendBufferBytes()) {
            refused = true;
            return SendOutcome.FULL;
        }
        byte[] copy = new byte[len];
        System.arraycopy(data, off, copy, 0, len);
        long expiresNs =
                delivery.lifetimeMs() == Delivery.UNLIMITED
                        ? NEVER_NS
                        : nowNs + delivery.lifetimeMs() * 1_000_000;
        OutMessage message =
                new OutMessage(
                        stream,
                        ppid,
                        delivery.ordered(),
                        delivery.maxRetransmits(),
                        expiresNs,
                        copy);
        queue.add(message);
        heldBytes += message.charge();
        counters.messagesOut++;
        return SendOutcome.QUEUED;
    }

    /** The stream's bytes that have no TSN yet. */
    int queuedBytes(int streamId) {
        OutStream stream = queue.known(streamId);
        return stream == null ? 0 : stream.queuedBytes;
    }

    /** Bytes of all messages queued or outstanding, with their overhead. */
    long heldBytes() {
        return heldBytes;
    }

    OutStream stream(int streamId) {
        return queue.stream(streamId);
    }

    /** The stream was reset: it begins at sequence number 0 if it is used again. */
    void forget(int streamId) {
        queue.remove(streamId);
    }

    /** Streams that this side may send on. */
    int outStreams() {
        return outStreams;
    }

    /** Whether a stream has nothing left without a TSN. */
    boolean drained(int streamId) {
        OutStream stream = queue.known(streamId);
        return stream == null || stream.head == null;
    }

    /** Whether nothing is queued or outstanding. */
    boolean isEmpty() {
        return queue.isEmpty() && outstanding.isEmpty();
    }

    boolean anyOutstanding() {
        return !outstanding.isEmpty();
    }

    /** The first TSN that is not acknowledged. */
    int firstTsn() {
        return outstanding.firstTsn();
    }

    int lastAssignedTsn() {
        return outstanding.nextTsn() - 1;
    }

    long nextTimerNs() {
        return t3AtNs;
    }

    /** Whether a message was refused as FULL and half of the buffer is free again; asked once. */
    boolean becameWritable() {
        if (refused && heldBytes <= settings.sendBufferBytes() / 2) {
            refused = false;
            return true;
        }
        return false;
    }

    /** Takes the cumulative TSN of a SHUTDOWN, which says nothing of gaps and window. */
    boolean acknowledged(int cumulativeTsn, long nowNs) {
        long windowBytes = peerWindowBytes + outstanding.flightDataBytes();
        return acknowledged(cumulativeTsn, windowBytes, NO_BLOCKS, 0, -1, nowNs);
    }

    /**
     * Takes the cumulative TSN, window and gap blocks of a SACK.
     *
     * @param blocks how many, −1 when it says nothing of gaps
     * @return whether it says that the peer is there: it acknowledged something new, or it answers
     *     probes of its closed window (section 6.1, rule A)
     */
    boolean acknowledged(
            int cumulativeTsn, long windowBytes, byte[] buf, int blocksAt, int blocks, long nowNs) {
        if (!outstanding.plausible(cumulativeTsn)) {
            return false;
        }
        heardSinceTimeout = true;
        boolean windowUsed =
                outstanding.flightBytes() + settings.packetBytes() >= congestion.window();
        congestion.advanced(cumulativeTsn);
        RetransmissionQueue.Acknowledged change =
                outstanding.acknowledge(
                        cumulativeTsn, buf, blocksAt, blocks, congestion.recovering());
        measure(cumulativeTsn, nowNs);
        if (change.lossFound()) {
            counters.fastRetransmits++;
            // Only the loss that begins the recovery sends a packet beyond the window (section
            // 7.2.4).
            fastPacket = !congestion.recovering();
            congestion.lossByGaps(outstanding.nextTsn() - 1);
        }
        if (change.advanced() || change.bytes() > 0) {
            congestion.acknowledged(change.bytes(), change.advanced(), windowUsed);
        }
        peerWindowBytes = Math.max(0, windowBytes - outstanding.flightDataBytes());
        giveUpLost(nowNs);
        abandonment.acknowledged(nowNs);
        if (outstanding.isEmpty()) {
            congestion.emptied();
            t3AtNs = NEVER_NS;
        } else if (change.advanced() || t3AtNs == NEVER_NS) {
            t3AtNs = nowNs + timeout.rtoNs();
        }
        return change.advanced() || change.bytes() > 0 || windowBytes == 0;
    }

    private void measure(int cumulativeTsn, long nowNs) {
        if (!timing) {
            return;
        }
        // By a gap block too: what was lost before it must not count as a slow answer.
        if (!Wire.after(timedTsn, cumulativeTsn)
                || outstanding.at(timedTsn).state == OutChunk.State.ACKNOWLEDGED) {
            timing = false;
            timeout.measured(nowNs - timedAtNs);
        }
    }

    /**
     * The retransmission timer, when it is due (section 6.3.3).
     *
     * @return whether it ran out in a way that counts against the peer
     */
    boolean advance(long nowNs) {
        if (nowNs < t3AtNs) {
            return false;
        }
        counters.timeouts++;
        // A peer that answers and offers no window is alive (section 6.1, rule A).
        boolean probing = peerWindowBytes == 0 && heardSinceTimeout;
        heardSinceTimeout = false;
        timeout.backOff();
        congestion.lossByTimeout();
        timing = false;
        fastPacket = false;
        timedOut = true;
        long flight = outstanding.flightDataBytes();
        outstanding.loseAll();
        peerWindowBytes += flight;
        giveUpLost(nowNs);
        abandonment.tellAgain();
        t3AtNs = outstanding.isEmpty() ? NEVER_NS : nowNs + timeout.rtoNs();
        return !probing;
    }

    private void giveUpLost(long nowNs) {
        abandonment.giveUpLost(nowNs);
        stopTimingAbandoned();
    }

    private void stopTimingAbandoned() {
        if (timing && outstanding.at(timedTsn).state == OutChunk.State.ABANDONED) {
            timing = false;
        }
    }

    /** Sends what may be sent: FORWARD TSN, lost chunks, then new ones. */
    void pump(PacketWriter writer, long nowNs) {
        abandonment.pump(writer, nowNs);
        int packets = resendLost(writer, nowNs);
        if (!outstanding.anyLost()) {
            sendNew(writer, nowNs, packets);
            abandonment.pump(writer, nowNs);
        }
        if (!outstanding.isEmpty() && t3AtNs == NEVER_NS) {
            t3AtNs = nowNs + timeout.rtoNs();
        }
    }

    /** Whether {@link #pump} has DATA to send, as far as can be told without trying. */
    boolean hasDataToSend() {
        return outstanding.anyLost() || (!queue.isEmpty() && hasRoomForNew());
    }

    private boolean hasRoomForNew() {
        return outstanding.hasRoom() && outstanding.flightBytes() < congestion.window();
    }

    private int resendLost(PacketWriter writer, long nowNs) {
        giveUpLost(nowNs);
        // After a time-out one packet goes, whatever the window is (section 6.3.3, rule E3).
        int most = timedOut ? 1 : settings.maxBurstPackets();
        int packets = 0;
        while (outstanding.anyLost()) {
            OutChunk chunk = outstanding.firstLost();
            int length = Protocol.DATA_HEADER_BYTES + chunk.length;
            boolean newPacket = !writer.fits(length);
            if (newPacket && packets > 0) {
                fastPacket = false; // one packet only goes beyond the window
            }
            long flight = outstanding.flightBytes();
            if (!fastPacket && flight > 0 && flight >= congestion.window()) {
                break;
            }
            if (newPacket && packets >= most) {
                break;
            }
            packets += newPacket || packets == 0 ? 1 : 0;
            boolean earliest = chunk.tsn == outstanding.firstTsn();
            outstanding.resent(chunk);
            peerWindowBytes = Math.max(0, peerWindowBytes - chunk.length);
            counters.chunksRetransmitted++;
            timing &= timedTsn != chunk.tsn;
            write(writer, chunk, nowNs);
            if (earliest) {
                t3AtNs = nowNs + timeout.rtoNs(); // rule R4 of section 6.3.2
            }
        }
        fastPacket = false;
        timedOut = false;
        abandonment.pump(writer, nowNs);
        return packets;
    }

    private void sendNew(PacketWriter writer, long nowNs, int packetsBefore) {
        int packets = packetsBefore;
        int most = settings.packetBytes() - Protocol.COMMON_HEADER_BYTES;
        int mostBody = most - Protocol.DATA_HEADER_BYTES;
        while (hasRoomForNew()) {
            OutMessage message = nextMessage(nowNs);
            if (message == null) {
                return;
            }
            int bytes = Math.min(message.data.length - message.fragmentedBytes, mostBody);
            if (bytes > peerWindowBytes && outstanding.flightBytes() > 0) {
                return; // into a closed window one chunk goes as a probe (section 6.1, rule A)
            }
            boolean newPacket = !writer.fits(Protocol.DATA_HEADER_BYTES + bytes);
            if (newPacket && packets >= settings.maxBurstPackets()) {
                return;
            }
            packets += newPacket || packets == 0 ? 1 : 0;
            sendNext(writer, message, bytes, nowNs);
        }
    }

    /** The next message that is not past its lifetime. */
    private @Nullable OutMessage nextMessage(long nowNs) {
        while (true) {
            OutMessage message = queue.head();
            if (message == null || nowNs < message.expiresNs) {
                return message;
            }
            if (!message.begun()) {
                counters.messagesAbandoned++;
                queue.drop(message);
                release(message);
            } else if (abandonment.possible()) {
                abandonment.giveUp(message);
                stopTimingAbandoned();
            } else {
                return message;
            }
        }
    }

    private void sendNext(PacketWriter writer, OutMessage message, int bytes, long nowNs) {
        int flags = message.ordered ? 0 : Protocol.FLAG_UNORDERED;
        int offset = message.fragmentedBytes;
        if (offset == 0) {
            flags |= Protocol.FLAG_BEGIN;
            if (message.ordered) {
                message.ssn = message.stream.nextSsn;
                message.stream.nextSsn = message.ssn + 1 & 0xffff;
            }
        }
        if (outstanding.isEmpty()) {
            congestion.idle((nowNs - lastSentNs) / timeout.rtoNs());
        }
        queue.fragmented(message, bytes);
        if (message.fragmentedWholly()) {
            flags |= Protocol.FLAG_END;
        }
        OutChunk chunk = outstanding.append(message, offset, bytes, flags);
        peerWindowBytes = Math.max(0, peerWindowBytes - bytes);
        if (!timing) {
            timing = true;
            timedTsn = chunk.tsn;
            timedAtNs = nowNs;
        }
        write(writer, chunk, nowNs);
    }

    private void write(PacketWriter writer, OutChunk chunk, long nowNs) {
        OutMessage message = chunk.message();
        int length = Protocol.DATA_HEADER_BYTES + chunk.length;
        int at = writer.chunk(Protocol.DATA, chunk.flags, length);
        byte[] out = writer.buffer();
        Wire.put32(out, at + 4, chunk.tsn);
        Wire.put16(out, at + 8, message.stream.id);
        Wire.put16(out, at + 10, message.ssn);
        Wire.put32(out, at + 12, message.ppid);
        System.arraycopy(
                message.data, chunk.offset, out, at + Protocol.DATA_HEADER_BYTES, chunk.length);
        lastSentNs = nowNs;
    }

    private void release(OutMessage message) {
        heldBytes -= message.charge();
    }
}
