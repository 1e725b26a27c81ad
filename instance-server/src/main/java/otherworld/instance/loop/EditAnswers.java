package otherworld.instance.loop;

import java.util.Arrays;
import otherworld.instance.config.Limits;

/**
 * EditAnswers to one player's newest edits, by client sequence, so that an edit sent again is
 * answered again and not done again. Client sequences count up, so the table is indexed by their
 * low bits.
 */
final class EditAnswers {
    private static final int MASK = Limits.ANSWERS_PER_PLAYER - 1;

    private long[] sequences = new long[0]; // 0: free; allocated with the first edit
    private long[] entities = new long[0];
    private boolean[] durable = new boolean[0];
    private long highest;

    /** What is known of a client sequence. */
    sealed interface Known {
        record New() implements Known {}

        record Applied(long entity, boolean durable) implements Known {}

        /**
         * So old that its answer is no longer kept: it must not be done, and cannot be answered.
         */
        record Forgotten() implements Known {}
    }

    Known find(long sequence) {
        int slot = (int) sequence & MASK;
        if (sequences.length > 0 && sequences[slot] == sequence) {
            return new Known.Applied(entities[slot], durable[slot]);
        }
        return sequence <= highest - Limits.ANSWERS_PER_PLAYER
                ? new Known.Forgotten()
                : new Known.New();
    }

    void applied(long sequence, long entity) {
        if (sequences.length == 0) {
            sequences = new long[Limits.ANSWERS_PER_PLAYER];
            entities = new long[Limits.ANSWERS_PER_PLAYER];
            durable = new boolean[Limits.ANSWERS_PER_PLAYER];
        }
        int slot = (int) sequence & MASK;
        if (sequence < sequences[slot]) {
            return; // from storage, out of order: the newer one stays
        }
        sequences[slot] = sequence;
        entities[slot] = entity;
        durable[slot] = false;
        highest = Math.max(highest, sequence);
    }

    void durable(long sequence) {
        int slot = (int) sequence & MASK;
        if (sequences.length > 0 && sequences[slot] == sequence) {
            durable[slot] = true;
        }
    }

    /** The highest sequence that was applied; 0 if none. */
    long highest() {
        return highest;
    }

    @Override
    public String toString() {
        return "EditAnswers up to " + highest + " " + Arrays.toString(sequences);
    }
}
