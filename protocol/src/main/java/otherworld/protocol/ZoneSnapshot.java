// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

import java.util.List;

/**
 * All there is in the zone that the player entered. Part 0 replaces everything the client knew; the
 * others add to it.
 *
 * @param part 0 to parts − 1, sent in order
 */
public record ZoneSnapshot(
        long epoch,
        int tick,
        int zoneX,
        int zoneZ,
        int part,
        int parts,
        List<AvatarState> avatars,
        List<PropState> props)
        implements ServerMessage {
    public static final int TYPE = 65;
    public static final int MAX_BYTES = 56991;

    static ZoneSnapshot read(Reader in) throws MalformedMessage {
        return new ZoneSnapshot(
                in.varuint64(),
                in.varuint(),
                in.svarint(),
                in.svarint(),
                in.u8(),
                in.u8(),
                in.list(Protocol.MAX_STATES, AvatarState::read),
                in.list(Protocol.MAX_STATES, PropState::read));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.varuint64(epoch);
        out.varuint(tick);
        out.svarint(zoneX);
        out.svarint(zoneZ);
        out.u8(part);
        out.u8(parts);
        out.list(avatars, Protocol.MAX_STATES, AvatarState::write);
        out.list(props, Protocol.MAX_STATES, PropState::write);
    }
}
