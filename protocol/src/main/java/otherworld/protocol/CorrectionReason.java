// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

import otherworld.protocol.MalformedMessage.Reason;

/** Why a move was not accepted as it was. Codes are stable. */
public enum CorrectionReason {
    /** Longer than the speed allows. */
    TOO_FAST(1),
    /** Nobody can go there. */
    OUT_OF_BOUNDS(2),
    /** Something is in the way. */
    BLOCKED(3),
    /** The server moved the avatar itself. */
    TELEPORTED(4);

    private static final CorrectionReason[] BY_CODE = new CorrectionReason[values().length + 1];

    static {
        for (CorrectionReason value : values()) {
            BY_CODE[value.code] = value;
        }
    }

    private final int code;

    CorrectionReason(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    static CorrectionReason read(Reader in) throws MalformedMessage {
        int code = in.u8();
        if (code == 0 || code > 4) {
            throw Reason.UNKNOWN_CODE.exception();
        }
        return BY_CODE[code];
    }
}
