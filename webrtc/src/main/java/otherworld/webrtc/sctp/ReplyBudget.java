package otherworld.webrtc.sctp;

/**
 * How many answers a peer may ask for: those that cost work or bytes and that nothing else bounds
 * (INIT ACK, ERROR, ABORT, HEARTBEAT ACK). So nobody is used to flood somebody else, and a mad peer
 * costs little.
 */
final class ReplyBudget {
    static final int BURST = 20;
    static final long PER_REPLY_NS = 50_000_000;

    private final Counters counters;
    private int left = BURST;
    private long countedNs;

    ReplyBudget(Counters counters, long nowNs) {
        this.counters = counters;
        this.countedNs = nowNs;
    }

    /** Whether one more answer may be given now; if so it is counted. */
    boolean take(long nowNs) {
        long earned = (nowNs - countedNs) / PER_REPLY_NS;
        if (earned > 0) {
            left = (int) Math.min(BURST, left + earned);
            countedNs += earned * PER_REPLY_NS;
        }
        if (left == 0) {
            counters.repliesSuppressed++;
            return false;
        }
        left--;
        return true;
    }
}
