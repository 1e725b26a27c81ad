// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

import java.util.List;

/** Props of the player's zone that appeared or changed (in full) and that went. */
public record PropDelta(long epoch, int tick, List<PropState> changed, List<Long> removed)
        implements ServerMessage {
    public static final int TYPE = 68;
    public static final int MAX_BYTES = 45715;

    static PropDelta read(Reader in) throws MalformedMessage {
        return new PropDelta(
                in.varuint64(),
                in.varuint(),
                in.list(Protocol.MAX_STATES, PropState::read),
                in.list(Protocol.MAX_CHANGES, Reader::varuint64));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.varuint64(epoch);
        out.varuint(tick);
        out.list(changed, Protocol.MAX_STATES, PropState::write);
        out.list(removed, Protocol.MAX_CHANGES, (item, to) -> to.varuint64(item));
    }
}
