// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * The answer to a {@link Hello} that was admitted.
 *
 * @param version the highest that both speak: that of every message that follows
 * @param features those of the client's that the instance takes up
 * @param avatar this player's avatar: its entity
 * @param zoneSize metres
 * @param sight metres: how far entities of neighbouring zones are told
 * @param resumed whether the seat was held for this player
 * @param serverTimeMs the server's wall clock, milliseconds since 1970
 * @param lastClientSequence the highest edit of this player that the instance has answered; 0 if
 *     none
 * @param pose where the avatar stands
 */
public record Welcome(
        int version,
        long features,
        long epoch,
        String world,
        int ordinal,
        long avatar,
        int seat,
        long generation,
        int capacity,
        int tickRateHz,
        int presenceRateHz,
        float zoneSize,
        float sight,
        int reconnectWindowMs,
        boolean resumed,
        long serverTimeMs,
        long lastClientSequence,
        Pose pose)
        implements ServerMessage {
    public static final int TYPE = 64;
    public static final int MAX_BYTES = 4096;

    static Welcome read(Reader in) throws MalformedMessage {
        int version = in.u16();
        if (version < Protocol.OLDEST) { // the rest was laid out in another way
            in.skipRest();
            return new Welcome(
                    version, 0, 0, "", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, false, 0, 0, Pose.ORIGIN);
        }
        Welcome read =
                new Welcome(
                        version,
                        in.varuint64(),
                        in.varuint64(),
                        in.string(Protocol.MAX_WORLD_BYTES),
                        in.varuint(),
                        in.varuint64(),
                        in.varuint(),
                        in.varuint64(),
                        in.varuint(),
                        in.u8(),
                        in.u8(),
                        in.f32(),
                        in.f32(),
                        in.varuint(),
                        in.flag(),
                        in.varuint64(),
                        in.varuint64(),
                        Pose.read(in));
        in.skipRest(); // what a later version says behind its fields
        return read;
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.u16(version);
        out.varuint64(features);
        out.varuint64(epoch);
        out.string(world, Protocol.MAX_WORLD_BYTES);
        out.varuint(ordinal);
        out.varuint64(avatar);
        out.varuint(seat);
        out.varuint64(generation);
        out.varuint(capacity);
        out.u8(tickRateHz);
        out.u8(presenceRateHz);
        out.f32(zoneSize);
        out.f32(sight);
        out.varuint(reconnectWindowMs);
        out.flag(resumed);
        out.varuint64(serverTimeMs);
        out.varuint64(lastClientSequence);
        pose.write(out);
    }
}
