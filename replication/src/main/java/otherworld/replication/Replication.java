package otherworld.replication;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.IntArrayList;
import otherworld.world.Entities;
import otherworld.world.Zones;

/**
 * Tells viewers of a world what is around them. Each tick: what changed in the world is heard of,
 * what moves is taken down, and then each viewer looks around ({@link Interest}, {@link Plan}) if
 * its time has come, is told in full what is new to it ({@link States}), and at a presence tick how
 * the others move ({@link Updates}).
 *
 * <p>One owner thread. In a steady tick the only allocation is that of the messages' bytes.
 */
public final class Replication {
    /** Each viewer looks around so often, and when it must. */
    private static final int LOOKS_PER_SECOND = 4;

    private final Entities entities;
    private final ReplicationSettings settings;
    private final Snapshots snapshots;
    private final Bodies bodies;
    private final Interest interest;
    private final Plan plan;
    private final States states;
    private final Updates updates;
    private final Duty duty = new Duty();
    private final Figures figures = new Figures();
    private final List<Viewer> viewers = new ArrayList<>();
    private final int ticksPerLook;
    private int opened;
    private int turn;

    /**
     * @param tickRateHz how often {@link #tick} is called
     */
    public Replication(
            Entities entities, Zones zones, ReplicationSettings settings, int tickRateHz) {
        this.entities = entities;
        this.settings = settings;
        snapshots = new Snapshots(entities);
        bodies = new Bodies(snapshots, figures);
        interest = new Interest(entities, zones.sizeM(), settings.sightM());
        plan = new Plan(settings);
        states = new States(entities, snapshots, interest, settings, figures);
        updates = new Updates(snapshots, bodies, settings, figures);
        ticksPerLook = Math.max(1, tickRateHz / LOOKS_PER_SECOND);
        for (int slot = 0; slot < entities.slots(); slot++) {
            snapshots.changed(slot);
        }
    }

    /**
     * From the next tick on a viewer is told what is around an avatar, until {@link #close}. The
     * link may be a new one of a player who was away: it knows nothing.
     */
    public Viewer open(ViewerLink link, int avatarSlot) {
        Viewer viewer = new Viewer(link, avatarSlot, opened++, settings);
        viewers.add(viewer);
        return viewer;
    }

    public void close(Viewer viewer) {
        viewers.remove(viewer);
    }

    /** How many are told. */
    public int viewers() {
        return viewers.size();
    }

    /**
     * A viewer has acknowledged what may be lost; what was sent to a reliable link needs none.
     *
     * @param datagram low 16 bits of the newest EntityUpdate's number
     * @param earlier whether it has those before it, from the lowest bit on
     * @param statesHad number of the newest EntityStates that it has with all before
     * @return false if it claims what was never sent
     */
    public boolean acknowledged(Viewer viewer, int datagram, int earlier, int statesHad) {
        if (statesHad > viewer.states) {
            return false;
        }
        if (viewer.reliable) {
            return true;
        }
        if (statesHad > viewer.statesHad) {
            viewer.statesHad = statesHad;
            viewer.seen.acknowledged(statesHad);
        }
        heard(viewer, datagram);
        for (int bits = earlier; bits != 0; bits &= bits - 1) {
            heard(viewer, datagram - 1 - Integer.numberOfTrailingZeros(bits));
        }
        return true;
    }

    /** The last tick took so much of the time it has; 1 is all of it. See {@link #degradation}. */
    public void tickTook(float share) {
        Degradation before = duty.now();
        duty.tickTook(share);
        Degradation now = duty.now();
        if (now != before) {
            plan.turnsPerSecond((float) settings.presenceRateHz() / now.presenceTicks());
            for (int i = 0; i < viewers.size(); i++) {
                viewers.get(i).othersDue |= now.mostSeen() != before.mostSeen();
            }
        }
    }

    /** What is left out at present, because there is too little time for all. */
    public Degradation degradation() {
        return duty.now();
    }

    public Figures figures() {
        return figures;
    }

    /**
     * @param tick grows by one from call to call
     * @param presenceDue whether updates are to go out in this tick
     */
    public void tick(int tick, boolean presenceDue) {
        hearOfChanges();
        states.begin();
        boolean updating = presenceDue && duty.isDue();
        if (updating) {
            turn++;
            snapshots.capture(tick);
            bodies.begin(tick);
            wake();
        }
        int most = duty.now().mostSeen();
        for (int i = 0; i < viewers.size(); i++) {
            Viewer viewer = viewers.get(i);
            if (viewer.lookDue || (tick + viewer.number) % ticksPerLook == 0) {
                look(viewer, most);
            }
            states.tell(viewer, tick, most);
            if (updating) {
                updates.tell(viewer, tick, turn);
            }
        }
    }

    private void look(Viewer viewer, int most) {
        figures.looks++;
        if (interest.look(viewer, most)) {
            plan.make(viewer, interest.avatars(), duty.now().isFarTierFull());
        }
    }

    private void hearOfChanges() {
        int changes = entities.changes();
        for (int i = 0; i < changes; i++) {
            snapshots.changed(entities.changedSlot(i));
        }
        for (int v = 0; v < viewers.size(); v++) {
            Viewer viewer = viewers.get(v);
            for (int i = 0; i < changes; i++) {
                int slot = entities.changedSlot(i);
                interest.changed(viewer, slot, entities.isFullChange(i), snapshots.row(slot));
            }
        }
        entities.forgetChanges();
    }

    /** Those who were at rest and move again are due to all who see them. */
    private void wake() {
        IntArrayList woken = snapshots.woken();
        for (int i = 0; i < woken.size(); i++) {
            int slot = snapshots.slot(woken.getInt(i));
            for (int v = 0; v < viewers.size(); v++) {
                Viewer viewer = viewers.get(v);
                int index = viewer.seen.find(slot);
                if (index != Seen.NONE) {
                    viewer.turns.wake(index);
                }
            }
        }
    }

    private void heard(Viewer viewer, int datagram) {
        if (viewer.sent.acknowledged(datagram & 0xffff, viewer.seen)) {
            figures.acknowledged++;
        }
    }
}
