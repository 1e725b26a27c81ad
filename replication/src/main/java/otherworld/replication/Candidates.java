package otherworld.replication;

import java.util.Arrays;
import otherworld.world.Entities;

/**
 * Those of one kind that a viewer might see, and the choice among them. Scratch space of {@link
 * Interest}, for one viewer after another.
 */
final class Candidates {
    /** In place of a distance: was not found around. */
    private static final float GONE = -1;

    private final Entities entities;
    private final boolean avatars;

    /** By so much (of a square of a distance) who is seen must be further away to make room. */
    private final float preference2;

    private final float[] distances2 = new float[ReplicationSettings.MAX_SEEN];
    private final boolean[] behind = new boolean[ReplicationSettings.MAX_SEEN];

    /** Who is not seen yet: bits of the distance's square, slot. */
    private long[] entering = new long[256];

    /** Bits of squares of distances, which are in the order of the squares. */
    private long[] ranks = new long[256];

    private int enteringCount;
    private int seenCount;
    private boolean crowded;

    /**
     * @param avatars whether they are avatars, or all else
     */
    Candidates(Entities entities, boolean avatars, float preference2) {
        this.entities = entities;
        this.avatars = avatars;
        this.preference2 = preference2;
    }

    /** Square of the distance of each index that is seen. */
    float[] distances2() {
        return distances2;
    }

    /** Whether each index that is seen is behind the viewer. */
    boolean[] behind() {
        return behind;
    }

    /** The last {@link #choose} had to leave some out. */
    boolean isCrowded() {
        return crowded;
    }

    void begin(Viewer viewer) {
        enteringCount = 0;
        seenCount = 0;
        Arrays.fill(distances2, 0, viewer.seen.top(), GONE);
    }

    void seen(int index, float distance2, boolean isBehind) {
        distances2[index] = distance2;
        behind[index] = isBehind;
        seenCount++;
    }

    void add(int slot, float distance2) {
        if (enteringCount == entering.length) {
            entering = Arrays.copyOf(entering, enteringCount * 2);
        }
        entering[enteringCount++] = (long) Float.floatToRawIntBits(distance2) << 32 | slot;
    }

    /**
     * Lets go who was not found, or is crowded out, and puts down who enters.
     *
     * @return how many of this kind are then seen or about to be
     */
    int choose(Viewer viewer, int most, Entering to) {
        crowded = seenCount + enteringCount > most;
        float bound = crowded ? bound(viewer, most) : Float.MAX_VALUE / preference2;
        letGo(viewer, bound, most);
        int in = 0;
        for (int i = 0; i < enteringCount; i++) {
            boolean own = (int) entering[i] == viewer.avatarSlot;
            if (own || Float.intBitsToFloat((int) (entering[i] >>> 32)) <= bound) {
                entering[in++] = own ? entering[i] & 0xffff_ffffL : entering[i];
            }
        }
        enteringCount = in;
        putDown(to);
        return Math.min(most, seenCount + enteringCount);
    }

    private void letGo(Viewer viewer, float bound, int most) {
        Seen seen = viewer.seen;
        int staying = 0;
        for (int index = 0; index < seen.top(); index++) {
            boolean ofKind = avatars == (seen.rows[index] != Snapshots.NONE);
            if (!ofKind || !seen.isUsed(index)) {
                continue;
            }
            // More than there is room for can be as near as each other.
            if (stays(viewer, index, bound) && (staying < most || isOwn(viewer, index))) {
                staying++;
            } else {
                Interest.leave(viewer, index);
            }
        }
        seenCount = staying;
    }

    private static boolean isOwn(Viewer viewer, int index) {
        return viewer.seen.slots[index] == viewer.avatarSlot;
    }

    private boolean stays(Viewer viewer, int index, float bound) {
        float distance2 = distances2[index];
        return distance2 != GONE && (distance2 <= bound * preference2 || isOwn(viewer, index));
    }

    /** The distance's square at which the nearest {@code most} end, as those count who are seen. */
    private float bound(Viewer viewer, int most) {
        int count = 0;
        if (ranks.length < seenCount + enteringCount) {
            ranks = new long[(seenCount + enteringCount) * 2];
        }
        for (int index = viewer.seen.top() - 1; index >= 0; index--) {
            if (distances2[index] != GONE) {
                ranks[count++] = Float.floatToRawIntBits(distances2[index] / preference2);
            }
        }
        for (int i = 0; i < enteringCount; i++) {
            ranks[count++] = entering[i] >>> 32;
        }
        return most == 0 ? GONE : Float.intBitsToFloat((int) Select.nth(ranks, count, most - 1));
    }

    /** The nearest of those who enter, in order. */
    private void putDown(Entering to) {
        to.clear();
        int nearest = Math.min(enteringCount, Entering.MOST);
        if (nearest < enteringCount) {
            Select.nth(entering, enteringCount, nearest - 1);
        }
        Arrays.sort(entering, 0, nearest);
        for (int i = 0; i < nearest; i++) {
            if (entities.isAlive((int) entering[i])) {
                to.add((int) entering[i]);
            }
        }
        if (nearest < enteringCount) {
            to.more();
        }
    }
}
