// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * An avatar in full.
 *
 * @param avatar its number in this instance
 * @param sourceTimeMs the {@code clientTimeMs} of the {@link MoveIntent} that gave the pose; 0 if
 *     none has yet
 */
public record AvatarState(int avatar, String player, Pose pose, long sourceTimeMs) {
    static final int MAX_BYTES = 160;

    static AvatarState read(Reader in) throws MalformedMessage {
        return new AvatarState(
                in.varuint(), in.string(Protocol.MAX_PLAYER_BYTES), Pose.read(in), in.varuint64());
    }

    void write(Writer out) {
        out.varuint(avatar);
        out.string(player, Protocol.MAX_PLAYER_BYTES);
        pose.write(out);
        out.varuint64(sourceTimeMs);
    }
}
