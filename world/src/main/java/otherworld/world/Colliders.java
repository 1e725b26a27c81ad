package otherworld.world;

import java.util.Arrays;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;
import otherworld.protocol.Rotation;

/**
 * The boxes of an instance's colliders, ready to be walked into: each is known to every square of
 * {@link WorldLimits#COLLIDER_CELL_M} that it stands over, seen from above, whatever the size of
 * zones. Owner thread only; asking allocates nothing once as much was found before.
 */
final class Colliders {
    /** Of a row: the centre, half of each edge, the three axes one after the other, the bounds. */
    private static final int CENTRE = 0;

    private static final int HALVES = 3;
    private static final int AXES = 6;
    private static final int LEAST = 15;
    private static final int MOST = 18;
    private static final int STRIDE = 21;

    private static final int NONE = -1;

    private final Int2IntHashMap rowOf = new Int2IntHashMap(NONE); // by slot of the entity
    private final IntArrayList free = new IntArrayList();
    private final Long2ObjectHashMap<IntArrayList> cells = new Long2ObjectHashMap<>();
    private final IntArrayList found = new IntArrayList();
    private double[] boxes = new double[16 * STRIDE];
    private int[] foundIn = new int[16]; // the search that found the row last
    private boolean[] passages = new boolean[16];
    private int[] occupants = new int[16]; // of passages: slot and incarnation of who came in last
    private int[] occupantIncarnations = new int[16];
    private int searches;
    private int rows;

    /** Puts a box where an entity stands. */
    void add(int slot, ColliderShape shape, float x, float y, float z, int rotation) {
        int row = free.isEmpty() ? rows++ : free.removeAt(free.size() - 1);
        if (row == foundIn.length) {
            boxes = Arrays.copyOf(boxes, row * 2 * STRIDE);
            foundIn = Arrays.copyOf(foundIn, row * 2);
            passages = Arrays.copyOf(passages, row * 2);
            occupants = Arrays.copyOf(occupants, row * 2);
            occupantIncarnations = Arrays.copyOf(occupantIncarnations, row * 2);
        }
        foundIn[row] = searches;
        passages[row] = shape.passage();
        occupants[row] = Entities.NONE;
        write(boxes, row * STRIDE, shape, x, y, z, rotation);
        rowOf.put(slot, row);
        register(row, true);
    }

    void remove(int slot) {
        int row = rowOf.remove(slot);
        register(row, false);
        free.addInt(row);
    }

    int count() {
        return rowOf.size();
    }

    /** Whether a square that a box would stand over has as many as there may be without it. */
    boolean isFull(int butSlot, ColliderShape shape, float x, float y, float z, int rotation) {
        double[] box = new double[STRIDE];
        write(box, 0, shape, x, y, z, rotation);
        int but = rowOf.get(butSlot);
        for (int cx = cell(box[LEAST]); cx <= cell(box[MOST]); cx++) {
            for (int cz = cell(box[LEAST + 2]); cz <= cell(box[MOST + 2]); cz++) {
                IntArrayList cell = cells.get(key(cx, cz));
                if (cell != null
                        && cell.size() - (but != NONE && cell.containsInt(but) ? 1 : 0)
                                >= WorldLimits.MAX_COLLIDERS_PER_CELL) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Looks for boxes whose bounds touch these, and says how many there are. */
    int find(double lx, double ly, double lz, double mx, double my, double mz) {
        found.clear();
        if (rowOf.isEmpty()) {
            return 0;
        }
        searches++;
        for (int cx = cell(lx); cx <= cell(mx); cx++) {
            for (int cz = cell(lz); cz <= cell(mz); cz++) {
                IntArrayList cell = cells.get(key(cx, cz));
                for (int i = cell == null ? 0 : cell.size(); --i >= 0; ) {
                    look(cell.getInt(i), lx, ly, lz, mx, my, mz);
                }
            }
        }
        return found.size();
    }

    private void look(int row, double lx, double ly, double lz, double mx, double my, double mz) {
        if (foundIn[row] != searches) {
            foundIn[row] = searches;
            int at = row * STRIDE;
            if (boxes[at + LEAST] <= mx
                    && boxes[at + MOST] >= lx
                    && boxes[at + LEAST + 1] <= my
                    && boxes[at + MOST + 1] >= ly
                    && boxes[at + LEAST + 2] <= mz
                    && boxes[at + MOST + 2] >= lz) {
                found.addInt(at);
            }
        }
    }

    /** One of those that {@link #find} found: where its values begin in {@link #boxes}. */
    int found(int index) {
        return found.getInt(index);
    }

    /** Changes the order of those that were found. */
    void swap(int index, int other) {
        int box = found.getInt(index);
        found.setInt(index, found.getInt(other));
        found.setInt(other, box);
    }

    /** Whether one body at a time may be in it. */
    boolean isPassage(int box) {
        return passages[box / STRIDE];
    }

    /** Slot of the body that came into a passage last, or {@link Entities#NONE}; it may be gone. */
    int occupant(int box) {
        return occupants[box / STRIDE];
    }

    int occupantIncarnation(int box) {
        return occupantIncarnations[box / STRIDE];
    }

    void occupy(int box, int slot, int incarnation) {
        occupants[box / STRIDE] = slot;
        occupantIncarnations[box / STRIDE] = incarnation;
    }

    /** Along an axis of the world, 0 to 2. */
    double centre(int box, int axis) {
        return boxes[box + CENTRE + axis];
    }

    double half(int box, int edge) {
        return boxes[box + HALVES + edge];
    }

    /** Where an edge of the box points: along an axis of the world, of a vector of length 1. */
    double direction(int box, int edge, int axis) {
        return boxes[box + AXES + 3 * edge + axis];
    }

    private void register(int row, boolean on) {
        int at = row * STRIDE;
        for (int cx = cell(boxes[at + LEAST]); cx <= cell(boxes[at + MOST]); cx++) {
            for (int cz = cell(boxes[at + LEAST + 2]); cz <= cell(boxes[at + MOST + 2]); cz++) {
                long key = key(cx, cz);
                @Nullable IntArrayList cell = cells.get(key);
                if (on) {
                    if (cell == null) {
                        cell = new IntArrayList();
                        cells.put(key, cell);
                    }
                    cell.addInt(row);
                } else if (cell != null) {
                    cell.fastUnorderedRemoveInt(row);
                    if (cell.isEmpty()) {
                        cells.remove(key);
                    }
                }
            }
        }
    }

    private static void write(
            double[] to, int at, ColliderShape shape, float x, float y, float z, int rotation) {
        float[] q = new float[4];
        Rotation.unpack(rotation, q);
        double[] turned = matrix(q[0], q[1], q[2], q[3]);
        double[] centre = {x, y, z};
        double[] halves = {shape.xM() / 2.0, shape.yM() / 2.0, shape.zM() / 2.0};
        System.arraycopy(centre, 0, to, at + CENTRE, 3);
        System.arraycopy(halves, 0, to, at + HALVES, 3);
        System.arraycopy(turned, 0, to, at + AXES, 9);
        for (int axis = 0; axis < 3; axis++) {
            double reach = 0;
            for (int edge = 0; edge < 3; edge++) {
                reach += halves[edge] * Math.abs(turned[3 * edge + axis]);
            }
            to[at + LEAST + axis] = centre[axis] - reach;
            to[at + MOST + axis] = centre[axis] + reach;
        }
    }

    /** What a quaternion makes of the axes x, y and z, one after the other. */
    private static double[] matrix(double x, double y, double z, double w) {
        double length = Math.sqrt(x * x + y * y + z * z + w * w); // singles are off by 1e-7
        double i = x / length;
        double j = y / length;
        double k = z / length;
        double r = w / length;
        return new double[] {
            1 - 2 * (j * j + k * k),
            2 * (i * j + k * r),
            2 * (i * k - j * r),
            2 * (i * j - k * r),
            1 - 2 * (i * i + k * k),
            2 * (j * k + i * r),
            2 * (i * k + j * r),
            2 * (j * k - i * r),
            1 - 2 * (i * i + j * j)
        };
    }

    private static int cell(double metres) {
        return (int) Math.floor(metres / WorldLimits.COLLIDER_CELL_M);
    }

    private static long key(int x, int z) {
        return (long) x << 32 | (z & 0xffff_ffffL);
    }
}
