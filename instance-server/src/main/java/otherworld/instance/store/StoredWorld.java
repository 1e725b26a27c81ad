package otherworld.instance.store;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.persistence.EntityPatch;
import otherworld.persistence.PropBody;
import otherworld.protocol.Pose;
import otherworld.protocol.Protocol;
import otherworld.protocol.Rotation;
import otherworld.world.EditPlan;
import otherworld.world.Movement;
import otherworld.world.World;

/** A world's entities as the database keeps them. */
public final class StoredWorld {
    private static final Logger log = LoggerFactory.getLogger(StoredWorld.class);
    private static final byte[] NO_BODY = {};
    private static final int MAX_TOLD = 20;

    private StoredWorld() {}

    /**
     * Puts what was stored into a world. An entity that this program cannot read is left where it
     * is and left out: it locks nobody out of the others, and a program that can read it finds it
     * again.
     *
     * @return how many were left out
     */
    public static int restore(List<EntityPatch> entities, World world) {
        int left = 0;
        for (EntityPatch entity : entities) {
            if (entity.removed()) {
                continue;
            }
            try {
                PropBody body = readable(entity);
                world.restore(entity.id(), body.model(), pose(body), body.placedBy(), 0);
            } catch (IllegalArgumentException e) {
                if (++left <= MAX_TOLD) {
                    log.error("Entity {} is left out: {}", entity.id(), e.getMessage());
                }
            }
        }
        return left;
    }

    /** What the database is told of a change. */
    public static EntityPatch patch(EditPlan.Change change) {
        return switch (change) {
            case EditPlan.Place(long id, String model, Pose pose, String owner) ->
                    new EntityPatch(id, false, body(model, pose, owner).encode());
            case EditPlan.Move(long id, String model, Pose pose, String owner) ->
                    new EntityPatch(id, false, body(model, pose, owner).encode());
            case EditPlan.Remove(long id) -> new EntityPatch(id, true, NO_BODY);
        };
    }

    private static PropBody readable(EntityPatch entity) {
        PropBody body = PropBody.decode(entity.body());
        if (!Movement.isInBounds(pose(body))) {
            throw new IllegalArgumentException(
                    "its place %s %s %s is none in this World"
                            .formatted(body.x(), body.y(), body.z()));
        }
        if (!Rotation.isValid(body.rotation())) {
            throw new IllegalArgumentException("its rotation is none");
        }
        requireAtMost("model", body.model(), Protocol.MAX_MODEL_BYTES);
        requireAtMost("placer", body.placedBy(), Protocol.MAX_PLAYER_BYTES);
        return body;
    }

    private static void requireAtMost(String name, String text, int maxBytes) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > maxBytes) {
            throw new IllegalArgumentException(
                    "its %s has %d bytes, more than %d".formatted(name, bytes, maxBytes));
        }
    }

    private static Pose pose(PropBody body) {
        return new Pose(body.x(), body.y(), body.z(), body.rotation());
    }

    private static PropBody body(String model, Pose pose, String owner) {
        return new PropBody(model, pose.x(), pose.y(), pose.z(), pose.rotation(), owner);
    }
}
