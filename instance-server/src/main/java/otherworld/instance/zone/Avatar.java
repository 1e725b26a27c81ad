package otherworld.instance.zone;

import org.jspecify.annotations.Nullable;
import otherworld.base.PlayerId;
import otherworld.instance.session.Link;
import otherworld.protocol.Pose;

/** A player's body. Mutable; simulation thread only. */
public final class Avatar {
    /** Never used twice by one host, so a delta cannot mean another player. */
    public final int id;

    public final PlayerId player;

    public float x;
    public float y;
    public float z;
    public int rotation;

    /** {@code clientTimeMs} of the intent that gave the pose; 0 if none has yet. */
    public long sourceTimeMs;

    /** Moved since the zone's last presence delta. */
    boolean moved;

    /**
     * The viewers were told of the newest pose by a message that may be lost, in {@link #toldTick}.
     */
    boolean unsettled;

    int toldTick;

    @Nullable Zone zone;
    int indexInZone;

    /** Where the player reads; null while they are away, and then the avatar is in no zone. */
    private @Nullable Link viewer;

    /** The zone was entered and its snapshot has not been sent. */
    public boolean needsSnapshot;

    public Avatar(int id, PlayerId player, Pose pose) {
        this.id = id;
        this.player = player;
        x = pose.x();
        y = pose.y();
        z = pose.z();
        rotation = pose.rotation();
    }

    public void moveTo(Pose pose, long clientTimeMs) {
        x = pose.x();
        y = pose.y();
        z = pose.z();
        rotation = pose.rotation();
        sourceTimeMs = clientTimeMs;
        moved = true;
    }

    public Pose pose() {
        return new Pose(x, y, z, rotation);
    }

    public @Nullable Link viewer() {
        return viewer;
    }

    public void viewer(@Nullable Link viewer) {
        this.viewer = viewer;
    }

    public @Nullable Zone zone() {
        return zone;
    }

    /** Whether the zone's next presence delta tells a new pose. */
    public boolean moved() {
        return moved;
    }

    /** The viewers were told of the newest pose, by a message that may be lost. */
    public void toldUnreliably(int tick) {
        moved = false;
        unsettled = true;
        toldTick = tick;
    }

    /** The viewers were told of the newest pose, by a message that arrives. */
    public void toldReliably() {
        moved = false;
        unsettled = false;
    }

    /** Whether it stopped so long ago that its last pose is to be told again, reliably. */
    public boolean isToSettle(int tick, int afterTicks) {
        return unsettled && !moved && tick - toldTick >= afterTicks;
    }

    void send(byte[] message) {
        if (viewer != null) {
            viewer.send(message);
        }
    }

    void sendUnreliable(byte[] message) {
        if (viewer != null) {
            viewer.sendUnreliable(message);
        }
    }
}
