package otherworld.webrtc.sctp;

/** How long to wait for an acknowledgement (RFC 9260 section 6.3.1, RFC 6298). */
final class RetransmissionTimeout {
    private final long minNs;
    private final long maxNs;
    private final long initialNs;
    private long smoothedNs;
    private long variationNs;
    private long rtoNs;

    RetransmissionTimeout(SctpSettings settings) {
        minNs = settings.rtoMin().toNanos();
        maxNs = settings.rtoMax().toNanos();
        initialNs = settings.rtoInitial().toNanos();
        rtoNs = initialNs;
    }

    void start() {
        smoothedNs = 0;
        variationNs = 0;
        rtoNs = initialNs;
    }

    long rtoNs() {
        return rtoNs;
    }

    /** Smoothed round trip, 0 before the first measurement. */
    long smoothedNs() {
        return smoothedNs;
    }

    /** A round trip of something sent once (Karn's rule). */
    void measured(long roundTripNs) {
        if (smoothedNs == 0) {
            smoothedNs = Math.max(1, roundTripNs);
            variationNs = roundTripNs / 2;
        } else {
            variationNs += (Math.abs(smoothedNs - roundTripNs) - variationNs) / 4;
            smoothedNs = Math.max(1, smoothedNs + (roundTripNs - smoothedNs) / 8);
        }
        rtoNs = Math.max(minNs, Math.min(maxNs, smoothedNs + 4 * variationNs));
    }

    /** The timer ran out (section 6.3.3, rule E2). */
    void backOff() {
        rtoNs = Math.min(maxNs, rtoNs * 2);
    }
}
