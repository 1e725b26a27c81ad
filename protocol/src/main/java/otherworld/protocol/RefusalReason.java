// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

import otherworld.protocol.MalformedMessage.Reason;

/** Why an edit was refused. Codes are stable. */
public enum RefusalReason {
    /** The database is behind; send it again later. */
    STORAGE_SLOW(1),
    /** The instance has lost touch with its database. */
    FROZEN(2),
    /** There is no such thing to edit, or the answer to the number is no longer known. */
    UNKNOWN_ENTITY(3),
    /** The avatar is too far from it, or from where it is put. */
    OUT_OF_REACH(4),
    /** Nothing can be put there. */
    OUT_OF_BOUNDS(5),
    /** The instance or the zone is full. */
    TOO_MANY_ENTITIES(6),
    /** Too many edits of this player. */
    RATE_LIMITED(7),
    /** This instance keeps nothing. */
    NOT_DURABLE_HERE(8),
    /** This host stops; send it again to the next one. */
    CLOSING(9),
    /** What was committed is damaged; nothing is edited until it is repaired. */
    STORAGE_DAMAGED(10),
    /** The World does not let this player do it. */
    NOT_PERMITTED(11),
    /** A collider's model names no shape that there is. */
    BAD_SHAPE(12);

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
        if (code == 0 || code > 12) {
            throw Reason.UNKNOWN_CODE.exception();
        }
        return BY_CODE[code];
    }
}
