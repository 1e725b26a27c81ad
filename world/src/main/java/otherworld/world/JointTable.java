package otherworld.world;

import java.util.Arrays;
import org.agrona.collections.IntArrayList;

/**
 * Where the joints of bodies are: a row of {@link Joints#COUNT} for each body, so that what has no
 * body has no row. An offset from the root is in metres along the world's axes.
 */
final class JointTable {
    private final IntArrayList free = new IntArrayList();
    private float[] offsets = new float[16 * 3 * Joints.COUNT];
    private int[] rotations = new int[16 * Joints.COUNT];
    private int next;

    /** A row of joints that are where the root is, and turned by {@code rotation}. */
    int add(int rotation) {
        int row = free.isEmpty() ? next++ : free.removeAt(free.size() - 1);
        if (row * Joints.COUNT == rotations.length) {
            offsets = Arrays.copyOf(offsets, offsets.length * 2);
            rotations = Arrays.copyOf(rotations, rotations.length * 2);
        }
        int first = row * Joints.COUNT;
        Arrays.fill(offsets, first * 3, (first + Joints.COUNT) * 3, 0f);
        Arrays.fill(rotations, first, first + Joints.COUNT, rotation);
        return row;
    }

    void remove(int row) {
        free.addInt(row);
    }

    void set(int row, int joint, float dx, float dy, float dz, int rotation) {
        int at = row * Joints.COUNT + joint;
        offsets[at * 3] = dx;
        offsets[at * 3 + 1] = dy;
        offsets[at * 3 + 2] = dz;
        rotations[at] = rotation;
    }

    float offset(int row, int joint, int axis) {
        return offsets[(row * Joints.COUNT + joint) * 3 + axis];
    }

    int rotation(int row, int joint) {
        return rotations[row * Joints.COUNT + joint];
    }
}
