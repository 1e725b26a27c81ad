package otherworld.protocol;

/**
 * A unit quaternion in 32 bits, "smallest three": the component of largest magnitude is left out
 * and follows from the others, since q and −q are the same rotation.
 *
 * <p>Bits 31–30: which component is left out (0 x, 1 y, 2 z, 3 w). Then the other three in the
 * order x, y, z, w, ten bits each, highest first: round(c · √2 · 511) + 511, so 0 to 1022, and zero
 * is exact. 1023 is malformed. Error: at most 0.26°.
 */
public final class Rotation {
    /** No rotation. */
    public static final int IDENTITY = pack(0, 0, 0, 1);

    private static final int STEPS = 511;
    private static final double SCALE = Math.sqrt(2) * STEPS;
    private static final int TEN_BITS = 0x3ff;

    private Rotation() {}

    /**
     * Packs a quaternion of any length but zero.
     *
     * @throws IllegalArgumentException if it is zero or not finite
     */
    public static int pack(double x, double y, double z, double w) {
        double length = Math.sqrt(x * x + y * y + z * z + w * w);
        if (!(length > 1e-12) || Double.isInfinite(length)) {
            throw new IllegalArgumentException(
                    "(%s, %s, %s, %s) is no rotation".formatted(x, y, z, w));
        }
        int left = 3;
        double largest = w;
        if (Math.abs(x) > Math.abs(largest)) {
            left = 0;
            largest = x;
        }
        if (Math.abs(y) > Math.abs(largest)) {
            left = 1;
            largest = y;
        }
        if (Math.abs(z) > Math.abs(largest)) {
            left = 2;
            largest = z;
        }
        double scale = (largest < 0 ? -SCALE : SCALE) / length;
        return left << 30
                | ten((left == 0 ? y : x) * scale) << 20
                | ten((left <= 1 ? z : y) * scale) << 10
                | ten((left <= 2 ? w : z) * scale);
    }

    /** A turn about the vertical axis (y up), counter-clockwise seen from above. */
    public static int ofYaw(double radians) {
        return pack(0, Math.sin(radians / 2), 0, Math.cos(radians / 2));
    }

    /** Writes the unit quaternion as x, y, z, w into {@code out}. */
    public static void unpack(int packed, float[] out) {
        int left = packed >>> 30;
        double a = value(packed >>> 20);
        double b = value(packed >>> 10);
        double c = value(packed);
        double squares = a * a + b * b + c * c;
        double largest = Math.sqrt(Math.max(0, 1 - squares));
        double unit = 1 / Math.sqrt(squares + largest * largest);
        out[0] = (float) ((left == 0 ? largest : a) * unit);
        out[1] = (float) ((left == 1 ? largest : left == 0 ? a : b) * unit);
        out[2] = (float) ((left == 2 ? largest : left < 2 ? b : c) * unit);
        out[3] = (float) ((left == 3 ? largest : c) * unit);
    }

    /** Whether 32 bits from outside are a rotation. */
    public static boolean isValid(int packed) {
        return (packed >>> 20 & TEN_BITS) != TEN_BITS
                && (packed >>> 10 & TEN_BITS) != TEN_BITS
                && (packed & TEN_BITS) != TEN_BITS;
    }

    private static int ten(double scaled) {
        return (int) Math.clamp(Math.rint(scaled), -STEPS, STEPS) + STEPS;
    }

    private static double value(int bits) {
        return ((bits & TEN_BITS) - STEPS) / SCALE;
    }
}
