package otherworld.bots;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import otherworld.protocol.ClientMessage;
import otherworld.protocol.MoveEntity;
import otherworld.protocol.PlaceEntity;
import otherworld.protocol.Pose;
import otherworld.protocol.RemoveEntity;

/**
 * One bot's edits in one instance and how far each has come. Guarded by its bot.
 *
 * <p>A bot edits only props it placed, and only once their placing is durable, so the final state
 * of each of its props follows from its own edits alone.
 */
final class EditLog {
    private final TreeMap<Long, Entry> edits = new TreeMap<>();

    /** Props of this player that exist as far as it knows, oldest first. */
    private final SequencedMap<Long, Pose> standing = new LinkedHashMap<>();

    /** As they stood when this bot came. */
    private final Map<Long, Pose> found = new HashMap<>();

    private long lastSequence;

    enum State {
        SENT,
        APPLIED,
        DURABLE,
        REFUSED
    }

    /** One edit; times on the run's clock in microseconds, 0 until it happens. */
    static final class Entry {
        final ClientMessage message;
        final long sentUs;
        State state = State.SENT;

        /** Of the prop; for a placing, 0 until it is applied. */
        long entity;

        private Entry(ClientMessage message, long entity, long sentUs) {
            this.message = message;
            this.entity = entity;
            this.sentUs = sentUs;
        }
    }

    /** Goes on after what the instance has answered in earlier runs. */
    void continueAfter(long sequence) {
        lastSequence = Math.max(lastSequence, sequence);
    }

    long nextSequence() {
        return lastSequence + 1;
    }

    void sent(ClientMessage edit, long nowUs) {
        lastSequence++;
        switch (edit) {
            case PlaceEntity _ -> add(edit, 0, nowUs);
            case MoveEntity move -> {
                add(edit, move.entity(), nowUs);
                standing.put(move.entity(), move.pose());
            }
            case RemoveEntity remove -> {
                add(edit, remove.entity(), nowUs);
                standing.remove(remove.entity());
            }
            default -> throw new IllegalArgumentException("No edit: " + edit);
        }
    }

    /** The edit that is answered, if this answer is its first. */
    Optional<Entry> applied(long sequence, long entity) {
        Entry edit = edits.get(sequence);
        if (edit == null || edit.state != State.SENT) {
            if (edit != null
                    && edit.state == State.APPLIED
                    && edit.message instanceof PlaceEntity) {
                edit.entity = entity; // done anew after a crash that came before it was durable
            }
            return Optional.empty();
        }
        edit.state = State.APPLIED;
        edit.entity = entity;
        return Optional.of(edit);
    }

    /** The edit that became durable, if this is the first time that is said. */
    Optional<Entry> durable(long sequence) {
        Entry edit = edits.get(sequence);
        if (edit == null || edit.state == State.DURABLE) {
            return Optional.empty();
        }
        edit.state = State.DURABLE;
        if (edit.message instanceof PlaceEntity place) {
            standing.put(edit.entity, place.pose());
        }
        return Optional.of(edit);
    }

    Optional<Entry> refused(long sequence) {
        Entry edit = edits.get(sequence);
        if (edit == null || edit.state == State.REFUSED) {
            return Optional.empty();
        }
        edit.state = State.REFUSED;
        if (!(edit.message instanceof PlaceEntity)) {
            restore(edit.entity);
        }
        return Optional.of(edit);
    }

    /** A prop is where the last edit left it that was not refused. */
    private void restore(long entity) {
        Optional<Pose> pose = Optional.ofNullable(found.get(entity));
        for (Entry edit : edits.values()) {
            if (edit.entity == entity && edit.state != State.REFUSED) {
                pose =
                        switch (edit.message) {
                            case PlaceEntity place -> Optional.of(place.pose());
                            case MoveEntity move -> Optional.of(move.pose());
                            default -> Optional.empty();
                        };
            }
        }
        pose.ifPresentOrElse(where -> standing.put(entity, where), () -> standing.remove(entity));
    }

    /** A prop of this player from an earlier run: its to move and remove. */
    void adopt(long entity, Pose pose) {
        if (edits.values().stream().noneMatch(edit -> edit.entity == entity)) {
            standing.putIfAbsent(entity, pose);
            found.put(entity, pose);
        }
    }

    Map<Long, Pose> standing() {
        return standing;
    }

    /** What to send again after a reconnect, in order. */
    List<ClientMessage> unsettled() {
        List<ClientMessage> again = new ArrayList<>();
        for (Entry edit : edits.values()) {
            if (edit.state == State.SENT || edit.state == State.APPLIED) {
                again.add(edit.message);
            }
        }
        return again;
    }

    List<Entry> entries() {
        return List.copyOf(edits.values());
    }

    private void add(ClientMessage edit, long entity, long nowUs) {
        edits.put(lastSequence, new Entry(edit, entity, nowUs));
    }
}
