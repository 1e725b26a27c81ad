package otherworld.webrtc.sctp;

import org.jspecify.annotations.Nullable;

/**
 * DATA chunks that have a TSN and are not cumulatively acknowledged, in a ring by TSN: what is in
 * flight, what is lost, what was given up (RFC 9260 section 6.2.1, RFC 3758 section 3.5).
 */
final class RetransmissionQueue {
    /** More chunks than this are never outstanding. */
    static final int MOST_CHUNKS = 2_048;

    /** A peer at twenty messages a second has one outstanding; the ring grows with more. */
    private static final int IDLE_RING = 2;

    /** Told when nothing of a message is outstanding or queued any more. */
    interface Released {
        void released(OutMessage message);
    }

    /**
     * What a SACK changed.
     *
     * @param advanced whether the cumulative TSN moved
     * @param bytes of chunks newly acknowledged
     * @param lossFound whether a chunk was reported missing for the third time
     */
    record Acknowledged(boolean advanced, long bytes, boolean lossFound) {}

    private final Released released;
    private @Nullable OutChunk[] ring = new OutChunk[IDLE_RING];
    private int firstTsn;
    private int nextTsn;
    private long flightBytes;
    private long flightDataBytes;
    private int lost;

    /** None before it is lost. */
    private int lostFrom;

    private int gapAcknowledged;

    RetransmissionQueue(Released released) {
        this.released = released;
    }

    void start(int initialTsn) {
        ring = new OutChunk[IDLE_RING];
        firstTsn = initialTsn;
        nextTsn = initialTsn;
        flightBytes = 0;
        flightDataBytes = 0;
        lost = 0;
        gapAcknowledged = 0;
    }

    int firstTsn() {
        return firstTsn;
    }

    /** The TSN that the next chunk gets. */
    int nextTsn() {
        return nextTsn;
    }

    boolean isEmpty() {
        return firstTsn == nextTsn;
    }

    /** Room for one more chunk, and one to stand for the rest of an abandoned message. */
    boolean hasRoom() {
        return nextTsn - firstTsn < MOST_CHUNKS - 1;
    }

    /** Bytes of chunks sent and neither acknowledged nor taken as lost. */
    long flightBytes() {
        return flightBytes;
    }

    /** The user data in them: what counts against the peer's window. */
    long flightDataBytes() {
        return flightDataBytes;
    }

    boolean anyLost() {
        return lost > 0;
    }

    /** A TSN before which none is lost. */
    int lostFrom() {
        return Wire.after(firstTsn, lostFrom) ? firstTsn : lostFrom;
    }

    OutChunk at(int tsn) {
        OutChunk chunk = ring[tsn & ring.length - 1];
        if (chunk == null || chunk.tsn != tsn) {
            throw new IllegalStateException("TSN " + tsn + " is not outstanding");
        }
        return chunk;
    }

    /** Gives the next bytes of a message a TSN; the chunk is in flight. */
    OutChunk append(OutMessage message, int offset, int bytes, int flags) {
        OutChunk chunk = next(message, offset, bytes, flags);
        chunk.transmits = 1;
        takeOff(chunk);
        return chunk;
    }

    private OutChunk next(OutMessage message, int offset, int bytes, int flags) {
        if (nextTsn - firstTsn == ring.length) {
            grow();
        }
        int slot = nextTsn & ring.length - 1;
        OutChunk chunk = ring[slot];
        if (chunk == null) {
            chunk = new OutChunk();
            ring[slot] = chunk;
        }
        chunk.set(message, nextTsn, offset, bytes, flags);
        if (message.chunks++ == 0 && offset == 0) {
            message.firstTsn = nextTsn;
        }
        nextTsn++;
        return chunk;
    }

    /** The lost chunk with the lowest TSN; there is one. */
    OutChunk firstLost() {
        for (int tsn = lostFrom(); tsn != nextTsn; tsn++) {
            OutChunk chunk = at(tsn);
            if (chunk.state == OutChunk.State.LOST) {
                lostFrom = tsn;
                return chunk;
            }
        }
        throw new IllegalStateException("no chunk is lost");
    }

    /** A lost chunk goes out again. */
    void resent(OutChunk chunk) {
        chunk.state = OutChunk.State.IN_FLIGHT;
        chunk.transmits++;
        chunk.missing = 0;
        chunk.resentBefore = nextTsn;
        lost--;
        takeOff(chunk);
    }

    /**
     * Takes everything in flight as lost: the timer ran out (RFC 9260 section 6.3.3, rule E3). Each
     * chunk may be fast retransmitted after that as if it never had been.
     */
    void loseAll() {
        for (int tsn = firstTsn; tsn != nextTsn; tsn++) {
            OutChunk chunk = at(tsn);
            chunk.fastRetransmitted = false;
            if (chunk.state == OutChunk.State.IN_FLIGHT) {
                lose(chunk);
            }
        }
    }

    /**
     * Gives a message up. What of it has no TSN gets one in its stead, for the peer must be told to
     * skip it even when everything sent so far arrived.
     */
    void abandon(OutMessage message) {
        message.abandoned = true;
        if (message.begun() && !message.fragmentedWholly()) {
            next(message, message.fragmentedBytes, 0, Protocol.FLAG_END);
        }
        int from = Wire.after(firstTsn, message.firstTsn) ? firstTsn : message.firstTsn;
        for (int tsn = from; tsn != nextTsn && at(tsn).message == message; tsn++) {
            OutChunk chunk = at(tsn);
            leave(chunk);
            chunk.state = OutChunk.State.ABANDONED;
        }
    }

    /**
     * The last TSN of those at the front that were given up, or the one before the first when there
     * are none.
     */
    int abandonedUpTo() {
        int tsn = firstTsn;
        while (tsn != nextTsn && at(tsn).state == OutChunk.State.ABANDONED) {
            tsn++;
        }
        return tsn - 1;
    }

    /**
     * Whether a cumulative TSN could be acknowledged: not before the last one, and of something
     * sent.
     */
    boolean plausible(int cumulativeTsn) {
        return cumulativeTsn - (firstTsn - 1) >= 0 && cumulativeTsn - nextTsn < 0;
    }

    /**
     * Takes a SACK's cumulative TSN, a plausible one, and its gap blocks (section 6.2.1).
     *
     * @param blocksAt where the first gap block is
     * @param blocks how many, −1 when nothing is said of gaps
     * @param recovering whether in fast recovery (section 7.2.4)
     */
    Acknowledged acknowledge(
            int cumulativeTsn, byte[] buf, int blocksAt, int blocks, boolean recovering) {
        boolean advanced = false;
        long bytes = 0;
        int highestNew = firstTsn - 1;
        while (cumulativeTsn - firstTsn >= 0) {
            OutChunk chunk = at(firstTsn);
            bytes += leave(chunk);
            highestNew = firstTsn;
            advanced = true;
            firstTsn++;
            release(chunk);
        }
        if (isEmpty()) {
            shrink();
            return new Acknowledged(advanced, bytes, false);
        }
        if (blocks < 0 || (blocks == 0 && gapAcknowledged == 0)) {
            return new Acknowledged(advanced, bytes, false);
        }
        int tsn = firstTsn;
        for (int block = 0; block < blocks; block++) {
            int from = cumulativeTsn + Wire.u16(buf, blocksAt + 4 * block);
            int to = cumulativeTsn + Wire.u16(buf, blocksAt + 4 * block + 2);
            tsn = renege(tsn, from);
            for (; to - tsn >= 0 && tsn != nextTsn; tsn++) {
                OutChunk chunk = at(tsn);
                if (chunk.state == OutChunk.State.IN_FLIGHT || chunk.state == OutChunk.State.LOST) {
                    bytes += leave(chunk);
                    chunk.state = OutChunk.State.ACKNOWLEDGED;
                    gapAcknowledged++;
                    highestNew = tsn;
                }
            }
        }
        int highestReported = tsn - 1;
        renege(tsn, nextTsn);
        int until = recovering && advanced ? highestReported : highestNew;
        return new Acknowledged(advanced, bytes, countMissing(until, highestNew));
    }

    /**
     * Chunks before the next gap block that were acknowledged by an earlier one are in flight
     * again.
     */
    private int renege(int fromTsn, int untilTsn) {
        int tsn = fromTsn;
        for (; untilTsn - tsn > 0 && tsn != nextTsn; tsn++) {
            OutChunk chunk = at(tsn);
            if (chunk.state == OutChunk.State.ACKNOWLEDGED) {
                chunk.state = OutChunk.State.IN_FLIGHT;
                gapAcknowledged--;
                takeOff(chunk);
            }
        }
        return tsn;
    }

    /**
     * Counts one more report of what is missing before a TSN; whether that made anything lost. What
     * was retransmitted is missing again only where something that was sent after it has arrived
     * now: as RACK (RFC 8985) does, and unlike RFC 9260, which has it wait for the timer, twice as
     * long each time.
     *
     * @param highestNew the last TSN that was newly acknowledged
     */
    private boolean countMissing(int beforeTsn, int highestNew) {
        boolean found = false;
        for (int tsn = firstTsn; beforeTsn - tsn > 0; tsn++) {
            OutChunk chunk = at(tsn);
            boolean counts =
                    chunk.state == OutChunk.State.IN_FLIGHT
                            && (!chunk.fastRetransmitted || highestNew - chunk.resentBefore >= 0);
            if (counts && ++chunk.missing >= 3) {
                chunk.fastRetransmitted = true;
                lose(chunk);
                found = true;
            }
        }
        return found;
    }

    private void takeOff(OutChunk chunk) {
        flightBytes += chunk.wireBytes();
        flightDataBytes += chunk.length;
    }

    private void land(OutChunk chunk) {
        flightBytes -= chunk.wireBytes();
        flightDataBytes -= chunk.length;
    }

    private void lose(OutChunk chunk) {
        chunk.state = OutChunk.State.LOST;
        land(chunk);
        if (lost++ == 0 || Wire.after(lostFrom, chunk.tsn)) {
            lostFrom = chunk.tsn;
        }
    }

    /** Takes a chunk out of the counts of its state; the bytes that this acknowledges. */
    private int leave(OutChunk chunk) {
        return switch (chunk.state) {
            case IN_FLIGHT -> {
                land(chunk);
                yield chunk.wireBytes();
            }
            case LOST -> {
                lost--;
                yield chunk.wireBytes();
            }
            case ACKNOWLEDGED -> {
                gapAcknowledged--;
                yield 0;
            }
            case ABANDONED -> 0;
        };
    }

    private void release(OutChunk chunk) {
        OutMessage message = chunk.message();
        chunk.message = null;
        message.chunks--;
        if (message.chunks == 0 && (message.abandoned || message.fragmentedWholly())) {
            released.released(message);
        }
    }

    private void grow() {
        @Nullable OutChunk[] longer = new OutChunk[ring.length * 2];
        for (OutChunk chunk : ring) {
            if (chunk != null) {
                longer[chunk.tsn & longer.length - 1] = chunk;
            }
        }
        ring = longer;
    }

    /** A ring grown by a burst is not kept for an idle peer. */
    private void shrink() {
        if (ring.length > 64) {
            ring = new OutChunk[IDLE_RING];
        }
    }
}
