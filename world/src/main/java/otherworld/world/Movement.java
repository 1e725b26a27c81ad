package otherworld.world;

import otherworld.protocol.Pose;

/** Rules of moving: pure functions of where one was, where one wants to be and how fast one may. */
public final class Movement {
    private Movement() {}

    /** Whether a step may be taken. */
    public enum Verdict {
        ACCEPTED,
        TOO_FAST,
        OUT_OF_BOUNDS
    }

    public static boolean isInBounds(Pose pose) {
        return Math.abs(pose.x()) <= WorldLimits.HALF_WORLD_M
                && Math.abs(pose.z()) <= WorldLimits.HALF_WORLD_M
                && pose.y() >= WorldLimits.LOWEST_M
                && pose.y() <= WorldLimits.HIGHEST_M;
    }

    /**
     * @param allowanceM metres that may be covered now; see {@link #allowance}
     */
    public static Verdict check(float fromX, float fromY, float fromZ, Pose to, float allowanceM) {
        if (!isInBounds(to)) {
            return Verdict.OUT_OF_BOUNDS;
        }
        return distance(fromX, fromY, fromZ, to) > allowanceM ? Verdict.TOO_FAST : Verdict.ACCEPTED;
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
        double dx = to.x() - x;
        double dy = to.y() - y;
        double dz = to.z() - z;
        return (float) Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
}
