// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/** Numbers and names that both sides agree on. */
public final class Protocol {
    public static final int VERSION = 1;

    /** WebSocket subprotocol, and protocol of both data channels. */
    public static final String SUBPROTOCOL = "otherworld.v1";

    /** HTTP path of the WebSocket. */
    public static final String PATH = "/v1/play";

    /** The first message must have arrived by then. */
    public static final int HELLO_TIMEOUT_MS = 5000;

    public static final int MAX_TOKEN_BYTES = 2048;
    public static final int MAX_CLIENT_NAME_BYTES = 64;
    public static final int MAX_MODEL_BYTES = 128;
    public static final int MAX_PLAYER_BYTES = 128;
    public static final int MAX_WORLD_BYTES = 104;
    public static final int MAX_DETAIL_BYTES = 256;

    /** Avatars or props that are told in full (with strings) in one message. */
    public static final int MAX_STATES = 128;

    /** Avatars or props that are told by number only in one message. */
    public static final int MAX_CHANGES = 1024;

    public static final int MAX_DURABLE_SEQUENCES = 256;

    /**
     * No longer message is sent where it may be lost: with the headers of SCTP, DTLS, UDP and IPv6
     * it fits the path MTU of 1,280 bytes that every IPv6 link has (RFC 8200, section 5).
     */
    public static final int MAX_UNRELIABLE_BYTES = 1150;

    private Protocol() {}
}
