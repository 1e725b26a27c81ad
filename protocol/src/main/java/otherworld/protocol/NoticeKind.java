// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

import otherworld.protocol.MalformedMessage.Reason;

/** What happens to the instance. Codes are stable. */
public enum NoticeKind {
    /** The database is out of reach: nothing is acknowledged until {@code THAWED}. */
    FROZEN(1),
    /** The database is back. */
    THAWED(2),
    /** The instance stops within seconds. */
    CLOSING(3),
    /** Edits are applied and do not become durable, until {@code STORAGE_WORKS}. */
    STORAGE_STALLED(4),
    /** Edits become durable again. */
    STORAGE_WORKS(5);

    private static final NoticeKind[] BY_CODE = new NoticeKind[values().length + 1];

    static {
        for (NoticeKind value : values()) {
            BY_CODE[value.code] = value;
        }
    }

    private final int code;

    NoticeKind(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    static NoticeKind read(Reader in) throws MalformedMessage {
        int code = in.u8();
        if (code == 0 || code > 5) {
            throw Reason.UNKNOWN_CODE.exception();
        }
        return BY_CODE[code];
    }
}
