package otherworld.world;

/**
 * The parts of a body that a client may track beside its root. The order is that in which they are
 * told; {@link #number} is that by which {@link Entities} names one.
 */
public enum Joint {
    HEAD(0),
    LEFT_HAND(1),
    RIGHT_HAND(2),
    HIPS(3),
    LEFT_FOOT(4),
    RIGHT_FOOT(5);

    public static final int COUNT = 6;

    private final int number;

    Joint(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** The bit of this joint in a set of joints. */
    public int bit() {
        return 1 << number;
    }
}
