package otherworld.webrtc.sctp;

import org.jspecify.annotations.Nullable;

/** A DATA chunk that has a TSN and is not cumulatively acknowledged. Objects are used again. */
final class OutChunk {
    /** Where a chunk stands. */
    enum State {
        IN_FLIGHT,
        LOST,
        /** In a gap block; the peer may still take that back (RFC 9260 section 6.2.1). */
        ACKNOWLEDGED,
        ABANDONED
    }

    @Nullable OutMessage message;
    int tsn;
    int offset;
    int length;
    int flags;
    int transmits;
    int missing;
    boolean fastRetransmitted;

    /** What was sent for the first time after this was last sent again has this TSN, or a later. */
    int resentBefore;

    State state = State.IN_FLIGHT;

    void set(OutMessage of, int itsTsn, int at, int bytes, int itsFlags) {
        message = of;
        tsn = itsTsn;
        offset = at;
        length = bytes;
        flags = itsFlags;
        transmits = 0;
        missing = 0;
        fastRetransmitted = false;
        state = State.IN_FLIGHT;
    }

    /**
     * What it counts against the congestion window: its header and padding too (RFC 9260 section
     * 7.2), so that many small messages count as what they are. One that only stands for a TSN is
     * never sent.
     */
    int wireBytes() {
        return length == 0 ? 0 : Wire.padded(Protocol.DATA_HEADER_BYTES + length);
    }

    OutMessage message() {
        OutMessage its = message;
        if (its == null) {
            throw new IllegalStateException("chunk " + tsn + " is not in use");
        }
        return its;
    }
}
