package otherworld.webrtc.port;

/** What a port counts. The name in lower case is the label of the metric. */
public enum PortEvent {
    DATAGRAMS_IN,
    BYTES_IN,
    DATAGRAMS_OUT,
    BYTES_OUT,
    /** Datagrams that the system did not take: full buffer, unreachable. */
    SEND_DROPPED,
    /** Datagrams longer than 1,500 bytes, dropped. */
    OVERSIZE,
    /** Valid checks, each answered once. */
    CHECK_ANSWERED,
    /** Signed checks refused with an error: role conflict, unknown attribute. */
    CHECK_REFUSED,
    /** Checks for a session that does not exist, dropped. */
    CHECK_UNKNOWN_UFRAG,
    /** Checks with a wrong signature or user name, dropped. */
    CHECK_NOT_AUTHENTIC,
    /** Checks so short that the answer would have been longer, dropped. */
    CHECK_TOO_SHORT,
    /** What looks like STUN and is not a well-formed check, dropped. */
    STUN_MALFORMED,
    /** Binding indications and responses, dropped. */
    STUN_OTHER,
    /** DTLS from an address that no valid check came from, dropped. */
    DTLS_UNVERIFIED,
    /** Datagrams on a verified path that held nothing authentic. */
    DTLS_DISCARDED,
    /** Neither STUN nor DTLS (RFC 7983), dropped. */
    NEITHER,
    /** Peers whose traffic goes to another of their addresses now. */
    PATH_MOVED,
    HANDSHAKE_STARTED,
    /** Handshakes that had to wait for their turn. */
    HANDSHAKE_WAITED,
    PEER_ACCEPTED,
    PEER_CONNECTED,
    PEER_CLOSED,
    OFFER_UNACCEPTABLE,
    OFFER_BUSY,
    MESSAGES_IN,
    MESSAGES_OUT,
    /** Messages refused by {@code send}. */
    MESSAGES_REFUSED,
    /** Messages that were queued for a channel or peer that closed first. */
    MESSAGES_LOST,
    /** Exceptions that ended a peer or a chapter of the loop: bugs. */
    BUG
}
