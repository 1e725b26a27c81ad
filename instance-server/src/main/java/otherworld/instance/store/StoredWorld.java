package otherworld.instance.store;

import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.persistence.EntityPatch;
import otherworld.persistence.EntitySink;
import otherworld.persistence.PropBody;
import otherworld.protocol.Pose;
import otherworld.protocol.Protocol;
import otherworld.protocol.Rotation;
import otherworld.world.EditPlan;
import otherworld.world.Movement;
import otherworld.world.World;

/**
 * A world as it is read from the database. An entity that this program cannot read is left where it
 * is and left out: it locks nobody out of the others, and a program that can read it finds it
 * again.
 */
public final class StoredWorld implements EntitySink {
    private static final Logger log = LoggerFactory.getLogger(StoredWorld.class);
    private static final byte[] NO_BODY = {};
    private static final int MAX_TOLD = 20;

    private final long epoch;
    private final float zoneSizeM;
    private World world;
    private int leftOut;

    /** A world that is empty until it is read, under the host of {@code epoch}. */
    public StoredWorld(long epoch, float zoneSizeM) {
        this.epoch = epoch;
        this.zoneSizeM = zoneSizeM;
        world = new World(epoch, zoneSizeM);
    }

    @Override
    public void begin() {
        world = new World(epoch, zoneSizeM);
        leftOut = 0;
    }

    @Override
    public void entity(EntityPatch entity) {
        try {
            PropBody body = readable(entity);
            world.restore(entity.id(), body.model(), pose(body), body.placedBy(), 0);
            world.entities().forgetChanges(); // nobody looks yet
        } catch (IllegalArgumentException e) {
            if (++leftOut <= MAX_TOLD) {
                log.error("Entity {} is left out: {}", entity.id(), e.getMessage());
            }
        }
    }

    /** What has been read. */
    public World world() {
        return world;
    }

    /** How many entities could not be read. */
    public int leftOut() {
        return leftOut;
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
