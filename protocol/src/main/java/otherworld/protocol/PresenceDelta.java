package otherworld.protocol;

import java.util.List;

/**
 * Avatars of the player's zone that came, moved and went, to be applied in this order.
 *
 * <p>A server writes many of these; {@link #writeStart} and the {@code write} of the parts do it
 * without records.
 */
public record PresenceDelta(
        long epoch, int tick, List<AvatarState> entered, List<AvatarMove> moved, List<Integer> left)
        implements ServerMessage {
    public static final int TYPE = 66;
    public static final int MAX_BYTES =
            Sizes.TYPE
                    + Sizes.VARUINT64
                    + Sizes.VARUINT
                    + Sizes.list(Protocol.MAX_STATES, AvatarState.MAX_BYTES)
                    + Sizes.list(Protocol.MAX_CHANGES, AvatarMove.MAX_BYTES)
                    + Sizes.list(Protocol.MAX_CHANGES, Sizes.VARUINT);

    /** The most that all but the items takes while no list has more than 127 of them. */
    public static final int MAX_SMALL_HEADER_BYTES =
            Sizes.TYPE + Sizes.VARUINT64 + Sizes.VARUINT + 3;

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
        writeHeader(out, epoch, tick);
        out.list(entered, Protocol.MAX_STATES, AvatarState::write);
        out.list(moved, Protocol.MAX_CHANGES, AvatarMove::write);
        out.list(left, Protocol.MAX_CHANGES, (item, to) -> to.varuint(item));
    }

    /**
     * Type byte, epoch and tick. Then follow three lists, each a {@link Writer#count} and its
     * items: entered ({@link AvatarState}), moved ({@link AvatarMove}), left (varuint).
     */
    public static void writeStart(Writer out, long epoch, int tick) {
        out.u8(TYPE);
        writeHeader(out, epoch, tick);
    }

    private static void writeHeader(Writer out, long epoch, int tick) {
        out.varuint64(epoch);
        out.varuint(tick);
    }
}
