package otherworld.instance.zone;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * One square of the World: who is there, what stands there, and what changed since its viewers were
 * last told. Whoever left and came back in between counts as neither; whoever came and left counts
 * as left, because a snapshot may have told somebody.
 *
 * <p>Simulation thread only.
 */
public final class Zone {
    public final int x;
    public final int z;

    private final List<Avatar> members = new ArrayList<>();
    private final Long2ObjectHashMap<Prop> props = new Long2ObjectHashMap<>();
    private final List<Avatar> entered = new ArrayList<>();
    private final List<Integer> left = new ArrayList<>();
    private final List<Prop> changed = new ArrayList<>();
    private final List<Long> removed = new ArrayList<>();

    Zone(int x, int z) {
        this.x = x;
        this.z = z;
    }

    void enter(Avatar avatar) {
        avatar.zone = this;
        avatar.indexInZone = members.size();
        avatar.toldReliably(); // as one who entered
        avatar.needsSnapshot = true;
        members.add(avatar);
        entered.add(avatar);
        left.remove(/* element */ (Integer) avatar.id);
    }

    void leave(Avatar avatar) {
        Avatar last = members.removeLast();
        if (last != avatar) {
            members.set(avatar.indexInZone, last);
            last.indexInZone = avatar.indexInZone;
        }
        avatar.zone = null;
        avatar.needsSnapshot = false;
        entered.remove(avatar);
        left.add(avatar.id);
    }

    void put(Prop prop) {
        prop.zone = this;
        props.put(prop.id, prop);
        if (!prop.changed) {
            prop.changed = true;
            changed.add(prop);
        }
        removed.remove(/* element */ (Long) prop.id);
    }

    void remove(Prop prop) {
        props.remove(prop.id);
        prop.zone = null;
        if (prop.changed) {
            prop.changed = false;
            changed.remove(prop);
        }
        removed.add(prop.id);
    }

    public List<Avatar> members() {
        return members;
    }

    public int propCount() {
        return props.size();
    }

    public Iterable<Prop> props() {
        return props.values();
    }

    /** Avatars that came and are there. */
    public List<Avatar> entered() {
        return entered;
    }

    /** Ids of avatars that went and are not there. */
    public List<Integer> left() {
        return left;
    }

    public List<Prop> changed() {
        return changed;
    }

    public List<Long> removed() {
        return removed;
    }

    /** Sends one message, encoded once, to everyone there; each gets it. */
    public void sendToAll(byte[] message) {
        for (int i = 0; i < members.size(); i++) {
            members.get(i).send(message);
        }
    }

    /** Sends one message, encoded once, to everyone there; not each may get it. */
    public void sendUnreliableToAll(byte[] message) {
        for (int i = 0; i < members.size(); i++) {
            members.get(i).sendUnreliable(message);
        }
    }

    /** The viewers have been told of who came and went. */
    public void membersTold() {
        for (int i = 0; i < entered.size(); i++) {
            entered.get(i).toldReliably();
        }
        entered.clear();
        left.clear();
    }

    /** The viewers have been told of props. */
    public void propsTold() {
        for (int i = 0; i < changed.size(); i++) {
            changed.get(i).changed = false;
        }
        changed.clear();
        removed.clear();
    }

    boolean isEmpty() {
        return members.isEmpty() && props.isEmpty();
    }

    @Override
    public String toString() {
        return x + "," + z;
    }
}
