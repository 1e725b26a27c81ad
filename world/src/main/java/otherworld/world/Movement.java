package otherworld.world;

import java.util.List;
import otherworld.protocol.JointPose;
import otherworld.protocol.Pose;

/** Rules of moving: pure functions of where one was, where one wants to be and how fast one may. */
public final class Movement {
    private Movement() {}

    /** Whether a step may be taken. */
    public enum Verdict {
        ACCEPTED,
        TOO_FAST,
        OUT_OF_BOUNDS,
        JOINT_TOO_FAR
    }

    public static boolean isInBounds(Pose pose) {
        return isInBounds(pose.x(), pose.y(), pose.z());
    }

    static boolean isInBounds(float x, float y, float z) {
        return Math.abs(x) <= WorldLimits.HALF_WORLD_M
                && Math.abs(z) <= WorldLimits.HALF_WORLD_M
                && y >= WorldLimits.LOWEST_M
                && y <= WorldLimits.HIGHEST_M;
    }

    /**
     * @param joints of the body, by their offsets from {@code to}
     * @param allowanceM metres that may be covered now; see {@link #allowance}
     */
    public static Verdict check(
            float fromX,
            float fromY,
            float fromZ,
            Pose to,
            List<JointPose> joints,
            float allowanceM) {
        if (!isInBounds(to)) {
            return Verdict.OUT_OF_BOUNDS;
        }
        for (int i = 0; i < joints.size(); i++) {
            if (isTooFar(joints.get(i))) {
                return Verdict.JOINT_TOO_FAR;
            }
        }
        return distance(fromX, fromY, fromZ, to) > allowanceM ? Verdict.TOO_FAST : Verdict.ACCEPTED;
    }

    private static boolean isTooFar(JointPose joint) {
        return Math.abs(joint.dx()) > WorldLimits.MAX_JOINT_M
                || Math.abs(joint.dy()) > WorldLimits.MAX_JOINT_M
                || Math.abs(joint.dz()) > WorldLimits.MAX_JOINT_M;
    }

    /**
     * Metres that may be covered after {@code elapsedNs} more: grows with the speed limit up to one
     * stride, so that packets that come late together are not taken for a sprint.
     */
    public static float allowance(float leftM, long elapsedNs) {
        return (float)
                Math.min(
                        WorldLimits.STRIDE_M,
                        leftM + WorldLimits.SPEED_M_PER_S * (elapsedNs / 1e9));
    }

    public static float distance(float x, float y, float z, Pose to) {
        return distance(x, y, z, to.x(), to.y(), to.z());
    }

    public static float distance(
            float x, float y, float z, float otherX, float otherY, float otherZ) {
        double dx = otherX - x;
        double dy = otherY - y;
        double dz = otherZ - z;
        return (float) Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
}
