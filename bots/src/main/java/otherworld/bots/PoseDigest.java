package otherworld.bots;

import java.util.List;
import otherworld.protocol.JointPose;
import otherworld.protocol.Pose;
import otherworld.protocol.entity.Quantised;
import otherworld.protocol.entity.Replica;

/**
 * All of a body, root and joints, as one number: what a player sent and what another decoded are
 * compared by it. Two that differ have the same one with a probability of 2^-64.
 */
public final class PoseDigest {
    /** Odd and without a pattern, as of SplitMix64. */
    private static final long FACTOR = 0x9e3779b97f4a7c15L;

    private PoseDigest() {}

    /** Of a move, with the joints in the order of their codes. */
    public static long of(Pose root, List<JointPose> joints) {
        long digest = add(0, Quantised.root(root.x(), root.y(), root.z()), root.rotation());
        for (JointPose joint : joints) {
            digest =
                    add(
                            digest,
                            Quantised.joint(joint.dx(), joint.dy(), joint.dz()),
                            joint.rotation());
        }
        return digest;
    }

    /** Of an entity that an update told of. */
    public static long of(Replica replica, int index) {
        long digest = 0;
        for (int i = 0; i < replica.transforms(index); i++) {
            digest = add(digest, replica.position(index, i), replica.rotation(index, i));
        }
        return digest;
    }

    private static long add(long digest, long position, int rotation) {
        long mixed = (digest ^ position) * FACTOR;
        mixed = (mixed ^ mixed >>> 32 ^ rotation) * FACTOR;
        return mixed ^ mixed >>> 29;
    }
}
