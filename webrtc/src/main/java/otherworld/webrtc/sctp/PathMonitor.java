package otherworld.webrtc.sctp;

import static otherworld.webrtc.sctp.Protocol.NEVER_NS;

import java.util.random.RandomGenerator;

/**
 * Whether the peer is there: counts what it did not answer (RFC 9260 section 8.1) and probes it
 * when idle (8.3).
 */
final class PathMonitor {
    /** The information in our HEARTBEAT: when it was sent and a number that only we know. */
    private static final int INFO_BYTES = 16;

    private final SctpSettings settings;
    private final RandomGenerator random;
    private final RetransmissionTimeout timeout;
    private int errors;
    private long jitterNs;
    private long nonce;
    private boolean unanswered;
    private boolean nonceGood;
    private boolean due;
    private long timerNs = NEVER_NS;

    PathMonitor(SctpSettings settings, RandomGenerator random, RetransmissionTimeout timeout) {
        this.settings = settings;
        this.random = random;
        this.timeout = timeout;
    }

    void start(long nowNs) {
        errors = 0;
        unanswered = false;
        nonceGood = false;
        due = false;
        drawJitter();
        schedule(nowNs);
    }

    void stop() {
        timerNs = NEVER_NS;
        due = false;
    }

    long nextTimerNs() {
        return timerNs;
    }

    /** Something was not answered; whether that was once too often. */
    boolean failed() {
        return ++errors > settings.maxRetransmits();
    }

    /** The peer acknowledged something. */
    void answered(long nowNs) {
        errors = 0;
        unanswered = false;
        schedule(nowNs);
    }

    /**
     * The timer, when it is due.
     *
     * @param busy whether DATA is outstanding, which tells as much
     * @return whether the last probe stayed without an answer
     */
    boolean advance(boolean busy, long nowNs) {
        if (nowNs < timerNs) {
            return false;
        }
        boolean missed = unanswered;
        unanswered = false;
        due = !busy && !missed;
        if (missed) {
            timeout.backOff();
        }
        drawJitter();
        schedule(nowNs);
        return missed;
    }

    /** Sends the probe that is due. */
    void pump(PacketWriter writer, long nowNs) {
        if (!due) {
            return;
        }
        due = false;
        unanswered = true;
        nonce = random.nextLong();
        nonceGood = true;
        int at = writer.chunk(Protocol.HEARTBEAT, 0, 4 + 4 + INFO_BYTES);
        byte[] out = writer.buffer();
        Wire.put16(out, at + 4, Protocol.HEARTBEAT_INFO);
        Wire.put16(out, at + 6, 4 + INFO_BYTES);
        Wire.put64(out, at + 8, nowNs);
        Wire.put64(out, at + 16, nonce);
        // An answer takes a round trip, not an idle interval.
        timerNs = nowNs + timeout.rtoNs();
    }

    /** Takes a HEARTBEAT ACK; only the answer to the last probe counts, once, late too. */
    void take(byte[] buf, int at, int length, long nowNs) {
        boolean ours = nonceGood && length >= 8 + INFO_BYTES && Wire.i64(buf, at + 16) == nonce;
        if (ours) {
            nonceGood = false;
            long sentNs = Wire.i64(buf, at + 8);
            if (nowNs >= sentNs) {
                timeout.measured(nowNs - sentNs);
            }
            answered(nowNs);
        }
    }

    /** Interval + time-out, half a time-out more or less by chance (section 8.3). */
    private void schedule(long nowNs) {
        timerNs = nowNs + settings.heartbeatInterval().toNanos() + timeout.rtoNs() + jitterNs;
    }

    private void drawJitter() {
        long rtoNs = timeout.rtoNs();
        jitterNs = random.nextLong(rtoNs) - rtoNs / 2;
    }
}
