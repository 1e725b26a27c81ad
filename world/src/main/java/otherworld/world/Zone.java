package otherworld.world;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One square of the World and what is in it, as slots of {@link Entities}: avatars, and all else
 * apart from them. The order of either says nothing and changes with every leave. Owner thread
 * only.
 */
public final class Zone {
    /** How many zones touch one. */
    public static final int NEIGHBOURS = 8;

    private static final int MIN_CAPACITY = 8;

    private final int x;
    private final int z;
    private final @Nullable Zone[] neighbours = new Zone[NEIGHBOURS];
    private int[] avatars = new int[MIN_CAPACITY];
    private int[] others = new int[MIN_CAPACITY];
    private int avatarCount;
    private int otherCount;
    private int changes;
    private int index; // in the list of all zones

    Zone(int x, int z) {
        this.x = x;
        this.z = z;
    }

    /** Its column: its square begins at this many zone sizes. */
    public int x() {
        return x;
    }

    public int z() {
        return z;
    }

    public int avatarCount() {
        return avatarCount;
    }

    /** Slot of an avatar; {@code index} is below {@link #avatarCount}. */
    public int avatar(int index) {
        return avatars[index];
    }

    /** How many there are that are no avatars. */
    public int otherCount() {
        return otherCount;
    }

    public int other(int index) {
        return others[index];
    }

    /** Grows whenever something enters or leaves; wraps. */
    public int changes() {
        return changes;
    }

    public boolean isEmpty() {
        return avatarCount == 0 && otherCount == 0;
    }

    /**
     * One of the zones around this one, or null if nothing is there.
     *
     * @param index 0 to {@value #NEIGHBOURS} − 1
     */
    public @Nullable Zone neighbour(int index) {
        return neighbours[index];
    }

    void neighbour(int index, @Nullable Zone zone) {
        neighbours[index] = zone;
    }

    int index() {
        return index;
    }

    void index(int place) {
        index = place;
    }

    /** Takes in a slot and says where in its list it is. */
    int add(int slot, boolean avatar) {
        changes++;
        if (avatar) {
            if (avatarCount == avatars.length) {
                avatars = Arrays.copyOf(avatars, avatarCount * 2);
            }
            avatars[avatarCount] = slot;
            return avatarCount++;
        }
        if (otherCount == others.length) {
            others = Arrays.copyOf(others, otherCount * 2);
        }
        others[otherCount] = slot;
        return otherCount++;
    }

    /** Takes out what is at {@code index} and answers with the slot that is there from now on. */
    int removeAt(int index, boolean avatar) {
        changes++;
        if (avatar) {
            avatars[index] = avatars[--avatarCount];
            return avatars[index];
        }
        others[index] = others[--otherCount];
        return others[index];
    }

    @Override
    public String toString() {
        return x + "," + z;
    }
}
