// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

import java.util.List;

/**
 * Where the player's avatar is now; the client has moved it already.
 *
 * @param sequence grows with each of a connection
 * @param pose of the root
 * @param joints those that the client tracks, in the order of their codes; empty: none
 */
public record MoveIntent(int sequence, Pose pose, List<JointPose> joints) implements ClientMessage {
    public static final int TYPE = 2;
    public static final int MAX_BYTES = 125;

    /** The most that all but the items takes while no list has more than 127 of them. */
    public static final int MAX_SMALL_HEADER_BYTES = 23;

    static MoveIntent read(Reader in) throws MalformedMessage {
        return new MoveIntent(
                in.varuint(), Pose.read(in), in.list(Protocol.MAX_JOINTS, JointPose::read));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.varuint(sequence);
        pose.write(out);
        out.list(joints, Protocol.MAX_JOINTS, JointPose::write);
    }

    /**
     * All up to the first list. Then follow, each a {@link Writer#count} and its items: joints
     * ({@link JointPose}).
     */
    public static void writeStart(Writer out, int sequence, Pose pose) {
        out.u8(TYPE);
        out.varuint(sequence);
        pose.write(out);
    }
}
