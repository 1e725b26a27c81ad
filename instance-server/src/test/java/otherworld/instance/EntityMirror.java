package otherworld.instance;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import otherworld.protocol.Acknowledge;
import otherworld.protocol.EntityKind;
import otherworld.protocol.EntityState;
import otherworld.protocol.EntityStates;
import otherworld.protocol.EntityUpdate;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Pose;
import otherworld.protocol.Protocol;
import otherworld.protocol.ServerMessage;
import otherworld.protocol.entity.Replica;

/**
 * What a client knows of the world around it, by the rules of docs/protocol.md. One thread applies,
 * any reads.
 */
public final class EntityMirror {
    /** How far off a place may be that was told as a difference, in metres. */
    public static final float PRECISION_M = 1f / 512;

    /** Player ids of those that are seen, by entity. */
    public final Map<Long, String> players = new ConcurrentHashMap<>();

    public final Map<Long, Pose> poses = new ConcurrentHashMap<>();
    public final Map<Long, EntityState> props = new ConcurrentHashMap<>();
    private final Replica replica = new Replica();

    public void apply(ServerMessage message) throws MalformedMessage {
        switch (message) {
            case EntityStates states -> {
                replica.apply(states);
                players.keySet().removeIf(this::isUnknown);
                poses.keySet().removeIf(this::isUnknown);
                props.keySet().removeIf(this::isUnknown);
                states.entities().forEach(this::put);
            }
            case EntityUpdate update -> {
                replica.apply(update);
                players.keySet().forEach(this::moved);
            }
            default -> {}
        }
    }

    /** Whether there is something to acknowledge. */
    public boolean isAcknowledgeDue() {
        return replica.isAcknowledgeDue();
    }

    public Acknowledge acknowledgement() {
        return replica.acknowledgement();
    }

    /** How many transforms a client knows of an avatar: its root, and joints. */
    public int transforms(long avatar) {
        int index = replica.indexOf(avatar);
        return index == Replica.NONE ? 0 : replica.transforms(index);
    }

    private boolean isUnknown(long entity) {
        return replica.indexOf(entity) == Replica.NONE;
    }

    private void put(EntityState state) {
        if (state.kind() == EntityKind.AVATAR) {
            players.put(state.entity(), state.owner());
            moved(state.entity());
        } else {
            props.put(state.entity(), state);
        }
    }

    private void moved(long avatar) {
        int index = replica.indexOf(avatar);
        if (index < 0 || index >= Protocol.MAX_INDEXES) {
            throw new AssertionError("avatar " + avatar + " has no index");
        }
        poses.put(
                avatar,
                new Pose(
                        replica.x(index),
                        replica.y(index),
                        replica.z(index),
                        replica.rotation(index)));
    }
}
