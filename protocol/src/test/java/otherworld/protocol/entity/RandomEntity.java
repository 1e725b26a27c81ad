package otherworld.protocol.entity;

import java.util.Arrays;
import java.util.Random;
import otherworld.protocol.Rotation;

/** The quantised fields of an entity that moves at random, as a server holds them. */
public final class RandomEntity {
    private final Random random;
    final int transforms;
    final long[] positions;
    final int[] rotations;

    public RandomEntity(Random random, int transforms) {
        this.random = random;
        this.transforms = transforms;
        positions = new long[transforms];
        rotations = new int[transforms];
        for (int i = 0; i < transforms; i++) {
            positions[i] =
                    i == 0
                            ? Quantised.root(metres(4096), metres(64), metres(4096))
                            : Quantised.joint(metres(2), metres(2), metres(2));
            rotations[i] =
                    Rotation.pack(
                            random.nextGaussian(),
                            random.nextGaussian(),
                            random.nextGaussian(),
                            random.nextGaussian());
        }
    }

    private RandomEntity(Random random, RandomEntity from) {
        this.random = random;
        transforms = from.transforms;
        positions = from.positions.clone();
        rotations = from.rotations.clone();
    }

    /** Some steps later: each lane has gone up to {@code most}. */
    public RandomEntity moved(int most) {
        RandomEntity moved = new RandomEntity(random, this);
        for (int i = 0; i < transforms; i++) {
            if (random.nextInt(4) != 0) {
                int reach = 1 + random.nextInt(most);
                moved.positions[i] =
                        Quantised.packed(
                                stepped(Quantised.lane(positions[i], 0), reach, Quantised.LANE),
                                stepped(Quantised.lane(positions[i], 1), reach, Quantised.LANE),
                                stepped(Quantised.lane(positions[i], 2), reach, Quantised.LANE));
            }
            if (random.nextInt(4) != 0) {
                int reach = 1 + random.nextInt(most);
                int bits = rotations[i];
                moved.rotations[i] =
                        (random.nextInt(8) == 0 ? random.nextInt(4) : bits >>> 30) << 30
                                | stepped(bits >>> 20 & 0x3ff, reach, 1022) << 20
                                | stepped(bits >>> 10 & 0x3ff, reach, 1022) << 10
                                | stepped(bits & 0x3ff, reach, 1022);
            }
        }
        return moved;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RandomEntity entity
                && Arrays.equals(positions, entity.positions)
                && Arrays.equals(rotations, entity.rotations);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(positions) ^ Arrays.hashCode(rotations);
    }

    private int stepped(int value, int reach, int most) {
        return Math.clamp(value + random.nextInt(2 * reach + 1) - reach, 0, most);
    }

    private float metres(int bound) {
        return (random.nextFloat() * 2 - 1) * bound;
    }
}
