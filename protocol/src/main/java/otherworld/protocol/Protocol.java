// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/** Numbers and names that both sides agree on. */
public final class Protocol {
    /** The newest version that this build speaks. */
    public static final int VERSION = 2;

    /** The oldest one. */
    public static final int OLDEST = 2;

    /**
     * WebSocket subprotocol, and protocol of both data channels: of messages behind a type byte.
     * Versions are negotiated by {@link Hello}.
     */
    public static final String SUBPROTOCOL = "otherworld.v1";

    /** HTTP path of the WebSocket. */
    public static final String PATH = "/v1/play";

    /** The first message must have arrived by then. */
    public static final int HELLO_TIMEOUT_MS = 5000;

    /** No message that every version reads is longer, whatever comes to stand behind its fields. */
    public static final int MAX_LASTING_BYTES = 4096;

    public static final int MAX_TOKEN_BYTES = 2048;
    public static final int MAX_CLIENT_NAME_BYTES = 64;
    public static final int MAX_MODEL_BYTES = 128;
    public static final int MAX_PLAYER_BYTES = 128;
    public static final int MAX_WORLD_BYTES = 104;
    public static final int MAX_DETAIL_BYTES = 256;

    /** Entities that are told in full (with strings) in one message. */
    public static final int MAX_STATES = 128;

    /** Indexes that a client has: as many entities are told to it at a time. */
    public static final int MAX_INDEXES = 1024;

    /** Joints of an avatar. */
    public static final int MAX_JOINTS = 6;

    /** Ticks that a client keeps of what each entity did: how far back an update may refer. */
    public static final int KEPT_TICKS = 64;

    public static final int MAX_DURABLE_SEQUENCES = 256;

    /**
     * No longer message is sent where it may be lost: with the headers of SCTP, DTLS, UDP and IPv6
     * it fits the path MTU of 1,280 bytes that every IPv6 link has (RFC 8200, section 5).
     */
    public static final int MAX_UNRELIABLE_BYTES = 1150;

    /** Entities in one {@link EntityUpdate}: what {@link Protocol#MAX_UNRELIABLE_BYTES} leaves. */
    public static final int MAX_UPDATE_BYTES = 1145;

    private Protocol() {}
}
