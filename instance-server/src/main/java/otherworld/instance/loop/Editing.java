package otherworld.instance.loop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import otherworld.base.PlayerId;
import otherworld.base.TraceContext;
import otherworld.instance.config.Limit;
import otherworld.instance.config.Limits;
import otherworld.instance.loop.LeaseGuard.MayEdit;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.store.EditAnswer;
import otherworld.instance.store.StoredWorld;
import otherworld.instance.trace.EditTrace;
import otherworld.ops.metric.MetricSpec.HistogramSpec;
import otherworld.persistence.Edit;
import otherworld.persistence.EntityPatch;
import otherworld.persistence.PatchWriter;
import otherworld.protocol.EditApplied;
import otherworld.protocol.EditDurable;
import otherworld.protocol.EditRefused;
import otherworld.protocol.MoveEntity;
import otherworld.protocol.PlaceEntity;
import otherworld.protocol.Protocol;
import otherworld.protocol.RefusalReason;
import otherworld.protocol.RemoveEntity;
import otherworld.world.EditPlan;
import otherworld.world.Rights;
import otherworld.world.World;

/**
 * Edits of players: asks the world what one would do, gives it to the writer, applies it, answers
 * it, and later says that it is durable. An edit is refused, with a reason, before anything is
 * changed. One that is sent again is answered again and not done again.
 *
 * <p>Simulation thread only.
 */
final class Editing {
    private final long epoch;
    private final PatchWriter writer;
    private final World world;
    private final Encoder encoder;
    private final InstanceMetrics metrics;
    private final AwaitedEdits awaited = new AwaitedEdits();

    /** Of the edit that is being handled; null for nearly all. */
    private @Nullable EditTrace trace;

    // Of those that were given to the writer, in their order, and of those that are durable.
    private final ArrayDeque<EditTrace> awaitedTraces = new ArrayDeque<>();
    private final List<EditTrace> durableTraces = new ArrayList<>();

    Editing(long epoch, PatchWriter writer, World world, Encoder encoder, InstanceMetrics metrics) {
        this.epoch = epoch;
        this.writer = writer;
        this.world = world;
        this.encoder = encoder;
        this.metrics = metrics;
    }

    /** Whether nothing is on its way to the database. */
    boolean allDurable() {
        return awaited.isEmpty();
    }

    /** What is handled next is recorded. */
    void follow(EditTrace next) {
        trace = next;
    }

    void followNoMore() {
        trace = null;
    }

    /** Players have been told what has become durable. */
    void told() {
        if (!durableTraces.isEmpty()) {
            durableTraces.forEach(EditTrace::told);
            durableTraces.clear();
        }
    }

    void place(
            Player player, PlaceEntity edit, Rights rights, MayEdit mayEdit, int tick, long nowNs) {
        handle(
                player,
                edit.clientSequence(),
                mayEdit,
                tick,
                nowNs,
                () -> world.planPlace(player.avatar, rights, edit.model(), edit.pose()));
    }

    void move(
            Player player, MoveEntity edit, Rights rights, MayEdit mayEdit, int tick, long nowNs) {
        handle(
                player,
                edit.clientSequence(),
                mayEdit,
                tick,
                nowNs,
                () -> world.planMove(player.avatar, rights, edit.entity(), edit.pose()));
    }

    void remove(
            Player player,
            RemoveEntity edit,
            Rights rights,
            MayEdit mayEdit,
            int tick,
            long nowNs) {
        handle(
                player,
                edit.clientSequence(),
                mayEdit,
                tick,
                nowNs,
                () -> world.planRemove(player.avatar, rights, edit.entity()));
    }

    private void handle(
            Player player,
            long sequence,
            MayEdit mayEdit,
            int tick,
            long nowNs,
            Supplier<EditPlan> plan) {
        if (trace != null) {
            trace.handled(player.id, sequence);
        }
        if (isNew(player, sequence)) {
            EditPlan what = refusal(player, mayEdit, nowNs).orElseGet(plan);
            switch (what) {
                case EditPlan.Refused refused -> refuse(player, sequence, refused);
                case EditPlan.Change change -> perform(player, sequence, change, tick, nowNs);
            }
        }
    }

    /** Counts those that wait for the database longer than is promised, before any is let go. */
    void watchWaiting(long nowNs) {
        int late = awaited.newlyLate(nowNs);
        if (late > 0) {
            metrics.editsLate.inc(late);
        }
    }

    /** Passes on what was committed since the last call; {@code of} finds who is here. */
    void acknowledge(PlayerDirectory of, long nowNs) {
        List<Edit> committed = writer.pollDurable();
        for (int i = 0; i < committed.size(); i++) {
            Edit edit = committed.get(i);
            if (!awaited.isEmpty()) {
                double took = awaited.removeOldest(nowNs) / 1e9;
                if (edit.trace() == null) {
                    metrics.durableSeconds.observe(took);
                } else {
                    metrics.durableSeconds.observeWithExemplar(
                            took, HistogramSpec.exemplar(edit.trace()));
                    durable(awaitedTraces.poll());
                }
            }
            metrics.editsDurable.inc();
            of.durable(edit.player(), edit.clientSequence());
        }
    }

    private void durable(@Nullable EditTrace of) {
        if (of != null) {
            of.durable();
            durableTraces.add(of);
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
        return switch (player.record.answers.find(sequence)) {
            case EditAnswers.Known.New() -> true;
            case EditAnswers.Known.Applied(long entity, boolean durable) -> {
                metrics.editsResent.inc();
                if (trace != null) {
                    trace.resent();
                }
                player.tell(encoder.encode(new EditApplied(epoch, sequence, entity)));
                if (durable) {
                    player.durable.add(sequence);
                }
                yield false;
            }
            case EditAnswers.Known.Forgotten() -> {
                refuse(
                        player,
                        sequence,
                        refused(
                                RefusalReason.UNKNOWN_ENTITY,
                                "older than the newest %d edits, whose answers are kept"
                                        .formatted(Limits.ANSWERS_PER_PLAYER)));
                yield false;
            }
        };
    }

    /** Why nothing at all can be edited now; empty if it can. */
    private Optional<EditPlan> refusal(Player player, MayEdit mayEdit, long nowNs) {
        switch (mayEdit) {
            case MayEdit.Yes() -> {}
            case MayEdit.Closing() -> {
                return Optional.of(
                        refused(
                                RefusalReason.CLOSING,
                                "this host stops: send it again to the next one"));
            }
            case MayEdit.Frozen _ -> {
                return Optional.of(
                        refused(
                                RefusalReason.FROZEN,
                                "the database is out of reach: send it again later"));
            }
            case MayEdit.Damaged() -> {
                return Optional.of(
                        refused(
                                RefusalReason.STORAGE_DAMAGED,
                                "what was committed here is damaged: nothing is edited until it is repaired"));
            }
        }
        if (!player.edits.take(nowNs)) {
            metrics.hit(Limit.EDIT_RATE);
            return Optional.of(
                    refused(
                            RefusalReason.RATE_LIMITED,
                            "more than %d edits a second".formatted(Limits.EDITS_PER_SECOND)));
        }
        return writer.hasRoom(1) ? Optional.empty() : Optional.of(storageSlow());
    }

    /** Gives the edit to the writer; if it takes it, applies it and answers. */
    private void perform(
            Player player, long sequence, EditPlan.Change change, int tick, long nowNs) {
        long entity = change.entity();
        byte[] answer = new EditAnswer(entity).encode();
        EntityPatch patch = StoredWorld.patch(change);
        TraceContext traced = trace == null ? null : trace.context();
        if (!writer.offer(new Edit(player.id, sequence, List.of(patch), answer, traced))) {
            refuse(player, sequence, storageSlow());
            return;
        }
        awaited.add(nowNs);
        if (trace != null) {
            awaitedTraces.add(trace);
            trace.applied(entity);
        }
        player.record.answers.applied(sequence, entity);
        metrics.editsApplied.inc();
        player.tell(encoder.encode(new EditApplied(epoch, sequence, entity)));
        world.apply(change, tick);
    }

    private void refuse(Player player, long sequence, EditPlan.Refused refused) {
        refused.bound().ifPresent(bound -> metrics.hit(Limit.of(bound)));
        metrics.refused(refused.reason());
        if (trace != null) {
            trace.refused(refused.reason().name());
        }
        player.tell(encoder.encode(new EditRefused(sequence, refused.reason(), refused.detail())));
    }

    private EditPlan.Refused storageSlow() {
        metrics.hit(Limit.WRITER_QUEUE);
        return refused(RefusalReason.STORAGE_SLOW, "the database is behind: send it again later");
    }

    private static EditPlan.Refused refused(RefusalReason reason, String detail) {
        return new EditPlan.Refused(reason, detail, Optional.empty());
    }

    /** Finds whom to tell. */
    interface PlayerDirectory {
        void durable(PlayerId player, long sequence);
    }
}
