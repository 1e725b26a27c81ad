package otherworld.instance.loop;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import otherworld.base.PlayerId;
import otherworld.instance.config.Limits;
import otherworld.instance.store.EditAnswer;
import otherworld.persistence.InstanceStore.RecentEdit;
import otherworld.protocol.Pose;

/**
 * What an instance remembers of players beyond their visit: where they stood and what their edits
 * were answered. Bounded: of those who are not seated, whoever came longest ago is forgotten.
 */
final class PlayerRecords {
    private final Map<PlayerId, PlayerRecord> players = new LinkedHashMap<>();

    /** One player. */
    static final class PlayerRecord {
        final EditAnswers answers = new EditAnswers();
        private @Nullable Pose place;
        boolean seated;

        Optional<Pose> place() {
            return Optional.ofNullable(place);
        }

        void place(Pose last) {
            place = last;
        }
    }

    /** The player comes: remembered as newest until {@code seated} is cleared. */
    PlayerRecord seated(PlayerId player) {
        PlayerRecord known = players.remove(player);
        PlayerRecord record = known == null ? new PlayerRecord() : known;
        record.seated = true;
        players.put(player, record);
        forgetOldest();
        return record;
    }

    /**
     * From storage, at start; false if the answer cannot be read. The edit was done all the same:
     * its number stays taken, so that a resend does not do it twice.
     */
    boolean restore(RecentEdit edit) {
        EditAnswers answers = of(edit.player()).answers;
        long entity = 0;
        boolean readable = true;
        try {
            entity = EditAnswer.decode(edit.result()).entity();
        } catch (IllegalArgumentException e) {
            readable = false;
        }
        answers.applied(edit.clientSequence(), entity);
        answers.durable(edit.clientSequence());
        return readable;
    }

    /** From the last poses in Redis, at start. */
    void restorePose(PlayerId player, Pose place) {
        of(player).place(place);
    }

    /** What is known of a player's edits, seated or not. */
    Optional<EditAnswers> answers(PlayerId player) {
        return Optional.ofNullable(players.get(player)).map(known -> known.answers);
    }

    int size() {
        return players.size();
    }

    private PlayerRecord of(PlayerId player) {
        PlayerRecord record = players.computeIfAbsent(player, _ -> new PlayerRecord());
        forgetOldest();
        return record;
    }

    private void forgetOldest() {
        Iterator<PlayerRecord> oldest = players.values().iterator();
        while (players.size() > Limits.MAX_REMEMBERED_PLAYERS && oldest.hasNext()) {
            if (!oldest.next().seated) {
                oldest.remove();
            }
        }
    }
}
