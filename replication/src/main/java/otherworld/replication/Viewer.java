package otherworld.replication;

import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;
import otherworld.world.Zone;

/**
 * One who is told what is around an avatar: what they see, what they have acknowledged, what they
 * are owed. Made by {@link Replication#open}; only its owner thread may look inside.
 */
public final class Viewer {
    final ViewerLink link;
    final boolean reliable;
    final int avatarSlot;

    /** Spreads the viewers' looks around over ticks. */
    final int number;

    final Seen seen;
    final Turns turns = new Turns();
    final SentDatagrams sent;
    final Entering avatars = new Entering();
    final Entering others = new Entering();

    /** Indexes to be told in full once more; those that were told since are passed over. */
    final IntArrayList changed = new IntArrayList();

    /** Told at every turn, and with which of them it begins. */
    final short[] near;

    int nearCount;
    int nearFrom;

    /** The zone that is seen whole, and the one that was before, while its border is near. */
    @Nullable Zone home;

    @Nullable Zone kept;

    boolean lookDue = true;
    boolean othersDue = true;

    /** Some of them had no room, and how much there was. */
    boolean othersCrowded;

    int othersRoom;

    /** Where it looked at them from. */
    float othersX;

    float othersZ;

    /** Avatars that it may see at most. */
    int mostAvatars;

    /** EntityStates that were sent, and that it has. */
    int states;

    int statesHad;

    /** Bytes of updates that it may be sent now. */
    int bytes;

    /** What one avatar's turn takes, on average: bytes. */
    float nearCost = 16;

    float restCost = 16;

    /** Of the bytes of a turn, those that the near ones leave to the rest. */
    int bytesOfRest;

    /** How fast telling falls with distance; see {@link Plan}. */
    int shift;

    boolean open = true;

    Viewer(ViewerLink link, int avatarSlot, int number, ReplicationSettings settings) {
        this.link = link;
        this.reliable = link.isReliable();
        this.avatarSlot = avatarSlot;
        this.number = number;
        sent = new SentDatagrams(reliable);
        seen = new Seen(ReplicationSettings.MAX_SEEN);
        near = new short[settings.nearest()];
        mostAvatars = ReplicationSettings.MAX_SEEN;
        bytes = settings.burstBytes();
    }

    /** How many entities it sees, and of them how many avatars. */
    public int seen() {
        return seen.count();
    }

    public int avatarsSeen() {
        return seen.avatars();
    }
}
