// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

import java.util.List;

/** Avatars of the player's zone that came, moved and went, to be applied in this order. */
public record PresenceDelta(
        long epoch, int tick, List<AvatarState> entered, List<AvatarMove> moved, List<Integer> left)
        implements ServerMessage {
    public static final int TYPE = 66;
    public static final int MAX_BYTES = 56341;

    /** The most that all but the items takes while no list has more than 127 of them. */
    public static final int MAX_SMALL_HEADER_BYTES = 18;

    static PresenceDelta read(Reader in) throws MalformedMessage {
        return new PresenceDelta(
                in.varuint64(),
                in.varuint(),
                in.list(Protocol.MAX_STATES, AvatarState::read),
                in.list(Protocol.MAX_CHANGES, AvatarMove::read),
                in.list(Protocol.MAX_CHANGES, Reader::varuint));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.varuint64(epoch);
        out.varuint(tick);
        out.list(entered, Protocol.MAX_STATES, AvatarState::write);
        out.list(moved, Protocol.MAX_CHANGES, AvatarMove::write);
        out.list(left, Protocol.MAX_CHANGES, (item, to) -> to.varuint(item));
    }

    /**
     * All up to the first list. Then follow, each a {@link Writer#count} and its items: entered
     * ({@link AvatarState}), moved ({@link AvatarMove}), left (varuint).
     */
    public static void writeStart(Writer out, long epoch, int tick) {
        out.u8(TYPE);
        out.varuint64(epoch);
        out.varuint(tick);
    }
}
