package otherworld.webrtc.dtls;

/** Which of the last 64 sequence numbers were seen (RFC 6347 section 4.1.2.6). One thread. */
final class ReplayWindow {
    private static final int BITS = Long.SIZE;

    private long highest;

    /** Bit n: {@code highest − n} was seen. */
    private long seen = 1;

    /**
     * @param first the first number seen
     */
    ReplayWindow(long first) {
        this.highest = first;
    }

    /** Whether it was not seen, as far as that is known: what is too old counts as seen. */
    boolean isNew(long sequence) {
        long behind = highest - sequence;
        return behind < 0 || (behind < BITS && (seen >>> behind & 1) == 0);
    }

    /** Of an authentic record only: else a forged one could shut out true ones. */
    void mark(long sequence) {
        long ahead = sequence - highest;
        if (ahead > 0) {
            seen = ahead < BITS ? seen << ahead | 1 : 1;
            highest = sequence;
        } else if (-ahead < BITS) {
            seen |= 1L << -ahead;
        }
    }
}
