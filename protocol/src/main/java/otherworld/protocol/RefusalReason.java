package otherworld.protocol;

import otherworld.protocol.MalformedMessage.Reason;

/** Why an edit was refused. Codes are stable; {@code docs/protocol.md} lists them. */
public enum RefusalReason {
    /** The database is behind; send it again later. */
    STORAGE_SLOW(1),
    FROZEN(2),
    UNKNOWN_ENTITY(3),
    OUT_OF_REACH(4),
    OUT_OF_BOUNDS(5),
    TOO_MANY_ENTITIES(6),
    RATE_LIMITED(7),
    /** This instance keeps nothing. */
    NOT_DURABLE_HERE(8),
    /** This host stops; send it again to the next one. */
    CLOSING(9),
    /** What was committed is damaged; nothing is edited until it is repaired. */
    STORAGE_DAMAGED(10);

    private static final RefusalReason[] BY_CODE = new RefusalReason[values().length + 1];

    static {
        for (RefusalReason value : values()) {
            BY_CODE[value.code] = value;
        }
    }

    private final int code;

    RefusalReason(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    static RefusalReason read(Reader in) throws MalformedMessage {
        int code = in.u8();
        if (code == 0 || code >= BY_CODE.length) {
            throw Reason.UNKNOWN_CODE.exception();
        }
        return BY_CODE[code];
    }
}
