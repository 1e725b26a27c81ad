package otherworld.webrtc.sctp;

/**
 * States of an association (RFC 9260 section 4), with the one after its end kept apart from the one
 * before its start.
 */
public enum AssociationState {
    /** Nothing sent, or only answers that left no state behind. */
    CLOSED,
    COOKIE_WAIT,
    COOKIE_ECHOED,
    ESTABLISHED,
    SHUTDOWN_PENDING,
    SHUTDOWN_SENT,
    SHUTDOWN_RECEIVED,
    SHUTDOWN_ACK_SENT,
    /** Over; it cannot be used again. */
    ENDED;

    /** Whether tags, TSNs and streams are agreed. */
    boolean running() {
        return compareTo(ESTABLISHED) >= 0 && this != ENDED;
    }

    /** Whether DATA from the peer is taken (RFC 9260 section 6). */
    boolean takesData() {
        return this == ESTABLISHED || this == SHUTDOWN_PENDING || this == SHUTDOWN_SENT;
    }

    /** Whether queued messages still go out. */
    boolean sendsData() {
        return this == ESTABLISHED || this == SHUTDOWN_PENDING || this == SHUTDOWN_RECEIVED;
    }
}
