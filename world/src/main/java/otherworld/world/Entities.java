package otherworld.world;

import java.util.Arrays;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.Long2LongHashMap;
import org.jspecify.annotations.Nullable;
import otherworld.protocol.EntityKind;
import otherworld.protocol.Rotation;

/**
 * Everything there is in an instance, as a struct of arrays: a field of an entity is an element of
 * an array at the entity's slot. Slots are dense, stay while the entity lives, and are used again
 * afterwards; {@link #incarnation} tells one use from another. Ids are of 64 bits, in one space for
 * all kinds, and never used again.
 *
 * <p>One owner thread. Nothing is allocated but when there are more entities, or more different
 * strings, than ever before. A slot must be of a living entity.
 */
public final class Entities {
    /** In place of a slot: there is no such entity. */
    public static final int NONE = -1;

    private static final int NO_BODY = -1;

    private final Long2LongHashMap slotsById = new Long2LongHashMap(NONE);
    private final IntArrayList free = new IntArrayList();
    private final StringTable strings = new StringTable();
    private final JointTable bodies = new JointTable();

    /** Slot, and in the lowest bit whether viewers are told in full. */
    private final IntArrayList changes = new IntArrayList();

    private long[] ids;
    private @Nullable EntityKind[] kinds; // null: the slot is free
    private int[] incarnations;
    private int[] owners;
    private int[] models;
    private float[] xs;
    private float[] ys;
    private float[] zs;
    private int[] rotations;
    private int[] movedTicks;
    private int[] changedTicks;
    private byte[] joints;
    private int[] bodyRows;
    private @Nullable Zone[] zones;
    private int[] zoneIndexes;
    private int slots;

    public Entities() {
        this(64);
    }

    /**
     * @param expected room for so many entities is made at once; there may be more
     */
    public Entities(int expected) {
        int capacity = Math.max(16, expected);
        ids = new long[capacity];
        kinds = new EntityKind[capacity];
        incarnations = new int[capacity];
        owners = new int[capacity];
        models = new int[capacity];
        xs = new float[capacity];
        ys = new float[capacity];
        zs = new float[capacity];
        rotations = new int[capacity];
        movedTicks = new int[capacity];
        changedTicks = new int[capacity];
        joints = new byte[capacity];
        bodyRows = new int[capacity];
        zones = new Zone[capacity];
        zoneIndexes = new int[capacity];
    }

    /**
     * Adds an entity, which is in no zone yet.
     *
     * @param owner the player's id
     * @param rotation as {@link Rotation} packs it
     * @param tick in which it was moved and changed for the first time
     * @return its slot
     * @throws IllegalArgumentException if there is one with this id
     */
    public int add(
            long id,
            EntityKind kind,
            String owner,
            String model,
            float x,
            float y,
            float z,
            int rotation,
            int tick) {
        if (slotsById.containsKey(id)) {
            throw new IllegalArgumentException("There is an entity %d already".formatted(id));
        }
        int slot = free.isEmpty() ? slots++ : free.removeAt(free.size() - 1);
        if (slot == ids.length) {
            grow(slot * 2);
        }
        slotsById.put(id, slot);
        ids[slot] = id;
        kinds[slot] = kind;
        incarnations[slot]++;
        owners[slot] = strings.acquire(owner);
        models[slot] = strings.acquire(model);
        xs[slot] = x;
        ys[slot] = y;
        zs[slot] = z;
        rotations[slot] = rotation;
        movedTicks[slot] = tick;
        changedTicks[slot] = tick;
        joints[slot] = 0;
        bodyRows[slot] = kind == EntityKind.AVATAR ? bodies.add(Rotation.IDENTITY) : NO_BODY;
        zones[slot] = null;
        changed(slot, true);
        return slot;
    }

    /**
     * Removes an entity.
     *
     * @throws IllegalStateException if it is in a zone: {@link Zones#leave} first
     */
    public void remove(int slot) {
        EntityKind kind = kind(slot);
        if (zones[slot] != null) {
            throw new IllegalStateException(
                    "Entity %d, %s, is in zone %s".formatted(ids[slot], kind, zones[slot]));
        }
        slotsById.remove(ids[slot]);
        strings.release(owners[slot]);
        strings.release(models[slot]);
        if (bodyRows[slot] != NO_BODY) {
            bodies.remove(bodyRows[slot]);
        }
        kinds[slot] = null;
        free.addInt(slot);
    }

    /** The slot of an entity, or {@link #NONE}. */
    public int slotOf(long id) {
        return (int) slotsById.get(id);
    }

    /** How many there are. */
    public int count() {
        return slotsById.size();
    }

    /**
     * All slots that were ever used are below: the bound of loops and of tables beside this one.
     */
    public int slots() {
        return slots;
    }

    public boolean isAlive(int slot) {
        return slot >= 0 && slot < slots && kinds[slot] != null;
    }

    /** How often the slot has been used: with it, a slot names one entity. 1 and more. */
    public int incarnation(int slot) {
        return incarnations[slot];
    }

    public long id(int slot) {
        return ids[slot];
    }

    public EntityKind kind(int slot) {
        EntityKind kind = kinds[slot];
        if (kind == null) {
            throw new IllegalArgumentException("There is no entity in slot " + slot);
        }
        return kind;
    }

    /** The id of the player whose body it is, or who placed it. */
    public String owner(int slot) {
        return strings.get(owners[slot]);
    }

    public String model(int slot) {
        return strings.get(models[slot]);
    }

    public float x(int slot) {
        return xs[slot];
    }

    public float y(int slot) {
        return ys[slot];
    }

    public float z(int slot) {
        return zs[slot];
    }

    /** As {@link Rotation} packs it. */
    public int rotation(int slot) {
        return rotations[slot];
    }

    /** Moves the root. Who moves joints in the same tick does so before or after. */
    public void move(int slot, float x, float y, float z, int rotation, int tick) {
        xs[slot] = x;
        ys[slot] = y;
        zs[slot] = z;
        rotations[slot] = rotation;
        movedTicks[slot] = tick;
    }

    /** Puts something at rest elsewhere, which its viewers are told in full. */
    public void place(int slot, float x, float y, float z, int rotation, int tick) {
        move(slot, x, y, z, rotation, tick);
        changedTicks[slot] = tick;
        changed(slot, true);
    }

    /** Which joints are tracked beside the root: {@link Joints#bit}s; 0 for all but avatars. */
    public int joints(int slot) {
        return joints[slot];
    }

    /**
     * From now on these joints are tracked.
     *
     * @throws IllegalArgumentException if the entity has no body
     */
    public void trackJoints(int slot, int bits, int tick) {
        if (bodyRows[slot] == NO_BODY || bits >>> Joints.COUNT != 0) {
            throw new IllegalArgumentException(
                    "Entity %d, %s, has no joints %x".formatted(ids[slot], kind(slot), bits));
        }
        if (joints[slot] != bits) {
            joints[slot] = (byte) bits;
            movedTicks[slot] = tick;
            changedTicks[slot] = tick;
            changed(slot, true);
        }
    }

    /** Metres from the root, along the world's x axis. */
    public float jointX(int slot, int joint) {
        return bodies.offset(bodyRows[slot], joint, 0);
    }

    public float jointY(int slot, int joint) {
        return bodies.offset(bodyRows[slot], joint, 1);
    }

    public float jointZ(int slot, int joint) {
        return bodies.offset(bodyRows[slot], joint, 2);
    }

    /** As {@link Rotation} packs it; in the world's axes. */
    public int jointRotation(int slot, int joint) {
        return bodies.rotation(bodyRows[slot], joint);
    }

    /** Moves one joint of an avatar; {@link #move}, which is called as well, says in which tick. */
    public void moveJoint(int slot, int joint, float dx, float dy, float dz, int rotation) {
        bodies.set(bodyRows[slot], joint, dx, dy, dz, rotation);
    }

    /** Tick in which the root or a joint was last moved. */
    public int movedTick(int slot) {
        return movedTicks[slot];
    }

    /** Tick in which something was last changed that viewers are told in full. */
    public int changedTick(int slot) {
        return changedTicks[slot];
    }

    /** Where it is; null while it is nowhere, as the avatar of one who is away. */
    public @Nullable Zone zone(int slot) {
        return zones[slot];
    }

    /** Its place in its zone's list. */
    int zoneIndex(int slot) {
        return zoneIndexes[slot];
    }

    void zone(int slot, @Nullable Zone zone, int index) {
        if (zones[slot] != zone) {
            changed(slot, false);
        }
        zones[slot] = zone;
        zoneIndexes[slot] = index;
    }

    /**
     * How many changes there were since {@link #forgetChanges}: of what was added, removed, changed
     * in what viewers are told in full, or put into a zone or out of one. Moving is none of them.
     */
    public int changes() {
        return changes.size();
    }

    /** Whose change it was, in order. The slot may be free or another's by now. */
    public int changedSlot(int change) {
        return changes.getInt(change) >>> 1;
    }

    /** Whether viewers who see it must be told in full; if not, it went from zone to zone. */
    public boolean isFullChange(int change) {
        return (changes.getInt(change) & 1) != 0;
    }

    /** Whoever tells viewers has taken note of all changes. */
    public void forgetChanges() {
        changes.clear();
    }

    /** How many different owners and models are kept. */
    int strings() {
        return strings.size();
    }

    private void changed(int slot, boolean full) {
        changes.addInt(slot << 1 | (full ? 1 : 0));
    }

    private void grow(int capacity) {
        ids = Arrays.copyOf(ids, capacity);
        kinds = Arrays.copyOf(kinds, capacity);
        incarnations = Arrays.copyOf(incarnations, capacity);
        owners = Arrays.copyOf(owners, capacity);
        models = Arrays.copyOf(models, capacity);
        xs = Arrays.copyOf(xs, capacity);
        ys = Arrays.copyOf(ys, capacity);
        zs = Arrays.copyOf(zs, capacity);
        rotations = Arrays.copyOf(rotations, capacity);
        movedTicks = Arrays.copyOf(movedTicks, capacity);
        changedTicks = Arrays.copyOf(changedTicks, capacity);
        joints = Arrays.copyOf(joints, capacity);
        bodyRows = Arrays.copyOf(bodyRows, capacity);
        zones = Arrays.copyOf(zones, capacity);
        zoneIndexes = Arrays.copyOf(zoneIndexes, capacity);
    }
}
