package otherworld.instance.replicate;

import java.util.ArrayList;
import java.util.List;
import otherworld.world.Zone;

/**
 * Who is in a zone, and what changed there since its viewers were last told. Whoever left and came
 * back in between counts as neither; whoever came and left counts as left, because a snapshot may
 * have told somebody.
 *
 * <p>Simulation thread only.
 */
final class ZoneChanges {
    final Zone zone;

    private final List<AvatarView> members = new ArrayList<>();
    private final List<AvatarView> entered = new ArrayList<>();
    private final List<Integer> left = new ArrayList<>();
    private final List<Long> changed = new ArrayList<>();
    private final List<Long> removed = new ArrayList<>();

    ZoneChanges(Zone zone) {
        this.zone = zone;
    }

    void enter(AvatarView avatar) {
        avatar.toldReliably(); // as one who entered
        avatar.needsSnapshot = true;
        members.add(avatar);
        entered.add(avatar);
        left.remove(/* element */ (Integer) avatar.number);
    }

    void leave(AvatarView avatar) {
        members.remove(avatar);
        avatar.needsSnapshot = false;
        entered.remove(avatar);
        left.add(avatar.number);
    }

    void put(long prop) {
        if (!changed.contains(prop)) {
            changed.add(prop);
        }
        removed.remove(/* element */ (Long) prop);
    }

    void remove(long prop) {
        changed.remove(/* element */ (Long) prop);
        removed.add(prop);
    }

    List<AvatarView> members() {
        return members;
    }

    /** Avatars that came and are there. */
    List<AvatarView> entered() {
        return entered;
    }

    /** Numbers of avatars that went and are not there. */
    List<Integer> left() {
        return left;
    }

    List<Long> changed() {
        return changed;
    }

    List<Long> removed() {
        return removed;
    }

    /** Sends one message, encoded once, to everyone there; each gets it. */
    void sendToAll(byte[] message) {
        for (int i = 0; i < members.size(); i++) {
            members.get(i).send(message);
        }
    }

    /** Sends one message, encoded once, to everyone there; not each may get it. */
    void sendUnreliableToAll(byte[] message) {
        for (int i = 0; i < members.size(); i++) {
            members.get(i).sendUnreliable(message);
        }
    }

    /** The viewers have been told of who came and went. */
    void membersTold() {
        for (int i = 0; i < entered.size(); i++) {
            entered.get(i).toldReliably();
        }
        entered.clear();
        left.clear();
    }

    /** The viewers have been told of props. */
    void propsTold() {
        changed.clear();
        removed.clear();
    }
}
