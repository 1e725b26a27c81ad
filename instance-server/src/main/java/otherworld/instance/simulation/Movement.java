package otherworld.instance.simulation;

import otherworld.instance.config.Limits;
import otherworld.protocol.Pose;

/**
 * Rules of walking: pure functions of where one was, where one wants to be and how fast one may.
 */
final class Movement {
    private Movement() {}

    enum Verdict {
        ACCEPTED,
        TOO_FAST,
        OUT_OF_BOUNDS
    }

    static boolean inBounds(Pose pose) {
        return Math.abs(pose.x()) <= Limits.HALF_WORLD_M
                && Math.abs(pose.z()) <= Limits.HALF_WORLD_M
                && pose.y() >= Limits.LOWEST_M
                && pose.y() <= Limits.HIGHEST_M;
    }

    /**
     * @param allowanceM metres that may be covered now; see {@link #allowance}
     */
    static Verdict check(float fromX, float fromY, float fromZ, Pose to, float allowanceM) {
        if (!inBounds(to)) {
            return Verdict.OUT_OF_BOUNDS;
        }
        return distance(fromX, fromY, fromZ, to) > allowanceM ? Verdict.TOO_FAST : Verdict.ACCEPTED;
    }

    /**
     * Metres that may be covered after {@code elapsedNs} more: grows with the speed limit up to one
     * stride, so that packets that come late together are not taken for a sprint.
     */
    static float allowance(float leftM, long elapsedNs) {
        return (float) Math.min(Limits.STRIDE_M, leftM + Limits.SPEED_M_PER_S * (elapsedNs / 1e9));
    }

    static float distance(float x, float y, float z, Pose to) {
        double dx = to.x() - x;
        double dy = to.y() - y;
        double dz = to.z() - z;
        return (float) Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
}
