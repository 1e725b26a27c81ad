package otherworld.replication;

import java.util.Arrays;
import org.agrona.collections.IntArrayList;
import otherworld.protocol.EntityKind;
import otherworld.protocol.entity.Quantised;
import otherworld.world.Entities;

/**
 * What avatars looked like at each of the last {@value #TICKS} ticks: their quantised fields, made
 * once per avatar and presence tick, whoever sees it. A row is an avatar that is in a zone; a tick
 * is the place {@code tick % 64} in its ring.
 */
final class Snapshots {
    static final int NONE = -1;

    /** How many ticks a ring has; a baseline is younger than that. */
    static final int TICKS = 64;

    private final Entities entities;
    private final IntArrayList free = new IntArrayList();
    private final IntArrayList woken = new IntArrayList();
    private int[] rowsBySlot = new int[0];
    private int[] slots = new int[0];
    private int[] incarnations = new int[0];
    private int[] joints = new int[0];
    private int[] changedTicks = new int[0];
    private boolean[] resting = new boolean[0];
    private long[][] positions = new long[0][];
    private int[][] rotations = new int[0][];
    private final long[] nowPositions = new long[Quantised.MAX_TRANSFORMS];
    private final int[] nowRotations = new int[Quantised.MAX_TRANSFORMS];
    private int rows;
    private int lastTick;

    Snapshots(Entities entities) {
        this.entities = entities;
    }

    /** Rows are below. */
    int rows() {
        return rows;
    }

    /** The row of a living entity, or {@link #NONE}: it is told in full alone, or in no zone. */
    int row(int slot) {
        return slot < rowsBySlot.length ? rowsBySlot[slot] - 1 : NONE;
    }

    int slot(int row) {
        return slots[row];
    }

    int transforms(int row) {
        return Quantised.transforms(joints[row]);
    }

    /** The tick from which on it looks as it does now. */
    int changedTick(int row) {
        return changedTicks[row];
    }

    /** It has looked the same for longer than the ring is. */
    boolean isResting(int row) {
        return resting[row];
    }

    /** Of all ticks, {@link #at} says where one begins. */
    long[] positions(int row) {
        return positions[row];
    }

    int[] rotations(int row) {
        return rotations[row];
    }

    int at(int row, int tick) {
        return (tick & TICKS - 1) * transforms(row);
    }

    /** Something about an entity changed: it may have a row, or none, or another, from now on. */
    void changed(int slot) {
        int row = row(slot);
        boolean wanted =
                entities.isAlive(slot)
                        && entities.kind(slot) == EntityKind.AVATAR
                        && entities.zone(slot) != null;
        if (row != NONE
                && (!wanted
                        || incarnations[row] != entities.incarnation(slot)
                        || joints[row] != entities.joints(slot))) {
            rowsBySlot[slot] = 0;
            slots[row] = Entities.NONE;
            free.addInt(row);
            row = NONE;
        }
        if (wanted && row == NONE) {
            add(slot);
        }
    }

    /** Takes down how all look in this tick. */
    void capture(int tick) {
        woken.clear();
        for (int row = 0; row < rows; row++) {
            if (slots[row] != Entities.NONE) {
                capture(row, tick);
            }
        }
        lastTick = tick;
    }

    /** Rows that were resting until the last {@link #capture}. */
    IntArrayList woken() {
        return woken;
    }

    private void capture(int row, int tick) {
        int n = quantise(row);
        long[] position = positions[row];
        int[] rotation = rotations[row];
        int last = at(row, lastTick);
        boolean differs =
                changedTicks[row] == Integer.MIN_VALUE
                        || !Arrays.equals(nowPositions, 0, n, position, last, last + n)
                        || !Arrays.equals(nowRotations, 0, n, rotation, last, last + n);
        if (resting[row] && !differs) {
            return;
        }
        int to = at(row, tick);
        System.arraycopy(nowPositions, 0, position, to, n);
        System.arraycopy(nowRotations, 0, rotation, to, n);
        if (differs) {
            changedTicks[row] = tick;
            if (resting[row]) {
                resting[row] = false;
                woken.addInt(row);
            }
        } else if (tick - changedTicks[row] >= TICKS) {
            rest(row, to);
        }
    }

    private int quantise(int row) {
        int slot = slots[row];
        nowPositions[0] = Quantised.root(entities.x(slot), entities.y(slot), entities.z(slot));
        nowRotations[0] = entities.rotation(slot);
        int n = 1;
        for (int bits = joints[row]; bits != 0; bits &= bits - 1) {
            int joint = Integer.numberOfTrailingZeros(bits);
            nowPositions[n] = offset(slot, joint);
            nowRotations[n++] = entities.jointRotation(slot, joint);
        }
        return n;
    }

    private long offset(int slot, int joint) {
        return Quantised.joint(
                entities.jointX(slot, joint),
                entities.jointY(slot, joint),
                entities.jointZ(slot, joint));
    }

    /**
     * Nothing is written until it moves again, so every tick that may be asked for until then has
     * to be there now.
     */
    private void rest(int row, int at) {
        int n = transforms(row);
        long[] position = positions[row];
        int[] rotation = rotations[row];
        for (int to = 0; to < position.length; to += n) {
            if (to != at) {
                System.arraycopy(position, at, position, to, n);
                System.arraycopy(rotation, at, rotation, to, n);
            }
        }
        resting[row] = true;
    }

    private void add(int slot) {
        int row = free.isEmpty() ? rows++ : free.removeAt(free.size() - 1);
        if (row == slots.length) {
            grow(Math.max(64, row * 2));
        }
        if (slot >= rowsBySlot.length) {
            rowsBySlot = Arrays.copyOf(rowsBySlot, Math.max(slot + 1, rowsBySlot.length * 2));
        }
        rowsBySlot[slot] = row + 1;
        slots[row] = slot;
        incarnations[row] = entities.incarnation(slot);
        joints[row] = entities.joints(slot);
        changedTicks[row] = Integer.MIN_VALUE;
        resting[row] = false;
        int length = TICKS * transforms(row);
        if (positions[row].length != length) {
            positions[row] = new long[length];
            rotations[row] = new int[length];
        }
    }

    private void grow(int capacity) {
        int had = slots.length;
        slots = Arrays.copyOf(slots, capacity);
        incarnations = Arrays.copyOf(incarnations, capacity);
        joints = Arrays.copyOf(joints, capacity);
        changedTicks = Arrays.copyOf(changedTicks, capacity);
        resting = Arrays.copyOf(resting, capacity);
        positions = Arrays.copyOf(positions, capacity);
        rotations = Arrays.copyOf(rotations, capacity);
        Arrays.fill(positions, had, capacity, new long[0]);
        Arrays.fill(rotations, had, capacity, new int[0]);
    }
}
