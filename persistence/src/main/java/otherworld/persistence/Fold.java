package otherworld.persistence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import otherworld.base.PlayerId;

/**
 * Entities and edit results as of a group, reached by applying groups in order. Pure; the loader
 * and the folding of the journal share it, so that what is folded is what would have been loaded.
 */
final class Fold {
    /** Results kept of a player: as many edits may be unanswered on a client's side. */
    static final int RESULTS_PER_PLAYER = 256;

    private final Map<Long, Versioned> entities = new TreeMap<>();
    private final Map<PlayerId, TreeMap<Long, byte[]>> results = new TreeMap<>();

    private long rowsSeq;
    private long rowsId;

    private final List<InstanceStore.Unreadable> unreadable = new ArrayList<>();

    /** An entity as of group {@code seq}. */
    record Versioned(long seq, EntityPatch patch) {}

    /** A stored row that is left where it is. */
    void unreadable(InstanceStore.Unreadable row) {
        unreadable.add(row);
    }

    List<InstanceStore.Unreadable> unreadable() {
        return unreadable;
    }

    /**
     * Whether a stored row, as of group {@code seq}, is the newest of its entity; if so it stands
     * for it, and what was met of the entity before is forgotten.
     */
    boolean isNewest(long seq, long id) {
        rowsSeq = Math.max(rowsSeq, seq);
        rowsId = Math.max(rowsId, id);
        Versioned met = entities.get(id);
        if (met != null && met.seq() >= seq) {
            return false;
        }
        entities.remove(id);
        return true;
    }

    void result(PlayerId player, long clientSequence, byte[] result) {
        TreeMap<Long, byte[]> ofPlayer = results.computeIfAbsent(player, p -> new TreeMap<>());
        ofPlayer.putIfAbsent(clientSequence, result);
        if (ofPlayer.size() > RESULTS_PER_PLAYER) {
            ofPlayer.pollFirstEntry();
        }
    }

    /** Applies group {@code seq} to entities of lower seq. */
    void group(long seq, List<Edit> edits) {
        for (Edit edit : edits) {
            for (EntityPatch patch : edit.patches()) {
                Versioned now = entities.get(patch.id());
                if (now == null || now.seq() <= seq) {
                    entities.put(patch.id(), new Versioned(seq, patch));
                }
            }
            if (edit.clientSequence() > 0) {
                result(edit.player(), edit.clientSequence(), edit.result());
            }
        }
    }

    /** The last state of each entity met, removed ones included, by id. */
    Collection<Versioned> touched() {
        return entities.values();
    }

    /** The highest group that is in it; 0 for none. */
    long highestSeq() {
        return Math.max(
                rowsSeq, entities.values().stream().mapToLong(Versioned::seq).max().orElse(0));
    }

    /** Ids carry the epoch that gave them in their upper half. */
    long highestEpoch() {
        return Math.max(
                rowsId >>> 32,
                entities.keySet().stream().mapToLong(id -> id >>> 32).max().orElse(0));
    }

    /** The newest results of each player, oldest first. */
    List<InstanceStore.RecentEdit> recent() {
        List<InstanceStore.RecentEdit> recent = new ArrayList<>();
        results.forEach((player, ofPlayer) ->
                ofPlayer.forEach((clientSequence, result) ->
                        recent.add(new InstanceStore.RecentEdit(player, clientSequence, result))));
        return recent;
    }
}
