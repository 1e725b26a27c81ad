// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

import otherworld.protocol.MalformedMessage.Reason;

/** What moves on its own within an avatar. Codes are stable. */
public enum Joint {
    /** Where the eyes are. */
    HEAD(1),
    /** Its palm. */
    LEFT_HAND(2),
    /** Its palm. */
    RIGHT_HAND(3),
    /** Their middle. */
    HIPS(4),
    /** Its sole. */
    LEFT_FOOT(5),
    /** Its sole. */
    RIGHT_FOOT(6);

    private static final Joint[] BY_CODE = new Joint[values().length + 1];

    static {
        for (Joint value : values()) {
            BY_CODE[value.code] = value;
        }
    }

    private final int code;

    Joint(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    static Joint read(Reader in) throws MalformedMessage {
        int code = in.u8();
        if (code == 0 || code > 6) {
            throw Reason.UNKNOWN_CODE.exception();
        }
        return BY_CODE[code];
    }
}
