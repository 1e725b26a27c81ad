package otherworld.replication;

import java.util.Arrays;
import org.agrona.collections.Int2IntHashMap;
import org.agrona.collections.IntArrayList;
import otherworld.protocol.EntityKind;
import otherworld.protocol.EntityState;
import otherworld.protocol.EntityStates;
import otherworld.protocol.Protocol;
import otherworld.protocol.Writer;
import otherworld.world.Entities;

/**
 * Tells a viewer in full what comes into its sight or changed, and what has left: reliably, and at
 * most so many bytes a tick, those first that were seen already, then avatars, then all else, the
 * nearest first. What an entity is told as is the same for all viewers but for the index before it,
 * so it is made once a tick.
 */
final class States {
    /** What may be on its way to a viewer that has not acknowledged it. */
    private static final int MESSAGES_AHEAD = 64;

    /** With index, id and the lengths of both strings as long as they can be. */
    private static final int MAX_STATE_BYTES =
            EntityState.bytes(Protocol.MAX_INDEXES - 1, Long.MAX_VALUE, "", "")
                    + 2
                    + Protocol.MAX_PLAYER_BYTES
                    + Protocol.MAX_MODEL_BYTES;

    private static final int NOT_MADE = -1;

    private final Entities entities;
    private final Snapshots snapshots;
    private final Interest interest;
    private final ReplicationSettings settings;
    private final Figures figures;

    private final Writer out = new Writer();
    private final byte[] message =
            new byte[32 + 2 * Protocol.MAX_INDEXES + Protocol.MAX_STATES * (2 + MAX_STATE_BYTES)];

    /** Of this tick: where the bytes of an entity in a slot begin, behind their number (u16). */
    private final Int2IntHashMap made = new Int2IntHashMap(NOT_MADE);

    private final Writer maker = new Writer();
    private byte[] bytes = new byte[1 << 14];
    private int bytesEnd;

    /** Indexes that go into this message. */
    private final int[] chosen = new int[Protocol.MAX_STATES];

    private int chosenCount;
    private int room;

    States(
            Entities entities,
            Snapshots snapshots,
            Interest interest,
            ReplicationSettings settings,
            Figures figures) {
        this.entities = entities;
        this.snapshots = snapshots;
        this.interest = interest;
        this.settings = settings;
        this.figures = figures;
    }

    /** What was made before counts no more. */
    void begin() {
        if (!made.isEmpty()) {
            made.clear();
        }
        bytesEnd = 0;
    }

    /**
     * @param most entities that a viewer may see now
     */
    void tell(Viewer viewer, int tick, int most) {
        IntArrayList leaving = viewer.seen.leaving();
        if (leaving.isEmpty()
                && viewer.changed.isEmpty()
                && viewer.avatars.isEmpty()
                && viewer.others.isEmpty()) {
            return;
        }
        if (viewer.link.isBehind() || viewer.states - viewer.statesHad >= MESSAGES_AHEAD) {
            return;
        }
        chosenCount = 0;
        room = settings.statesBytesPerTick();
        chooseChanged(viewer);
        chooseEntering(viewer, viewer.avatars, Math.min(most, viewer.mostAvatars), true);
        chooseEntering(viewer, viewer.others, most, false);
        viewer.lookDue |= viewer.avatars.ranOut();
        if (viewer.others.ranOut()) {
            viewer.lookDue = true;
            viewer.othersDue = true;
        }
        if (chosenCount > 0 || !leaving.isEmpty()) {
            send(viewer, tick);
        }
    }

    private boolean hasRoom() {
        return chosenCount < chosen.length && room > 0;
    }

    private void chooseChanged(Viewer viewer) {
        IntArrayList changed = viewer.changed;
        int next = 0;
        for (; next < changed.size() && hasRoom(); next++) {
            int index = changed.getInt(next);
            if (viewer.seen.isUsed(index) && viewer.seen.told[index] == Seen.UNSENT) {
                choose(viewer, index);
            }
        }
        int rest = changed.size() - next;
        for (int i = 0; i < rest; i++) {
            changed.setInt(i, changed.getInt(next + i));
        }
        while (changed.size() > rest) {
            changed.removeAt(changed.size() - 1);
        }
    }

    private void chooseEntering(Viewer viewer, Entering entering, int most, boolean avatars) {
        Seen seen = viewer.seen;
        for (; !entering.isEmpty() && hasRoom(); entering.pop()) {
            int slot = entering.peek();
            boolean own = slot == viewer.avatarSlot;
            if (seen.find(slot) != Seen.NONE) {
                continue;
            }
            if (!interest.isVisible(viewer, slot)) {
                viewer.othersDue |=
                        !avatars; // for it may be so again before the viewer has gone far
                continue;
            }
            if (!own && (avatars ? seen.avatars() : seen.count()) >= most) {
                viewer.othersDue |= !avatars; // it may be nearer than one that is seen
                continue;
            }
            if (!seen.hasRoom()) {
                viewer.othersDue |= avatars;
                viewer.lookDue |= avatars;
                return; // until the viewer has acknowledged who left
            }
            int row = snapshots.row(slot);
            int index = seen.add(slot, entities.incarnation(slot), row);
            if (row != Snapshots.NONE) {
                viewer.turns.add(index, Turns.HORIZON - 1); // until it is planned
            }
            choose(viewer, index);
        }
    }

    private void choose(Viewer viewer, int index) {
        chosen[chosenCount++] = index;
        // Told now, by the message that is being put together.
        viewer.seen.told[index] = viewer.states + 1;
        int at = state(viewer.seen.slots[index]);
        room -= length(at) + 2;
    }

    private void send(Viewer viewer, int tick) {
        int number = ++viewer.states;
        IntArrayList leaving = viewer.seen.leaving();
        int left = Math.min(leaving.size(), Protocol.MAX_INDEXES);
        out.wrap(message, 0);
        EntityStates.writeStart(out, number, settings.epoch(), tick);
        out.count(left, Protocol.MAX_INDEXES);
        for (int i = 0; i < left; i++) {
            out.index(leaving.getInt(i));
        }
        out.count(chosenCount, Protocol.MAX_STATES);
        int position = out.position();
        for (int i = 0; i < chosenCount; i++) {
            out.index(chosen[i]);
            position = out.position();
            int at = state(viewer.seen.slots[chosen[i]]);
            System.arraycopy(bytes, at + 2, message, position, length(at));
            position += length(at);
            out.wrap(message, position);
            viewer.seen.told(chosen[i], number, tick);
        }
        viewer.seen.leavingTold(left, number);
        viewer.link.send(Arrays.copyOf(message, position));
        if (viewer.reliable) {
            viewer.statesHad = number;
            viewer.seen.acknowledged(number);
        }
        figures.states += chosenCount;
        figures.left += left;
        figures.statesMessages++;
        figures.statesBytes += position;
    }

    private int length(int at) {
        return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
    }

    /** Where the bytes of an entity are. */
    private int state(int slot) {
        int at = made.get(slot);
        return at == NOT_MADE ? make(slot) : at;
    }

    private int make(int slot) {
        if (bytesEnd + 2 + MAX_STATE_BYTES > bytes.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        int at = bytesEnd;
        // Its index, of one byte here, is overwritten by the length of what is behind it.
        maker.wrap(bytes, at + 1);
        EntityState.write(
                maker,
                0,
                entities.id(slot),
                kind(slot),
                entities.owner(slot),
                entities.model(slot),
                entities.x(slot),
                entities.y(slot),
                entities.z(slot),
                entities.rotation(slot),
                entities.joints(slot));
        bytesEnd = maker.position();
        int length = bytesEnd - at - 2;
        bytes[at] = (byte) length;
        bytes[at + 1] = (byte) (length >>> 8);
        made.put(slot, at);
        return at;
    }

    private EntityKind kind(int slot) {
        return switch (entities.kind(slot)) {
            case AVATAR -> EntityKind.AVATAR;
            case PROP -> EntityKind.PROP;
            case SMART_OBJECT -> EntityKind.SMART_OBJECT;
            case COLLIDER -> EntityKind.COLLIDER;
            case MARKER -> EntityKind.MARKER;
        };
    }
}
