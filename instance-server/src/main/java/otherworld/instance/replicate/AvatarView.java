package otherworld.instance.replicate;

import org.jspecify.annotations.Nullable;
import otherworld.base.PlayerId;
import otherworld.instance.session.Link;
import otherworld.protocol.Pose;
import otherworld.world.Entities;
import otherworld.world.Zone;

/** What the viewers of an avatar know of it, and where its player reads. Simulation thread only. */
public final class AvatarView {
    /** As messages name it. Never used twice by one host, so a delta cannot mean another player. */
    public final int number;

    public final PlayerId player;

    /** Of its entity. */
    public final int slot;

    private final Entities entities;

    /** {@code clientTimeMs} of the intent that gave the pose; 0 if none has yet. */
    long sourceTimeMs;

    /** Moved since the zone's last presence delta. */
    private boolean moved;

    /**
     * The viewers were told of the newest pose by a message that may be lost, in {@link #toldTick}.
     */
    private boolean unsettled;

    private int toldTick;

    /** Where the player reads; null while they are away, and then the avatar is in no zone. */
    private @Nullable Link link;

    /** The zone was entered and its snapshot has not been sent. */
    boolean needsSnapshot;

    AvatarView(int number, PlayerId player, int slot, Entities entities) {
        this.number = number;
        this.player = player;
        this.slot = slot;
        this.entities = entities;
    }

    /** Its player intended to be where the entity is now. */
    public void moved(long clientTimeMs) {
        sourceTimeMs = clientTimeMs;
        moved = true;
    }

    public Pose pose() {
        return new Pose(
                entities.x(slot), entities.y(slot), entities.z(slot), entities.rotation(slot));
    }

    /** Where it is; null while its player is away. */
    public @Nullable Zone zone() {
        return entities.zone(slot);
    }

    Entities entities() {
        return entities;
    }

    public @Nullable Link link() {
        return link;
    }

    public void link(@Nullable Link now) {
        link = now;
    }

    /** Whether the zone's next presence delta tells a new pose. */
    boolean isMoved() {
        return moved;
    }

    /** The viewers were told of the newest pose, by a message that may be lost. */
    void toldUnreliably(int tick) {
        moved = false;
        unsettled = true;
        toldTick = tick;
    }

    /** The viewers were told of the newest pose, by a message that arrives. */
    void toldReliably() {
        moved = false;
        unsettled = false;
    }

    /** Whether it stopped so long ago that its last pose is to be told again, reliably. */
    boolean isToSettle(int tick, int afterTicks) {
        return unsettled && !moved && tick - toldTick >= afterTicks;
    }

    void send(byte[] message) {
        if (link != null) {
            link.send(message);
        }
    }

    void sendUnreliable(byte[] message) {
        if (link != null) {
            link.sendUnreliable(message);
        }
    }
}
