// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

import java.util.List;

/**
 * Entities that went out of what the player is told of, and those that came into it or changed, in
 * full. Reliable and in order.
 *
 * @param number 1, 2, … of the connection
 * @param left free from here on
 * @param entities after {@code left}
 */
public record EntityStates(
        int number, long epoch, int tick, List<Integer> left, List<EntityState> entities)
        implements ServerMessage {
    public static final int TYPE = 65;
    public static final int MAX_BYTES = 39064;

    /** The most that all but the items takes while no list has more than 127 of them. */
    public static final int MAX_SMALL_HEADER_BYTES = 22;

    static EntityStates read(Reader in) throws MalformedMessage {
        return new EntityStates(
                in.varuint(),
                in.varuint64(),
                in.varuint(),
                in.list(Protocol.MAX_INDEXES, Reader::index),
                in.list(Protocol.MAX_STATES, EntityState::read));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.varuint(number);
        out.varuint64(epoch);
        out.varuint(tick);
        out.list(left, Protocol.MAX_INDEXES, (item, to) -> to.index(item));
        out.list(entities, Protocol.MAX_STATES, EntityState::write);
    }

    /**
     * All up to the first list. Then follow, each a {@link Writer#count} and its items: left
     * (index), entities ({@link EntityState}).
     */
    public static void writeStart(Writer out, int number, long epoch, int tick) {
        out.u8(TYPE);
        out.varuint(number);
        out.varuint64(epoch);
        out.varuint(tick);
    }
}
