package otherworld.instance.simulation;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.PlayerId;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.metrics.InstanceMetrics.Limit;
import otherworld.instance.replicate.Encoder;
import otherworld.instance.simulation.Tenure.MayEdit;
import otherworld.instance.zone.Avatar;
import otherworld.instance.zone.Prop;
import otherworld.instance.zone.ZoneGrid;
import otherworld.persistence.Edit;
import otherworld.persistence.EntityPatch;
import otherworld.persistence.PatchWriter;
import otherworld.persistence.PropBody;
import otherworld.protocol.EditApplied;
import otherworld.protocol.EditDurable;
import otherworld.protocol.EditRefused;
import otherworld.protocol.MoveProp;
import otherworld.protocol.PlaceProp;
import otherworld.protocol.Pose;
import otherworld.protocol.Protocol;
import otherworld.protocol.RefusalReason;
import otherworld.protocol.RemoveProp;
import otherworld.protocol.Rotation;

/**
 * Props: validates an edit, gives it to the writer, applies it, answers it, and later says that it
 * is durable. An edit is refused, with a reason, before anything is changed. One that is sent again
 * is answered again and not done again.
 *
 * <p>Simulation thread only.
 */
final class Edits {
    private static final Logger log = LoggerFactory.getLogger(Edits.class);
    private static final byte[] NO_BODY = {};
    private static final int MAX_TOLD = 20;

    private final long epoch;
    private final PatchWriter writer;
    private final ZoneGrid zones;
    private final Encoder encoder;
    private final InstanceMetrics metrics;
    private final Long2ObjectHashMap<Prop> props = new Long2ObjectHashMap<>();
    private final Queue<Long> offeredNs = new ArrayDeque<>(); // as long as the writer's queue
    private long lastId;
    private int unreadable;

    Edits(
            long epoch,
            PatchWriter writer,
            ZoneGrid zones,
            Encoder encoder,
            InstanceMetrics metrics) {
        this.epoch = epoch;
        this.writer = writer;
        this.zones = zones;
        this.encoder = encoder;
        this.metrics = metrics;
        // Ids carry the epoch: what a crashed host gave out and did not commit is never given
        // again.
        this.lastId = epoch << 32;
    }

    /** What an edit would do. */
    private sealed interface Plan {
        record Put(Prop prop, PropBody body) implements Plan {}

        record Remove(Prop prop) implements Plan {}

        record Refuse(RefusalReason reason, String detail) implements Plan {}
    }

    /**
     * From storage, at start. An entity that this program cannot read is left where it is and left
     * out: it locks nobody out of the others, and a program that can read it finds it again.
     */
    void load(List<EntityPatch> entities) {
        int left = 0;
        for (EntityPatch entity : entities) {
            if (entity.removed()) {
                continue;
            }
            try {
                Prop prop = new Prop(entity.id(), readable(entity));
                props.put(prop.id, prop);
                zones.put(prop);
            } catch (IllegalArgumentException e) {
                if (++left <= MAX_TOLD) {
                    log.error("Entity {} is left out: {}", entity.id(), e.getMessage());
                }
            }
        }
        unreadable = left;
    }

    private static void requireAtMost(String name, String text, int maxBytes) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > maxBytes) {
            throw new IllegalArgumentException(
                    "its %s has %d bytes, more than %d".formatted(name, bytes, maxBytes));
        }
    }

    /** Props that {@link #load} left out. */
    int unreadable() {
        return unreadable;
    }

    private static PropBody readable(EntityPatch entity) {
        PropBody body = PropBody.decode(entity.body());
        if (!Movement.inBounds(new Pose(body.x(), body.y(), body.z(), body.rotation()))) {
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

    int count() {
        return props.size();
    }

    /** Whether nothing is on its way to the database. */
    boolean allDurable() {
        return offeredNs.isEmpty();
    }

    void place(Player player, PlaceProp edit, MayEdit mayEdit, long nowNs) {
        handle(player, edit.clientSequence(), mayEdit, nowNs, () -> plan(player, edit));
    }

    void move(Player player, MoveProp edit, MayEdit mayEdit, long nowNs) {
        handle(player, edit.clientSequence(), mayEdit, nowNs, () -> plan(player, edit));
    }

    void remove(Player player, RemoveProp edit, MayEdit mayEdit, long nowNs) {
        handle(player, edit.clientSequence(), mayEdit, nowNs, () -> plan(player, edit));
    }

    private void handle(
            Player player, long sequence, MayEdit mayEdit, long nowNs, Supplier<Plan> plan) {
        if (isNew(player, sequence)) {
            Plan refusal = refusal(player, mayEdit, nowNs);
            perform(player, sequence, refusal == null ? plan.get() : refusal, nowNs);
        }
    }

    /** Passes on what was committed since the last call; {@code of} finds who is here. */
    void acknowledge(PlayerDirectory of, long nowNs) {
        List<Edit> committed = writer.pollDurable();
        for (int i = 0; i < committed.size(); i++) {
            Edit edit = committed.get(i);
            Long offered = offeredNs.poll();
            if (offered != null) {
                metrics.durableSeconds.observe((nowNs - offered) / 1e9);
            }
            metrics.editsDurable.inc();
            of.durable(edit.player(), edit.clientSequence());
        }
    }

    /** Tells a player what has become durable since the last call. */
    void tellDurable(Player player) {
        List<Long> durable = player.durable;
        for (int from = 0; from < durable.size(); from += Protocol.MAX_DURABLE_SEQUENCES) {
            int to = Math.min(durable.size(), from + Protocol.MAX_DURABLE_SEQUENCES);
            player.tell(
                    encoder.encode(new EditDurable(epoch, List.copyOf(durable.subList(from, to)))));
        }
        durable.clear();
    }

    private boolean isNew(Player player, long sequence) {
        return switch (player.memory.answers.find(sequence)) {
            case Answers.Known.New() -> true;
            case Answers.Known.Applied(long entity, boolean durable) -> {
                metrics.editsResent.inc();
                player.tell(encoder.encode(new EditApplied(epoch, sequence, entity)));
                if (durable) {
                    player.durable.add(sequence);
                }
                yield false;
            }
            case Answers.Known.Forgotten() -> {
                refuse(
                        player,
                        sequence,
                        RefusalReason.UNKNOWN_ENTITY,
                        "older than the newest %d edits, whose answers are kept"
                                .formatted(Limits.ANSWERS_PER_PLAYER));
                yield false;
            }
        };
    }

    /** Why nothing at all can be edited now; null if it can. */
    private @Nullable Plan refusal(Player player, MayEdit mayEdit, long nowNs) {
        Plan.Refuse closed =
                switch (mayEdit) {
                    case MayEdit.Yes() -> null;
                    case MayEdit.Closing() ->
                            new Plan.Refuse(
                                    RefusalReason.CLOSING,
                                    "this host stops: send it again to the next one");
                    case MayEdit.Frozen _ ->
                            new Plan.Refuse(
                                    RefusalReason.FROZEN,
                                    "the database is out of reach: send it again later");
                    case MayEdit.Damaged() ->
                            new Plan.Refuse(
                                    RefusalReason.STORAGE_DAMAGED,
                                    "what was committed here is damaged: nothing is edited until it is repaired");
                };
        if (closed != null) {
            return closed;
        }
        if (!player.edits.take(nowNs)) {
            metrics.hit(Limit.EDIT_RATE);
            return new Plan.Refuse(
                    RefusalReason.RATE_LIMITED,
                    "more than %d edits a second".formatted(Limits.EDITS_PER_SECOND));
        }
        if (!writer.hasRoom(1)) {
            return storageSlow();
        }
        return null;
    }

    private Plan plan(Player player, PlaceProp edit) {
        if (props.size() >= Limits.MAX_PROPS) {
            metrics.hit(Limit.PROPS);
            return tooMany("instance", Limits.MAX_PROPS);
        }
        if (zones.propsAt(edit.pose().x(), edit.pose().z()) >= Limits.MAX_PROPS_PER_ZONE) {
            metrics.hit(Limit.PROPS_PER_ZONE);
            return tooMany("zone", Limits.MAX_PROPS_PER_ZONE);
        }
        Pose pose = edit.pose();
        Plan.Refuse wrong = unreachable(player, pose);
        if (wrong != null) {
            return wrong;
        }
        PropBody body = body(edit.model(), pose, player.id.value());
        return new Plan.Put(new Prop(++lastId, body), body);
    }

    private Plan plan(Player player, MoveProp edit) {
        Prop prop = props.get(edit.entity());
        if (prop == null) {
            return unknown(edit.entity());
        }
        Plan.Refuse wrong = unreachable(player, place(prop));
        if (wrong == null) {
            wrong = unreachable(player, edit.pose());
        }
        if (wrong != null) {
            return wrong;
        }
        PropBody was = prop.body();
        if (!zones.sameZone(was.x(), was.z(), edit.pose().x(), edit.pose().z())
                && zones.propsAt(edit.pose().x(), edit.pose().z()) >= Limits.MAX_PROPS_PER_ZONE) {
            metrics.hit(Limit.PROPS_PER_ZONE);
            return tooMany("zone", Limits.MAX_PROPS_PER_ZONE);
        }
        return new Plan.Put(prop, body(was.model(), edit.pose(), was.placedBy()));
    }

    private Plan plan(Player player, RemoveProp edit) {
        Prop prop = props.get(edit.entity());
        if (prop == null) {
            return unknown(edit.entity());
        }
        Plan.Refuse wrong = unreachable(player, place(prop));
        return wrong == null ? new Plan.Remove(prop) : wrong;
    }

    private void perform(Player player, long sequence, Plan plan, long nowNs) {
        switch (plan) {
            case Plan.Refuse(RefusalReason reason, String detail) ->
                    refuse(player, sequence, reason, detail);
            case Plan.Put(Prop prop, PropBody body) -> {
                EntityPatch patch = new EntityPatch(prop.id, false, body.encode());
                if (offer(player, sequence, patch, nowNs)) {
                    prop.body(body);
                    props.put(prop.id, prop);
                    zones.put(prop);
                }
            }
            case Plan.Remove(Prop prop) -> {
                if (offer(player, sequence, new EntityPatch(prop.id, true, NO_BODY), nowNs)) {
                    props.remove(prop.id);
                    zones.remove(prop);
                }
            }
        }
    }

    /** Gives the edit to the writer and answers it. Must be followed by applying it if true. */
    private boolean offer(Player player, long sequence, EntityPatch patch, long nowNs) {
        byte[] answer = new EditAnswer(patch.id()).encode();
        if (!writer.offer(new Edit(player.id, sequence, List.of(patch), answer))) {
            Plan.Refuse slow = storageSlow();
            refuse(player, sequence, slow.reason(), slow.detail());
            return false;
        }
        offeredNs.add(nowNs);
        player.memory.answers.applied(sequence, patch.id());
        metrics.editsApplied.inc();
        player.tell(encoder.encode(new EditApplied(epoch, sequence, patch.id())));
        return true;
    }

    private void refuse(Player player, long sequence, RefusalReason reason, String detail) {
        metrics.refused(reason);
        player.tell(encoder.encode(new EditRefused(sequence, reason, detail)));
    }

    private Plan.Refuse storageSlow() {
        metrics.hit(Limit.WRITER_QUEUE);
        return new Plan.Refuse(
                RefusalReason.STORAGE_SLOW, "the database is behind: send it again later");
    }

    private Plan.@Nullable Refuse unreachable(Player player, Pose pose) {
        if (!Movement.inBounds(pose)) {
            metrics.hit(Limit.BOUNDS);
            return new Plan.Refuse(
                    RefusalReason.OUT_OF_BOUNDS,
                    "the World ends %.0f m from its middle".formatted(Limits.HALF_WORLD_M));
        }
        Avatar avatar = player.avatar;
        float metres = Movement.distance(avatar.x, avatar.y, avatar.z, pose);
        if (metres > Limits.REACH_M) {
            metrics.hit(Limit.REACH);
            return new Plan.Refuse(
                    RefusalReason.OUT_OF_REACH,
                    "%.1f m away, more than %.0f m".formatted(metres, Limits.REACH_M));
        }
        return null;
    }

    private static Plan.Refuse unknown(long entity) {
        return new Plan.Refuse(
                RefusalReason.UNKNOWN_ENTITY, "there is no prop %d".formatted(entity));
    }

    private static Plan.Refuse tooMany(String where, int limit) {
        return new Plan.Refuse(
                RefusalReason.TOO_MANY_ENTITIES,
                "this %s has its limit of %d props".formatted(where, limit));
    }

    private static Pose place(Prop prop) {
        return prop.state().pose();
    }

    private static PropBody body(String model, Pose pose, String placedBy) {
        return new PropBody(model, pose.x(), pose.y(), pose.z(), pose.rotation(), placedBy);
    }

    /** Finds whom to tell. */
    interface PlayerDirectory {
        void durable(PlayerId player, long sequence);
    }
}
