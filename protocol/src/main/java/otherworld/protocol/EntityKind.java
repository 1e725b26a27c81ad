// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

import otherworld.protocol.MalformedMessage.Reason;

/** What an entity is. Codes are stable. */
public enum EntityKind {
    /** A player's body. */
    AVATAR(1),
    /** A thing that a player placed. */
    PROP(2),
    /** A thing that can be used. Not told yet. */
    SMART_OBJECT(3),
    /** Something in the way; its model names its shape. */
    COLLIDER(4),
    /** A place with a meaning. Not told yet. */
    MARKER(5);

    private static final EntityKind[] BY_CODE = new EntityKind[values().length + 1];

    static {
        for (EntityKind value : values()) {
            BY_CODE[value.code] = value;
        }
    }

    private final int code;

    EntityKind(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    static EntityKind read(Reader in) throws MalformedMessage {
        int code = in.u8();
        if (code == 0 || code > 5) {
            throw Reason.UNKNOWN_CODE.exception();
        }
        return BY_CODE[code];
    }
}
