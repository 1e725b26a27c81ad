package otherworld.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import otherworld.protocol.Pose;
import otherworld.protocol.Rotation;

/**
 * Random boxes and random ways among them. What is in a box is judged by points of the body in the
 * box's own axes, which is another way than the one that is tested.
 */
class WalkerSimulationTest {
    private static final float HALF = WorldLimits.BODY_HALF_WIDTH_M;

    /**
     * More than half of the diagonal between the points of a body that are looked at: with all of
     * them so far from a box, none of its edges is in the body between them, which would then set
     * out in what does not hold it.
     */
    private static final double BETWEEN_POINTS_M = 0.22;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Colliders colliders = new Colliders();
    private final Walker walker = new Walker(new Entities(), colliders);
    private final List<Box> boxes = new ArrayList<>();
    private int slots;
    private float x;
    private float y;
    private float z;

    private record Box(
            int slot, ColliderShape shape, float x, float y, float z, float[] turn, double reach) {
        static Box of(int slot, ColliderShape shape, float x, float y, float z, int rotation) {
            float[] q = new float[4];
            Rotation.unpack(rotation, q);
            double edges =
                    Math.sqrt(
                            shape.xM() * shape.xM()
                                    + shape.yM() * shape.yM()
                                    + shape.zM() * shape.zM());
            return new Box(slot, shape, x, y, z, q, edges / 2);
        }

        /** How deep a point is in it, in metres; negative outside. */
        double depth(double px, double py, double pz) {
            double[] local = rotate(-turn[0], -turn[1], -turn[2], turn[3], px - x, py - y, pz - z);
            return Math.min(
                    Math.min(
                            shape.xM() / 2 - Math.abs(local[0]),
                            shape.yM() / 2 - Math.abs(local[1])),
                    shape.zM() / 2 - Math.abs(local[2]));
        }

        /** Whether it may be within some decimetres of a body whose middle is there. */
        boolean isNear(double px, double py, double pz) {
            double dx = px - x;
            double dy = py - y;
            double dz = pz - z;
            return dx * dx + dy * dy + dz * dz < (reach + 1.2) * (reach + 1.2);
        }

        /** v + 2 q × (q × v + w v) */
        private static double[] rotate(
                double i, double j, double k, double w, double x, double y, double z) {
            double a = j * z - k * y + w * x;
            double b = k * x - i * z + w * y;
            double c = i * y - j * x + w * z;
            return new double[] {
                x + 2 * (j * c - k * b), y + 2 * (k * a - i * c), z + 2 * (i * b - j * a)
            };
        }
    }

    @RepeatedTest(5)
    void neverInsideNeverThroughAndNeverStoppedByNothing() {
        System.out.println("neverInsideNeverThrough -Dseed=" + seed);
        for (int i = 0; i < 150; i++) {
            boxes.add(random.nextBoolean() ? anyBox() : upright());
        }
        for (int walkers = 0; walkers < 10; walkers++) {
            do {
                x = random(40);
                y = random.nextFloat() * 3;
                z = random(40);
            } while (depth(x, y, z) > -BETWEEN_POINTS_M);
            for (int step = 0; step < 200; step++) {
                float far = random.nextInt(20) == 0 ? WorldLimits.STRIDE_M : 0.8f;
                Pose to = at(x + random(far), y + random(far / 8), z + random(far));
                double clear = clearance(to);
                float fromX = x;
                float fromY = y;
                float fromZ = z;
                boolean free = go(to);
                String what = "step %d to %s of seed %d".formatted(step, to, seed);
                assertThat(depth(x, y, z)).as("inside after %s", what).isLessThan(1e-4);
                if (free) {
                    assertThat(clear).as("through in %s", what).isLessThan(1e-4);
                    assertThat(at(x, y, z)).isEqualTo(to);
                } else {
                    // The points see no edge between them: less than their distance.
                    assertThat(clear).as("stopped by nothing in %s", what).isGreaterThan(-0.15);
                    assertThat(Movement.distance(fromX, fromY, fromZ, at(x, y, z)))
                            .isLessThan(Movement.distance(fromX, fromY, fromZ, to) + 0.01f);
                }
            }
        }
    }

    /** Six boxes around a room: whatever is tried for however long, nobody leaves it. */
    @Test
    void nobodyLeavesAClosedRoom() {
        System.out.println("nobodyLeavesAClosedRoom -Dseed=" + seed);
        int yaw = Rotation.ofYaw(random.nextDouble() * 6);
        float[] q = new float[4];
        Rotation.unpack(yaw, q);
        for (int axis = 0; axis < 3; axis++) {
            for (int side = -1; side <= 1; side += 2) {
                double[] middle = new double[3];
                middle[axis] = side * 3;
                double[] turned =
                        Box.rotate(q[0], q[1], q[2], q[3], middle[0], middle[1], middle[2]);
                float[] edges = {7, 7, 7};
                edges[axis] = 0.05f; // as thin as they come
                boxes.add(
                        put(
                                new ColliderShape(edges[0], edges[1], edges[2]),
                                (float) turned[0],
                                (float) turned[1],
                                (float) turned[2],
                                yaw));
            }
        }
        x = 0;
        y = -1;
        z = 0;
        for (int step = 0; step < 50_000; step++) {
            float far = step % 2 == 0 ? WorldLimits.STRIDE_M : 0.7f;
            boolean _ = go(at(x + random(far), y + random(far), z + random(far)));
            assertThat(Math.sqrt(x * x + z * z) < 3.9 && y > -3.23 && y < 1.23)
                    .as("step %d of seed %d is at %s %s %s", step, seed, x, y, z)
                    .isTrue();
        }
    }

    @RepeatedTest(20)
    void whoStandsInWhatWasJustBuiltGetsOutAndNotThroughAnythingElse() {
        System.out.println("whoStandsInWhatWasJustBuilt -Dseed=" + seed);
        x = 0;
        y = 0;
        z = 0;
        boxes.add(put(new ColliderShape(30, 4, 0.1f), 0, 1, 9, Rotation.IDENTITY)); // a wall
        Box around = put(new ColliderShape(3, 3, 3), 0.2f, 1, 0, Rotation.ofYaw(0.4));
        double heading = random.nextDouble() * 2 * Math.PI;
        for (int step = 0; step < 12; step++) {
            float byX = (float) (0.4 * Math.cos(heading));
            float byZ = (float) (0.4 * Math.sin(heading));
            assertThat(go(at(x + byX, y, z + byZ))).as("step %d", step).isTrue();
        }
        assertThat(Math.sqrt(x * x + z * z)).isGreaterThan(4.7);
        boxes.add(around); // solid again
        assertThat(go(at(0, 0, 0))).isFalse();
        assertThat(depth(x, y, z)).isLessThan(1e-4);
        assertThat(go(at(x, y, 20))).isFalse();
        assertThat(z).isLessThan(9);
    }

    private boolean go(Pose to) {
        boolean free = walker.walk(Entities.NONE, x, y, z, to);
        x = walker.x();
        y = walker.y();
        z = walker.z();
        return free;
    }

    /** How deep the body would be in anything on a straight way; negative: how clear of all. */
    private double clearance(Pose to) {
        double most = Double.NEGATIVE_INFINITY;
        int samples = (int) (Movement.distance(x, y, z, to) / 0.05) + 1;
        for (int i = 0; i <= samples; i++) {
            float part = (float) i / samples;
            most =
                    Math.max(
                            most,
                            depth(
                                    x + (to.x() - x) * part,
                                    y + (to.y() - y) * part,
                                    z + (to.z() - z) * part));
        }
        return most;
    }

    /** How deep that point of a body is in a box that is deepest in one. */
    private double depth(float rootX, float rootY, float rootZ) {
        double most = Double.NEGATIVE_INFINITY;
        double middle = rootY + WorldLimits.BODY_FROM_M + WorldLimits.BODY_HALF_HEIGHT_M;
        for (Box box : boxes) {
            if (box.isNear(rootX, middle, rootZ)) {
                for (int point = 0; point < 3 * 7 * 3; point++) {
                    most =
                            Math.max(
                                    most,
                                    box.depth(
                                            rootX + HALF * (point % 3 - 1),
                                            middle
                                                    + WorldLimits.BODY_HALF_HEIGHT_M
                                                            * (point / 3 % 7 - 3)
                                                            / 3,
                                            rootZ + HALF * (point / 21 - 1)));
                }
            }
        }
        return most;
    }

    private Box anyBox() {
        int rotation =
                Rotation.pack(
                        random.nextGaussian(),
                        random.nextGaussian(),
                        random.nextGaussian(),
                        random.nextGaussian());
        return put(shape(), random(40), random.nextFloat() * 4, random(40), rotation);
    }

    private Box upright() {
        int yaw =
                random.nextBoolean() ? Rotation.IDENTITY : Rotation.ofYaw(random.nextDouble() * 6);
        return put(shape(), random(40), random.nextFloat() * 4, random(40), yaw);
    }

    private ColliderShape shape() {
        return new ColliderShape(edge(), edge(), edge());
    }

    private float edge() {
        return random.nextInt(3) == 0 ? 0.05f : 0.05f + random.nextFloat() * 7;
    }

    private Box put(ColliderShape shape, float atX, float atY, float atZ, int rotation) {
        Box box = Box.of(slots++, shape, atX, atY, atZ, rotation);
        colliders.add(box.slot, shape, atX, atY, atZ, rotation);
        return box;
    }

    private float random(float range) {
        return (random.nextFloat() * 2 - 1) * range;
    }

    private static Pose at(float x, float y, float z) {
        return new Pose(x, y, z, Rotation.IDENTITY);
    }
}
