package otherworld.webrtc.sctp;

/**
 * Congestion window (RFC 9260 section 7.2). All sizes in bytes of DATA chunks with their headers; a
 * full one (PMDCS) is a packet without the common header.
 */
final class Congestion {
    private final int chunkBytes;
    private long window;
    private long threshold;
    private long partialBytes;
    private boolean recovering;
    private int recoveryEndTsn;
    private boolean idleSeen;

    Congestion(SctpSettings settings) {
        chunkBytes = settings.packetBytes() - Protocol.COMMON_HEADER_BYTES;
    }

    /** Begins with the window of section 7.2.1. */
    void start(long peerWindowBytes) {
        window = Math.min(4L * chunkBytes, Math.max(2L * chunkBytes, 4_404));
        threshold = peerWindowBytes;
        partialBytes = 0;
        recovering = false;
        idleSeen = false;
    }

    long window() {
        return window;
    }

    boolean recovering() {
        return recovering;
    }

    /** The cumulative TSN moved; leaves fast recovery at its end (section 7.2.4). */
    void advanced(int cumulativeTsn) {
        if (recovering && !Wire.after(recoveryEndTsn, cumulativeTsn)) {
            recovering = false;
        }
    }

    /**
     * Data was acknowledged (sections 7.2.1, 7.2.2).
     *
     * @param bytes newly, by the cumulative TSN and by gap blocks
     * @param advanced whether the cumulative TSN moved, without which slow start does not grow
     * @param windowUsed whether the window was full before
     */
    void acknowledged(long bytes, boolean advanced, boolean windowUsed) {
        idleSeen = false;
        if (recovering || !windowUsed) {
            return;
        }
        if (window <= threshold) {
            window += advanced ? Math.min(bytes, chunkBytes) : 0;
            return;
        }
        partialBytes += bytes;
        if (partialBytes >= window) {
            partialBytes -= window;
            window += chunkBytes;
        }
    }

    /** Nothing is outstanding (section 7.2.2). */
    void emptied() {
        partialBytes = 0;
    }

    /**
     * Loss was found by gaps (section 7.2.3); once until everything sent by now is acknowledged.
     */
    void lossByGaps(int lastTsnSent) {
        if (recovering) {
            return;
        }
        halve();
        window = threshold;
        recovering = true;
        recoveryEndTsn = lastTsnSent;
    }

    /** The retransmission timer ran out (section 7.2.3). */
    void lossByTimeout() {
        halve();
        window = chunkBytes;
        recovering = false;
    }

    /** Nothing was sent for so many time-outs: the window is not what it was (section 7.2.1). */
    void idle(long timeouts) {
        if (timeouts <= 0) {
            return;
        }
        if (!idleSeen) {
            idleSeen = true;
            threshold = window;
        }
        long least = 4L * chunkBytes;
        for (long i = 0; i < timeouts && window > least; i++) {
            window = Math.max(window / 2, least);
        }
    }

    private void halve() {
        threshold = Math.max(window / 2, 4L * chunkBytes);
        partialBytes = 0;
    }
}
