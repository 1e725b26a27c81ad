package otherworld.webrtc.sctp;

import static otherworld.webrtc.sctp.Protocol.NEVER_NS;

/**
 * The receiving half: DATA and FORWARD TSN in, messages and SACKs out (RFC 9260 section 6.2, RFC
 * 3758 section 3.6).
 */
final class Receiver {
    /** Gap blocks and duplicates in one SACK; it leaves room for DATA beside it. */
    private static final int MOST_REPORT_BYTES = 4 * (64 + TsnTracker.MOST_DUPLICATES);

    private static final byte[] NOTHING = new byte[0];

    private final SctpSettings settings;
    private final Counters counters;
    private final TsnTracker tsns = new TsnTracker();
    private final Reassembly reassembly;
    private byte[] report = NOTHING;
    private boolean dataInPacket;
    private boolean gapsBefore;
    private boolean acknowledgeNow;
    private int packetsUnacknowledged;
    private long sackAtNs = NEVER_NS;

    Receiver(SctpSettings settings, Counters counters, Reassembly.Sink sink) {
        this.settings = settings;
        this.counters = counters;
        this.reassembly = new Reassembly(settings.maxMessageBytesIn(), sink);
    }

    void start(int firstTsn) {
        tsns.start(firstTsn);
        reassembly.clear();
        dataInPacket = false;
        gapsBefore = false;
        acknowledgeNow = false;
        packetsUnacknowledged = 0;
        sackAtNs = NEVER_NS;
    }

    /** The last TSN up to which none is missing. */
    int cumulativeTsn() {
        return tsns.cumulative();
    }

    /** Bytes held for reassembly and order. */
    long heldBytes() {
        return reassembly.heldBytes();
    }

    long nextTimerNs() {
        return sackAtNs;
    }

    /** The peer closed a stream. */
    void reset(int streamId) {
        reassembly.reset(streamId);
    }

    /**
     * Takes a DATA chunk with at least one byte of user data.
     *
     * @return false when its stream does not exist: to be reported, its TSN counts as arrived
     */
    boolean take(byte[] buf, int at, int length, int flags) throws Reassembly.Violation {
        dataInPacket = true;
        int tsn = Wire.i32(buf, at + 4);
        int bytes = length - Protocol.DATA_HEADER_BYTES;
        if ((flags & Protocol.FLAG_IMMEDIATE) != 0) {
            acknowledgeNow = true;
        }
        TsnTracker.Arrival arrival = tsns.judge(tsn);
        switch (arrival) {
            case DUPLICATE -> {
                counters.duplicates++;
                tsns.noteDuplicate(tsn);
                acknowledgeNow = true;
                return true;
            }
            case TOO_FAR -> {
                counters.chunksDropped++;
                acknowledgeNow = true;
                return true;
            }
            case NEXT, AHEAD -> {}
        }
        if (!hasRoom(arrival, bytes)) {
            counters.chunksDropped++;
            acknowledgeNow = true;
            return true;
        }
        tsns.take(tsn);
        int streamId = Wire.u16(buf, at + 8);
        if (streamId >= settings.maxStreams()) {
            return false;
        }
        reassembly.take(
                tsn,
                streamId,
                Wire.u16(buf, at + 10),
                Wire.i32(buf, at + 12),
                flags,
                buf,
                at + Protocol.DATA_HEADER_BYTES,
                bytes);
        return true;
    }

    /**
     * Ahead of a gap no more is held than the window offered; the chunk that closes the gap is
     * always taken, or nothing held could ever be delivered. A peer that holds itself to the
     * protocol then needs one message more.
     */
    private boolean hasRoom(TsnTracker.Arrival arrival, int bytes) throws Reassembly.Violation {
        long would = reassembly.heldBytes() + bytes + SctpSettings.MESSAGE_OVERHEAD_BYTES;
        if (arrival == TsnTracker.Arrival.AHEAD) {
            return would <= settings.receiveBufferBytes();
        }
        long most = settings.receiveBufferBytes() + 2L * settings.maxMessageBytesIn();
        if (would > most) {
            throw new Reassembly.Violation("more than " + most + " bytes to reassemble");
        }
        return true;
    }

    /** Takes FORWARD TSN: what the peer gave up is not waited for. */
    void forward(byte[] buf, int at, int length) {
        int to = Wire.i32(buf, at + 4);
        acknowledgeNow = true;
        int from = tsns.cumulative() + 1;
        if (!Wire.after(to, tsns.cumulative())) {
            return; // old
        }
        tsns.forward(to);
        reassembly.forget(from, to);
        for (int p = at + 8; p + 4 <= at + length; p += 4) {
            int streamId = Wire.u16(buf, p);
            if (streamId < settings.maxStreams()) {
                reassembly.skip(streamId, Wire.u16(buf, p + 2));
            }
        }
    }

    /** Decides, after all chunks of a packet, when it is acknowledged (section 6.2). */
    void packetDone(long nowNs) {
        if (!dataInPacket) {
            return;
        }
        dataInPacket = false;
        packetsUnacknowledged++;
        // What closes a gap is news as urgent as the gap was (RFC 5681 section 4.2); it may open
        // the
        // window again too.
        if (tsns.hasGaps() || gapsBefore || packetsUnacknowledged >= 2) {
            acknowledgeNow = true;
        } else if (sackAtNs == NEVER_NS) {
            sackAtNs = nowNs + settings.sackDelay().toNanos();
        }
        gapsBefore = tsns.hasGaps();
    }

    /** Asks for a SACK with the next packet. */
    void acknowledgeNow() {
        acknowledgeNow = true;
    }

    /**
     * Writes a SACK if one is due, or if one waits and DATA goes out anyway (section 6.2).
     *
     * @param withData whether DATA will share its packet
     */
    void acknowledge(PacketWriter writer, boolean withData, long nowNs) {
        boolean waits = sackAtNs != NEVER_NS;
        if (!acknowledgeNow && nowNs < sackAtNs && !(waits && withData)) {
            return;
        }
        if (tsns.hasNews() && report.length == 0) {
            report = new byte[MOST_REPORT_BYTES];
        }
        int counts = tsns.report(report, 0, report.length);
        int blocks = counts >>> 16;
        int duplicates = counts & 0xffff;
        int body = 4 * (blocks + duplicates);
        int at = writer.chunk(Protocol.SACK, 0, 16 + body);
        byte[] out = writer.buffer();
        Wire.put32(out, at + 4, tsns.cumulative());
        Wire.put32(out, at + 8, windowBytes());
        Wire.put16(out, at + 12, blocks);
        Wire.put16(out, at + 14, duplicates);
        System.arraycopy(report, 0, out, at + 16, body);
        acknowledgeNow = false;
        packetsUnacknowledged = 0;
        sackAtNs = NEVER_NS;
    }

    private int windowBytes() {
        long free = settings.receiveBufferBytes() - reassembly.heldBytes();
        // A window too small for a packet is none (silly window avoidance, section 6.1 and RFC 1122
        // section 4.2.3.3).
        return free < settings.packetBytes() ? 0 : (int) free;
    }
}
