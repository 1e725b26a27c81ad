package otherworld.protocol.entity;

/**
 * Positions as they go over the wire: three lanes of 21 bits in one long, x lowest, each {@code
 * round(metres · steps) + 2^20}. A difference is added to all three at once.
 *
 * <p>A root has {@value #ROOT_STEPS} steps a metre, within ±4,096 m; a joint, told as its offset
 * from the root along the world's axes, has {@value #JOINT_STEPS}, within ±{@value
 * #JOINT_BOUND_METRES} m. What is beyond is put on the bound.
 *
 * <p>An entity has {@code n} transforms: its root, then its joints in the order of their bits. Its
 * quantised fields are {@code n} longs and {@code n} ints (rotations, {@link
 * otherworld.protocol.Rotation}) at some offset of arrays of the caller.
 */
public final class Quantised {
    public static final int ROOT_STEPS = 256;
    public static final int JOINT_STEPS = 1024;
    public static final int JOINT_BOUND_METRES = 16;

    /** A root and every joint there is. */
    public static final int MAX_TRANSFORMS = 7;

    static final int LANE_BITS = 21;
    static final int LANE = (1 << LANE_BITS) - 1;
    static final int MIDDLE = 1 << 20;

    private static final int JOINT_BOUND = JOINT_BOUND_METRES * JOINT_STEPS;

    private Quantised() {}

    /** A root's position in metres. */
    public static long root(float x, float y, float z) {
        return packed(rootLane(x), rootLane(y), rootLane(z));
    }

    /** A joint's offset from its root in metres. */
    public static long joint(float x, float y, float z) {
        return packed(jointLane(x), jointLane(y), jointLane(z));
    }

    /** Metres of a root's or joint's position, by its own steps. */
    public static float x(long position, int stepsPerMetre) {
        return (float) (lane(position, 0) - MIDDLE) / stepsPerMetre;
    }

    public static float y(long position, int stepsPerMetre) {
        return (float) (lane(position, 1) - MIDDLE) / stepsPerMetre;
    }

    public static float z(long position, int stepsPerMetre) {
        return (float) (lane(position, 2) - MIDDLE) / stepsPerMetre;
    }

    /** How many transforms an entity has that tracks these joints (a bit each). */
    public static int transforms(int joints) {
        return 1 + Integer.bitCount(joints);
    }

    /** 0 x, 1 y, 2 z: 0 to 2^21 − 1. */
    static int lane(long position, int axis) {
        return (int) (position >>> (axis * LANE_BITS)) & LANE;
    }

    static long packed(int x, int y, int z) {
        return x | (long) y << LANE_BITS | (long) z << (2 * LANE_BITS);
    }

    private static int rootLane(float metres) {
        return Math.clamp(Math.round(metres * ROOT_STEPS), -MIDDLE, MIDDLE - 1) + MIDDLE;
    }

    private static int jointLane(float metres) {
        return Math.clamp(Math.round(metres * JOINT_STEPS), -JOINT_BOUND, JOINT_BOUND) + MIDDLE;
    }
}
