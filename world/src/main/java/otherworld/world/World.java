package otherworld.world;

import java.util.Optional;
import otherworld.protocol.EntityKind;
import otherworld.protocol.Pose;
import otherworld.protocol.RefusalReason;
import otherworld.world.WorldLimits.Bound;

/**
 * The entities of one instance under one host, and the rules by which they are edited: an edit is
 * planned, which changes nothing, and then applied or forgotten. Owner thread only.
 */
public final class World {
    private static final EditPlan MAY_NOT_BUILD =
            new EditPlan.Refused(
                    RefusalReason.NOT_PERMITTED,
                    "this World does not let you build",
                    Optional.empty());

    private static final EditPlan MAY_NOT_CHANGE_OTHERS =
            new EditPlan.Refused(
                    RefusalReason.NOT_PERMITTED,
                    "this World does not let you change what others built",
                    Optional.empty());

    private final Entities entities;
    private final Zones zones;
    private final Colliders colliders = new Colliders();
    private final Walker walker;
    private long lastId;
    private int props;

    /**
     * @param epoch the host's; ids carry it, so that what a crashed host gave out and nobody kept
     *     is never given again
     */
    public World(long epoch, float zoneSizeM) {
        if (epoch < 0 || epoch >= WorldLimits.MAX_EPOCH) {
            throw new IllegalArgumentException("Epoch %d leaves no ids".formatted(epoch));
        }
        entities = new Entities();
        zones = new Zones(entities, zoneSizeM);
        walker = new Walker(entities, colliders);
        lastId = epoch << 32;
    }

    public Entities entities() {
        return entities;
    }

    public Zones zones() {
        return zones;
    }

    /** How many props there are, colliders among them. */
    public int props() {
        return props;
    }

    /** How many of them are colliders. */
    public int colliders() {
        return colliders.count();
    }

    /** Walks bodies among them. */
    public Walker walker() {
        return walker;
    }

    // ---- avatars

    /**
     * A body for a player; it is in no zone until it {@link Zones#enter}s one.
     *
     * @return its slot
     */
    public int addAvatar(String player, Pose start, int tick) {
        int slot =
                entities.add(
                        ++lastId,
                        EntityKind.AVATAR,
                        player,
                        "",
                        start.x(),
                        start.y(),
                        start.z(),
                        start.rotation(),
                        tick);
        walker.stand(slot);
        return slot;
    }

    public void removeAvatar(int slot) {
        zones.leave(slot);
        entities.remove(slot);
    }

    /** Where an entity is. */
    public Pose pose(int slot) {
        return new Pose(
                entities.x(slot), entities.y(slot), entities.z(slot), entities.rotation(slot));
    }

    // ---- props, and colliders, which are props that are in the way

    /**
     * A prop or a collider, as its model says, from where it was kept.
     *
     * @throws IllegalArgumentException if there is an entity with this id, or its model names a
     *     shape that there is not
     */
    public void restore(long id, String model, Pose pose, String owner, int tick) {
        if (!ColliderShape.isClaimedBy(model)) {
            zones.enter(add(EntityKind.PROP, id, model, pose, owner, tick));
        } else {
            ColliderShape shape =
                    ColliderShape.parse(model)
                            .orElseThrow(() ->
                                    new IllegalArgumentException(
                                            "its model %s names no shape".formatted(model)));
            int slot = add(EntityKind.COLLIDER, id, model, pose, owner, tick);
            zones.enter(slot);
            colliders.add(slot, shape, pose.x(), pose.y(), pose.z(), pose.rotation());
        }
        props++;
    }

    /** What came of {@code actor}'s placing a prop, if it were applied. */
    public EditPlan planPlace(int actor, Rights rights, String model, Pose pose) {
        if (!rights.build()) {
            return MAY_NOT_BUILD;
        }
        if (props >= WorldLimits.MAX_PROPS) {
            return tooMany("instance", WorldLimits.MAX_PROPS, Bound.PROPS);
        }
        if (isFull(pose)) {
            return zoneFull();
        }
        if (ColliderShape.isClaimedBy(model)) {
            Optional<EditPlan> unfit = unfit(Entities.NONE, model, pose);
            if (unfit.isPresent()) {
                return unfit.get();
            }
        }
        return refusal(actor, pose)
                .orElseGet(() -> new EditPlan.Place(++lastId, model, pose, entities.owner(actor)));
    }

    public EditPlan planMove(int actor, Rights rights, long entity, Pose pose) {
        int prop = propOf(entity);
        if (prop == Entities.NONE) {
            return rights.build() ? unknown(entity) : MAY_NOT_BUILD;
        }
        Optional<EditPlan> refusal =
                forbidden(actor, rights, prop)
                        .or(() -> refusal(actor, pose(prop)))
                        .or(() -> refusal(actor, pose));
        if (refusal.isPresent()) {
            return refusal.get();
        }
        boolean stays = zones.areTogether(entities.x(prop), entities.z(prop), pose.x(), pose.z());
        if (!stays && isFull(pose)) {
            return zoneFull();
        }
        if (entities.kind(prop) == EntityKind.COLLIDER) {
            Optional<EditPlan> unfit = unfit(prop, entities.model(prop), pose);
            if (unfit.isPresent()) {
                return unfit.get();
            }
        }
        return new EditPlan.Move(entity, entities.model(prop), pose, entities.owner(prop));
    }

    public EditPlan planRemove(int actor, Rights rights, long entity) {
        int prop = propOf(entity);
        if (prop == Entities.NONE) {
            return rights.build() ? unknown(entity) : MAY_NOT_BUILD;
        }
        return forbidden(actor, rights, prop)
                .or(() -> refusal(actor, pose(prop)))
                .orElseGet(() -> new EditPlan.Remove(entity));
    }

    /** Why the World does not let {@code actor} change what stands there; empty if it does. */
    private Optional<EditPlan> forbidden(int actor, Rights rights, int prop) {
        if (!rights.build()) {
            return Optional.of(MAY_NOT_BUILD);
        }
        return rights.changeOthers() || entities.owner(prop).equals(entities.owner(actor))
                ? Optional.empty()
                : Optional.of(MAY_NOT_CHANGE_OTHERS);
    }

    /** Does what was planned; nothing else may have changed in between. */
    public void apply(EditPlan.Change plan, int tick) {
        switch (plan) {
            case EditPlan.Place(long id, String model, Pose pose, String owner) ->
                    restore(id, model, pose, owner, tick);
            case EditPlan.Move(long id, _, Pose pose, _) -> {
                int slot = entities.slotOf(id);
                entities.place(slot, pose.x(), pose.y(), pose.z(), pose.rotation(), tick);
                if (entities.kind(slot) == EntityKind.COLLIDER) {
                    ColliderShape shape = ColliderShape.parse(entities.model(slot)).orElseThrow();
                    colliders.remove(slot);
                    colliders.add(slot, shape, pose.x(), pose.y(), pose.z(), pose.rotation());
                }
                if (zones.hasStrayed(slot)) {
                    zones.leave(slot);
                    zones.enter(slot);
                }
            }
            case EditPlan.Remove(long id) -> {
                int slot = entities.slotOf(id);
                if (entities.kind(slot) == EntityKind.COLLIDER) {
                    colliders.remove(slot);
                }
                zones.leave(slot);
                entities.remove(slot);
                props--;
            }
        }
    }

    private int add(EntityKind kind, long id, String model, Pose pose, String owner, int tick) {
        return entities.add(
                id, kind, owner, model, pose.x(), pose.y(), pose.z(), pose.rotation(), tick);
    }

    /** Why a collider cannot be there; empty if it can, as far as shapes go. */
    private Optional<EditPlan> unfit(int slot, String model, Pose pose) {
        Optional<ColliderShape> shape = ColliderShape.parse(model);
        if (shape.isEmpty()) {
            return Optional.of(
                    new EditPlan.Refused(
                            RefusalReason.BAD_SHAPE,
                            "'%s' names no shape: write collider:box:2x3x0.25, with edges of %s to %.0f m"
                                    .formatted(
                                            model.substring(0, Math.min(64, model.length())),
                                            WorldLimits.MIN_COLLIDER_M,
                                            WorldLimits.MAX_COLLIDER_M),
                            Optional.empty()));
        }
        if (!Movement.isInBounds(pose)
                || !colliders.isFull(
                        slot, shape.get(), pose.x(), pose.y(), pose.z(), pose.rotation())) {
            return Optional.empty();
        }
        return Optional.of(
                new EditPlan.Refused(
                        RefusalReason.TOO_MANY_ENTITIES,
                        "a square of %.0f m there has its limit of %d colliders"
                                .formatted(
                                        WorldLimits.COLLIDER_CELL_M,
                                        WorldLimits.MAX_COLLIDERS_PER_CELL),
                        Optional.of(Bound.COLLIDERS)));
    }

    /** The slot of a prop or collider with this id: an avatar is nobody's to move. */
    private int propOf(long entity) {
        int slot = entities.slotOf(entity);
        return slot != Entities.NONE && entities.kind(slot) != EntityKind.AVATAR
                ? slot
                : Entities.NONE;
    }

    private boolean isFull(Pose pose) {
        Zone zone = zones.at(pose.x(), pose.z());
        return zone != null && zone.otherCount() >= WorldLimits.MAX_PROPS_PER_ZONE;
    }

    private Optional<EditPlan> refusal(int actor, Pose pose) {
        if (!Movement.isInBounds(pose)) {
            return Optional.of(
                    new EditPlan.Refused(
                            RefusalReason.OUT_OF_BOUNDS,
                            "the World ends %.0f m from its middle"
                                    .formatted(WorldLimits.HALF_WORLD_M),
                            Optional.of(Bound.BOUNDS)));
        }
        float metres =
                Movement.distance(entities.x(actor), entities.y(actor), entities.z(actor), pose);
        if (metres > WorldLimits.REACH_M) {
            return Optional.of(
                    new EditPlan.Refused(
                            RefusalReason.OUT_OF_REACH,
                            "%.1f m away, more than %.0f m".formatted(metres, WorldLimits.REACH_M),
                            Optional.of(Bound.REACH)));
        }
        return Optional.empty();
    }

    private static EditPlan unknown(long entity) {
        return new EditPlan.Refused(
                RefusalReason.UNKNOWN_ENTITY,
                "there is no prop %d".formatted(entity),
                Optional.empty());
    }

    private static EditPlan zoneFull() {
        return tooMany("zone", WorldLimits.MAX_PROPS_PER_ZONE, Bound.PROPS_PER_ZONE);
    }

    private static EditPlan tooMany(String where, int limit, Bound bound) {
        return new EditPlan.Refused(
                RefusalReason.TOO_MANY_ENTITIES,
                "this %s has its limit of %d props".formatted(where, limit),
                Optional.of(bound));
    }
}
