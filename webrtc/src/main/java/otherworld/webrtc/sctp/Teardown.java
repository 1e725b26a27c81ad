package otherworld.webrtc.sctp;

import static otherworld.webrtc.sctp.Protocol.NEVER_NS;

/** The graceful end (RFC 9260 section 9.2): SHUTDOWN, SHUTDOWN ACK and their timers T2 and T5. */
final class Teardown {
    private final SctpSettings settings;
    private final RetransmissionTimeout timeout;
    private long t2AtNs = NEVER_NS;
    private long t5AtNs = NEVER_NS;
    private int attempts;
    private boolean due;

    Teardown(SctpSettings settings, RetransmissionTimeout timeout) {
        this.settings = settings;
        this.timeout = timeout;
    }

    void stop() {
        t2AtNs = NEVER_NS;
        t5AtNs = NEVER_NS;
        attempts = 0;
        due = false;
    }

    long nextTimerNs() {
        return Math.min(t2AtNs, t5AtNs);
    }

    /** A side wants to end: T5 bounds how long that may take in all. */
    void guard(long nowNs) {
        if (t5AtNs != NEVER_NS) {
            return;
        }
        t5AtNs = nowNs + 5 * settings.rtoMax().toNanos() + settings.heartbeatInterval().toNanos();
    }

    /** SHUTDOWN or SHUTDOWN ACK is to be sent (again). */
    void ask() {
        due = true;
    }

    /** Whether the whole end took too long. */
    boolean overdue(long nowNs) {
        return nowNs >= t5AtNs;
    }

    /**
     * T2, when it is due: sends again.
     *
     * @return false when that was done often enough
     */
    boolean advance(long nowNs) {
        if (nowNs < t2AtNs) {
            return true;
        }
        t2AtNs = NEVER_NS;
        due = true;
        return ++attempts <= settings.maxRetransmits();
    }

    /** Writes what this state says, if it is due. */
    void pump(AssociationState state, int cumulativeTsn, PacketWriter writer, long nowNs) {
        if (!due) {
            return;
        }
        due = false;
        if (state == AssociationState.SHUTDOWN_SENT) {
            int at = writer.chunk(Protocol.SHUTDOWN, 0, 8);
            Wire.put32(writer.buffer(), at + 4, cumulativeTsn);
        } else if (state == AssociationState.SHUTDOWN_ACK_SENT) {
            writer.chunk(Protocol.SHUTDOWN_ACK, 0, 4);
        } else {
            return;
        }
        long waitNs = timeout.rtoNs() << Math.min(attempts, 10);
        t2AtNs = nowNs + Math.min(waitNs, settings.rtoMax().toNanos());
    }
}
