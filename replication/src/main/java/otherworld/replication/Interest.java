package otherworld.replication;

import otherworld.protocol.EntityKind;
import otherworld.protocol.Joint;
import otherworld.protocol.Rotation;
import otherworld.world.Entities;
import otherworld.world.Joints;
import otherworld.world.Zone;

/**
 * Whom a viewer sees: everything in its own zone, and in the zones around it what is within sight;
 * at most {@link ReplicationSettings#MAX_SEEN}, avatars before all else, the nearest of each, and
 * always its own avatar. What is seen stays so until it is a little further away than where it came
 * into sight, and the zone that a viewer has just left until its border is a few metres behind: to
 * and fro over a border must not cost a zone each time.
 *
 * <p>All avatars around are looked at some times a second; of what does not move by itself, the
 * changes are heard of, and all of it is looked at only when the viewer has gone some way.
 */
final class Interest {
    /** What is seen leaves at so many times the distance at which it entered. */
    private static final float LEAVES_AT = 1.1f;

    /** The same where not all that is within sight can be seen. */
    private static final float CROWDED_OUT_AT = 1.15f;

    /** Metres behind the border up to which the zone left is seen whole. */
    private static final float BORDER_M = 4;

    /** All else is looked at again when the viewer has gone this part of its sight. */
    private static final float STEP_PER_SIGHT = 1f / 16;

    /** Those who were crowded out are looked for when there is room for so many. */
    private static final int MAKING_ROOM = 32;

    private final Entities entities;
    private final float sizeM;
    private final float enters2;
    private final float leaves2;
    private final float step2;

    /** Nothing is to be in sight unseen when the viewer has gone almost a step. */
    private final float othersEnter2;

    private final Candidates avatars;
    private final Candidates others;

    /** Of the viewer that is looking. */
    private float x;

    private float y;
    private float z;

    /** Where it looks to, seen from above. */
    private float gazeX;

    private float gazeZ;
    private final float[] turned = new float[4];

    Interest(Entities entities, float zoneSizeM, float sightM) {
        this.entities = entities;
        this.sizeM = zoneSizeM;
        enters2 = sightM * sightM;
        leaves2 = enters2 * LEAVES_AT * LEAVES_AT;
        float stepM = sightM * STEP_PER_SIGHT;
        step2 = stepM * stepM;
        othersEnter2 = (sightM + stepM) * (sightM + stepM);
        avatars = new Candidates(entities, true, CROWDED_OUT_AT * CROWDED_OUT_AT);
        others = new Candidates(entities, false, CROWDED_OUT_AT * CROWDED_OUT_AT);
    }

    /** The avatars that are seen, as of {@link #look}. */
    Candidates avatars() {
        return avatars;
    }

    /**
     * Looks around: who is not seen any more has left, who comes into sight is put down as
     * entering.
     *
     * @param most entities that it may see
     * @return false if the viewer is nowhere, and sees nothing
     */
    boolean look(Viewer viewer, int most) {
        viewer.lookDue = false;
        Zone zone = entities.zone(viewer.avatarSlot);
        if (zone == null) {
            leaveAll(viewer);
            return false;
        }
        x = entities.x(viewer.avatarSlot);
        y = entities.y(viewer.avatarSlot);
        z = entities.z(viewer.avatarSlot);
        findGaze(viewer.avatarSlot);
        findHome(viewer, zone);
        avatars.begin(viewer);
        lookAtAvatars(viewer, zone);
        int around = avatars.choose(viewer, Math.min(most, viewer.mostAvatars), viewer.avatars);
        lookAtOthers(viewer, zone, Math.max(0, most - around));
        return true;
    }

    /** If it has to be: for there is a new place to see from, or less room, or much more. */
    private void lookAtOthers(Viewer viewer, Zone zone, int room) {
        boolean due =
                viewer.othersDue
                        || hasGone(viewer)
                        || viewer.seen.count() - viewer.seen.avatars() > room
                        || (viewer.othersCrowded && room > viewer.othersRoom + MAKING_ROOM);
        if (!due) {
            return;
        }
        others.begin(viewer);
        collectOthers(viewer, zone);
        others.choose(viewer, room, viewer.others);
        viewer.othersDue = false;
        viewer.othersCrowded = others.isCrowded();
        viewer.othersRoom = room;
        viewer.othersX = x;
        viewer.othersZ = z;
    }

    /**
     * An entity changed: was added or removed, is to be told in full again, or is in another zone.
     *
     * @param full whether those who see it must be told
     * @param row of it in {@link Snapshots}
     */
    void changed(Viewer viewer, int slot, boolean full, int row) {
        Zone zone = entities.isAlive(slot) ? entities.zone(slot) : null;
        int index = viewer.seen.find(slot);
        if (index != Seen.NONE) {
            if (zone != null && viewer.seen.isSame(index, entities.incarnation(slot))) {
                if (full || viewer.seen.rows[index] != row) {
                    if (viewer.seen.told[index] != Seen.UNSENT) {
                        viewer.changed.addInt(index);
                    }
                    viewer.seen.changed(index, row);
                    viewer.turns.wake(index);
                }
                viewer.lookDue |= slot == viewer.avatarSlot;
                viewer.othersDue |= row == Snapshots.NONE && !sees(viewer, slot, zone);
                return;
            }
            leave(viewer, index);
        }
        if (slot == viewer.avatarSlot) {
            viewer.lookDue = true;
        } else if (zone != null && sees(viewer, slot, zone)) {
            (row == Snapshots.NONE ? viewer.others : viewer.avatars).add(slot);
        }
    }

    /** Whether something that comes into sight is still there, and within it. */
    boolean isVisible(Viewer viewer, int slot) {
        if (!entities.isAlive(slot)) {
            return false;
        }
        Zone zone = entities.zone(slot);
        return zone != null && sees(viewer, slot, zone);
    }

    static void leave(Viewer viewer, int index) {
        viewer.turns.remove(index);
        viewer.seen.remove(index);
        for (int i = 0; i < viewer.nearCount; i++) {
            if (viewer.near[i] == index) {
                viewer.near[i] = viewer.near[--viewer.nearCount];
            }
        }
    }

    private void leaveAll(Viewer viewer) {
        for (int index = viewer.seen.top() - 1; index >= 0; index--) {
            if (viewer.seen.isUsed(index)) {
                leave(viewer, index);
            }
        }
        viewer.avatars.clear();
        viewer.others.clear();
        viewer.home = null;
        viewer.kept = null;
        viewer.othersDue = true;
    }

    private void findHome(Viewer viewer, Zone zone) {
        if (viewer.home != zone) {
            viewer.kept = viewer.home;
            viewer.home = zone;
            viewer.othersDue = true;
        }
        Zone kept = viewer.kept;
        if (kept != null && (!areNeighbours(kept, zone) || distanceTo(kept) > BORDER_M)) {
            viewer.kept = null;
            viewer.othersDue = true;
        }
    }

    private static boolean areNeighbours(Zone a, Zone b) {
        return Math.abs(a.x() - b.x()) <= 1 && Math.abs(a.z() - b.z()) <= 1;
    }

    private float distanceTo(Zone zone) {
        float dx = Math.max(zone.x() * sizeM - x, x - (zone.x() + 1) * sizeM);
        float dz = Math.max(zone.z() * sizeM - z, z - (zone.z() + 1) * sizeM);
        return Math.max(dx, dz);
    }

    private boolean hasGone(Viewer viewer) {
        float dx = x - viewer.othersX;
        float dz = z - viewer.othersZ;
        return dx * dx + dz * dz > step2;
    }

    /** Whether the viewer sees what is in a zone, as far as it may enter. */
    private boolean sees(Viewer viewer, int slot, Zone zone) {
        Zone home = viewer.home;
        if (home == null) {
            return false;
        }
        if (zone == home || zone == viewer.kept) {
            return true;
        }
        if (!areNeighbours(home, zone)) {
            return false;
        }
        if (entities.kind(slot) == EntityKind.AVATAR) {
            float dx = entities.x(slot) - entities.x(viewer.avatarSlot);
            float dz = entities.z(slot) - entities.z(viewer.avatarSlot);
            return dx * dx + dz * dz <= enters2;
        }
        // From where all of them were looked at last: from here, the viewer could go two steps
        // before it looks again.
        float dx = entities.x(slot) - viewer.othersX;
        float dz = entities.z(slot) - viewer.othersZ;
        return dx * dx + dz * dz <= othersEnter2;
    }

    /** Where −z is turned to, of the head if there is one. */
    private void findGaze(int slot) {
        boolean head = (entities.joints(slot) & Joints.bit(Joint.HEAD)) != 0;
        Rotation.unpack(
                head
                        ? entities.jointRotation(slot, Joints.number(Joint.HEAD))
                        : entities.rotation(slot),
                turned);
        gazeX = -2 * (turned[0] * turned[2] + turned[3] * turned[1]);
        gazeZ = -1 + 2 * (turned[0] * turned[0] + turned[1] * turned[1]);
    }

    /**
     * Those who are seen are gone through by index, which asks no hash; zones are, for who is not
     * seen yet, where that is not all of them.
     */
    private void lookAtAvatars(Viewer viewer, Zone home) {
        Seen seen = viewer.seen;
        int inHome = 0;
        for (int index = 0; index < seen.top(); index++) {
            if (seen.rows[index] == Snapshots.NONE) {
                continue;
            }
            int slot = seen.slots[index];
            Zone zone = entities.zone(slot);
            if (zone == null) {
                continue;
            }
            float dx = entities.x(slot) - x;
            float dz = entities.z(slot) - z;
            float flat2 = dx * dx + dz * dz;
            if (zone == home) {
                inHome++;
            } else if (zone != viewer.kept && (flat2 > leaves2 || !areNeighbours(home, zone))) {
                continue;
            }
            float dy = entities.y(slot) - y;
            avatars.seen(index, flat2 + dy * dy, dx * gazeX + dz * gazeZ < 0);
        }
        if (inHome < home.avatarCount()) {
            addAvatars(seen, home, true);
        }
        for (int i = 0; i < Zone.NEIGHBOURS; i++) {
            Zone zone = home.neighbour(i);
            if (zone != null && zone.avatarCount() > 0) {
                addAvatars(seen, zone, zone == viewer.kept);
            }
        }
    }

    private void addAvatars(Seen seen, Zone zone, boolean whole) {
        if (!whole && isBeyondSight(zone)) {
            return;
        }
        int count = zone.avatarCount();
        for (int i = 0; i < count; i++) {
            int slot = zone.avatar(i);
            float dx = entities.x(slot) - x;
            float dz = entities.z(slot) - z;
            float flat2 = dx * dx + dz * dz;
            if ((whole || flat2 <= enters2) && seen.find(slot) == Seen.NONE) {
                float dy = entities.y(slot) - y;
                avatars.add(slot, flat2 + dy * dy);
            }
        }
    }

    private void collectOthers(Viewer viewer, Zone home) {
        collectOthers(viewer.seen, home, true);
        for (int i = 0; i < Zone.NEIGHBOURS; i++) {
            Zone zone = home.neighbour(i);
            if (zone != null) {
                collectOthers(viewer.seen, zone, zone == viewer.kept);
            }
        }
    }

    private void collectOthers(Seen seen, Zone zone, boolean whole) {
        if (!whole && isBeyondSight(zone)) {
            return;
        }
        int count = zone.otherCount();
        for (int i = 0; i < count; i++) {
            int slot = zone.other(i);
            float dx = entities.x(slot) - x;
            float dz = entities.z(slot) - z;
            float flat2 = dx * dx + dz * dz;
            if (!whole && flat2 > leaves2) {
                continue;
            }
            float dy = entities.y(slot) - y;
            int index = seen.find(slot);
            if (index != Seen.NONE) {
                others.seen(index, flat2 + dy * dy, false);
            } else if (whole || flat2 <= othersEnter2) {
                others.add(slot, flat2 + dy * dy);
            }
        }
    }

    private boolean isBeyondSight(Zone zone) {
        float dx = Math.max(0, Math.max(zone.x() * sizeM - x, x - (zone.x() + 1) * sizeM));
        float dz = Math.max(0, Math.max(zone.z() * sizeM - z, z - (zone.z() + 1) * sizeM));
        return dx * dx + dz * dz > leaves2;
    }
}
