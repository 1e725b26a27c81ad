package otherworld.instance.simulation;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import otherworld.base.PlayerId;
import otherworld.instance.config.Limits;
import otherworld.persistence.InstanceStore.RecentEdit;
import otherworld.protocol.Pose;

/**
 * What an instance remembers of players beyond their visit: where they stood and what their edits
 * were answered. Bounded: of those who are not seated, whoever came longest ago is forgotten.
 */
final class Memory {
    private final Map<PlayerId, Remembered> players = new LinkedHashMap<>();

    /** One player. */
    static final class Remembered {
        final Answers answers = new Answers();
        private @Nullable Pose place;
        boolean seated;

        Optional<Pose> place() {
            return Optional.ofNullable(place);
        }

        void place(Pose stood) {
            place = stood;
        }
    }

    /** The player comes: remembered as newest until {@code seated} is cleared. */
    Remembered seated(PlayerId player) {
        Remembered known = players.remove(player);
        Remembered remembered = known == null ? new Remembered() : known;
        remembered.seated = true;
        players.put(player, remembered);
        forgetOldest();
        return remembered;
    }

    /**
     * From storage, at start; false if the answer cannot be read. The edit was done all the same:
     * its number stays taken, so that a resend does not do it twice.
     */
    boolean answered(RecentEdit edit) {
        Answers answers = of(edit.player()).answers;
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
    void stood(PlayerId player, Pose place) {
        of(player).place(place);
    }

    /** What is known of a player's edits, seated or not. */
    Optional<Answers> answers(PlayerId player) {
        return Optional.ofNullable(players.get(player)).map(known -> known.answers);
    }

    int size() {
        return players.size();
    }

    private Remembered of(PlayerId player) {
        Remembered remembered = players.computeIfAbsent(player, _ -> new Remembered());
        forgetOldest();
        return remembered;
    }

    private void forgetOldest() {
        Iterator<Remembered> oldest = players.values().iterator();
        while (players.size() > Limits.MAX_REMEMBERED_PLAYERS && oldest.hasNext()) {
            if (!oldest.next().seated) {
                oldest.remove();
            }
        }
    }
}
