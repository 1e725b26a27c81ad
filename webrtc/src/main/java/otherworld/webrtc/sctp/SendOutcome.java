package otherworld.webrtc.sctp;

/** What became of a message handed over for sending. */
public enum SendOutcome {
    /** Copied and queued; it goes out with the next flush, as congestion and flow control allow. */
    QUEUED,
    /** The send buffer has no room; {@code writable} tells when it has. */
    FULL,
    /** The stream or the association is closed or closing. */
    CLOSED,
    /** Longer than the peer takes or than the send buffer could ever hold. */
    TOO_LARGE
}
