// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * What entities did since ticks that the client has. It may be lost.
 *
 * @param number 1, 2, … of the connection; after 65,535 comes 0
 * @param tick its low 16 bits
 * @param entities Entities in docs/protocol.md
 */
public record EntityUpdate(int number, int tick, Rest entities) implements ServerMessage {
    public static final int TYPE = 66;
    public static final int MAX_BYTES = 1150;

    /** The most that stands before the rest. */
    public static final int MAX_HEADER_BYTES = 5;

    static EntityUpdate read(Reader in) throws MalformedMessage {
        return new EntityUpdate(in.u16(), in.u16(), in.rest(Protocol.MAX_UPDATE_BYTES));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.u16(number);
        out.u16(tick);
        out.rest(entities, Protocol.MAX_UPDATE_BYTES);
    }

    /** All up to the rest, which follows. */
    public static void writeStart(Writer out, int number, int tick) {
        out.u8(TYPE);
        out.u16(number);
        out.u16(tick);
    }
}
