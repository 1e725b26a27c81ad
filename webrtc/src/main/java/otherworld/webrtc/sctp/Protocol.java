package otherworld.webrtc.sctp;

/** Numbers of the protocol: chunk types, parameters, error causes. */
final class Protocol {
    // Chunk types: RFC 9260 section 3.2, RFC 6525 section 3.1, RFC 3758 section 3.2.
    static final int DATA = 0;
    static final int INIT = 1;
    static final int INIT_ACK = 2;
    static final int SACK = 3;
    static final int HEARTBEAT = 4;
    static final int HEARTBEAT_ACK = 5;
    static final int ABORT = 6;
    static final int SHUTDOWN = 7;
    static final int SHUTDOWN_ACK = 8;
    static final int ERROR = 9;
    static final int COOKIE_ECHO = 10;
    static final int COOKIE_ACK = 11;
    static final int SHUTDOWN_COMPLETE = 14;
    static final int RE_CONFIG = 130;
    static final int FORWARD_TSN = 192;

    // Flags of DATA (section 3.3.1; I: section 6.2) and of ABORT and SHUTDOWN COMPLETE (T: the tag
    // is reflected).
    static final int FLAG_END = 1;
    static final int FLAG_BEGIN = 2;
    static final int FLAG_UNORDERED = 4;
    static final int FLAG_IMMEDIATE = 8;
    static final int FLAG_REFLECTED = 1;

    // Parameters of INIT and INIT ACK (section 3.3.2.1, 3.3.3.1, RFC 3758 section 3.1, RFC 5061
    // section 4.2.7).
    static final int HEARTBEAT_INFO = 1;
    static final int IPV4_ADDRESS = 5;
    static final int IPV6_ADDRESS = 6;
    static final int STATE_COOKIE = 7;
    static final int UNRECOGNIZED_PARAMETER = 8;
    static final int COOKIE_PRESERVATIVE = 9;
    static final int HOST_NAME = 11;
    static final int SUPPORTED_ADDRESS_TYPES = 12;
    static final int SUPPORTED_EXTENSIONS = 0x8008;
    static final int FORWARD_TSN_SUPPORTED = 0xC000;

    // Parameters of RE-CONFIG (RFC 6525 section 4) and its results (section 4.4).
    static final int OUTGOING_RESET = 13;
    static final int RECONFIG_RESPONSE = 16;
    static final int RESULT_NOTHING_TO_DO = 0;
    static final int RESULT_PERFORMED = 1;
    static final int RESULT_DENIED = 2;
    static final int RESULT_WRONG_SSN = 3;
    static final int RESULT_ALREADY_IN_PROGRESS = 4;
    static final int RESULT_BAD_SEQUENCE = 5;
    static final int RESULT_IN_PROGRESS = 6;

    // Error causes (section 3.3.10).
    static final int CAUSE_INVALID_STREAM = 1;
    static final int CAUSE_MISSING_PARAMETER = 2;
    static final int CAUSE_STALE_COOKIE = 3;
    static final int CAUSE_OUT_OF_RESOURCE = 4;
    static final int CAUSE_UNRESOLVABLE_ADDRESS = 5;
    static final int CAUSE_UNRECOGNIZED_CHUNK = 6;
    static final int CAUSE_INVALID_PARAMETER = 7;
    static final int CAUSE_UNRECOGNIZED_PARAMETERS = 8;
    static final int CAUSE_NO_USER_DATA = 9;
    static final int CAUSE_COOKIE_WHILE_SHUTTING_DOWN = 10;
    static final int CAUSE_USER_ABORT = 12;
    static final int CAUSE_PROTOCOL_VIOLATION = 13;

    static final int COMMON_HEADER_BYTES = 12;
    static final int CHUNK_HEADER_BYTES = 4;
    static final int DATA_HEADER_BYTES = 16;
    static final int INIT_BYTES = 20;

    /** A timer that is not running. */
    static final long NEVER_NS = Long.MAX_VALUE;

    private Protocol() {}
}
