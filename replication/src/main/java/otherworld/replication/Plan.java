package otherworld.replication;

import java.util.Arrays;

/**
 * How often a viewer is told each avatar that it sees: the nearest at every turn, the others the
 * less often the further away they are, as often as its bytes allow, and at least about once a
 * second. What is behind the viewer counts as twice as far away; among the nearest it does not,
 * since a head turns faster than an update comes.
 *
 * <p>Distances are put into bands of a quarter of an octave: a band further away is told at a
 * period 2^(1/4) longer. All that is to be chosen is which band is told at every turn, and that is
 * looked up by what each choice would take.
 */
final class Plan {
    private static final int BANDS = 40;
    private static final int BANDS_PER_OCTAVE = 4;

    /** Anything nearer than half a metre is in the first band. */
    private static final int FIRST_BAND = Float.floatToRawIntBits(0.25f) >>> 22;

    /** Of the bytes of a turn; the rest is for turns in which more are due than on average. */
    private static final float PLANNED = 0.96f;

    /** Told more often only if that leaves so much of what is planned: not to and fro. */
    private static final float SPARE = 0.93f;

    /** A second, less what a turn may slip for want of room. */
    private static final float LONGEST_S = 0.9f;

    /** Of what could be told once a second, so much is let into sight. */
    private static final float FILLED = 0.93f;

    /** More avatars are let into sight only when the bytes are there for so many times as many. */
    private static final float MORE_AVATARS = 1.1f;

    private static final int[] PERIODS = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48};

    /** In place of a band: one of the nearest; no avatar, or the viewer's own. */
    private static final byte NEAR = -1;

    private static final byte NOBODY = -2;

    private final ReplicationSettings settings;
    private final byte[] bands = new byte[ReplicationSettings.MAX_SEEN];
    private final int[] periods = new int[BANDS];
    private final int[] counts = new int[BANDS];
    private final float[] nearest;
    private int[] ladder = new int[0];
    private int longest;

    Plan(ReplicationSettings settings) {
        this.settings = settings;
        nearest = new float[settings.nearest()];
        turnsPerSecond(settings.presenceRateHz());
    }

    /** How many turns there are in a second, from now on. */
    void turnsPerSecond(float rate) {
        longest = Math.clamp((int) (rate * LONGEST_S), 1, Turns.HORIZON - 1);
        ladder = new int[BANDS];
        for (int step = 0; step < BANDS; step++) {
            double period = Math.pow(2, (double) step / BANDS_PER_OCTAVE);
            int best = 1;
            for (int candidate : PERIODS) {
                if (Math.abs(Math.log(candidate / period)) < Math.abs(Math.log(best / period))) {
                    best = candidate;
                }
            }
            ladder[step] = period > PERIODS[PERIODS.length - 1] ? longest : Math.min(best, longest);
        }
    }

    /** The period of those that are told least often, in turns. */
    int longest() {
        return longest;
    }

    /**
     * Gives everybody whom a viewer sees a period.
     *
     * @param around who is seen and where, as {@link Interest#look} found them
     * @param all whether there is time for more than the nearest, and all once a second
     */
    void make(Viewer viewer, Candidates around, boolean all) {
        int own = viewer.seen.find(viewer.avatarSlot);
        int avatars = sort(viewer.seen, around.distances2(), own);
        chooseNearest(viewer, around);
        spend(viewer, avatars - viewer.nearCount, all);
        givePeriods(viewer, own);
    }

    /**
     * Puts everybody into a band.
     *
     * @param own index of the viewer's avatar
     * @return how many others there are
     */
    private int sort(Seen seen, float[] distances2, int own) {
        Arrays.fill(counts, 0);
        int[] rows = seen.rows;
        int avatars = 0;
        for (int index = 0; index < seen.top(); index++) {
            if (rows[index] == Snapshots.NONE || index == own) {
                bands[index] = NOBODY;
                continue;
            }
            int band = band(distances2[index]);
            bands[index] = (byte) band;
            counts[band]++;
            avatars++;
        }
        return avatars;
    }

    private void givePeriods(Viewer viewer, int own) {
        for (int band = 0; band < BANDS; band++) {
            periods[band] = ladder[Math.clamp(band - viewer.shift, 0, BANDS - 1)];
        }
        int[] rows = viewer.seen.rows;
        for (int index = 0; index < viewer.seen.top(); index++) {
            int band = bands[index];
            if (band != NOBODY) {
                viewer.turns.period(index, band == NEAR ? 0 : periods[band], rows[index]);
            }
        }
        if (own != Seen.NONE) {
            // Who it is knows best where it is.
            viewer.turns.period(own, longest, rows[own]);
        }
    }

    private static int band(float distance2) {
        int band = (Float.floatToRawIntBits(distance2) >>> 22) - FIRST_BAND;
        return Math.clamp(band, 0, BANDS - 1 - BANDS_PER_OCTAVE);
    }

    /** Marks them, and moves those of the rest who are behind the viewer an octave away. */
    private void chooseNearest(Viewer viewer, Candidates around) {
        float[] distances2 = around.distances2();
        boolean[] behind = around.behind();
        int last = 0;
        int below = 0;
        while (last < BANDS && below + counts[last] <= nearest.length) {
            below += counts[last++];
        }
        float bound = last == BANDS ? Float.MAX_VALUE : boundIn(viewer, distances2, last, below);
        int near = 0;
        for (int index = 0; index < viewer.seen.top(); index++) {
            int band = bands[index];
            if (band == NOBODY) {
                continue;
            }
            if (near < nearest.length
                    && (band < last || (band == last && distances2[index] <= bound))) {
                counts[band]--;
                bands[index] = NEAR;
                viewer.near[near++] = (short) index;
            } else if (behind[index]) {
                counts[band]--;
                counts[band + BANDS_PER_OCTAVE]++;
                bands[index] = (byte) (band + BANDS_PER_OCTAVE);
            }
        }
        viewer.nearCount = near;
    }

    /** How far away the last of the nearest is, who is in the band {@code last}. */
    private float boundIn(Viewer viewer, float[] distances2, int last, int below) {
        int wanted = nearest.length - below;
        int found = 0;
        for (int index = 0; index < viewer.seen.top() && wanted > 0; index++) {
            if (bands[index] != last) {
                continue;
            }
            float distance2 = distances2[index];
            if (found == wanted && distance2 >= nearest[found - 1]) {
                continue;
            }
            int at = found < wanted ? found++ : found - 1;
            for (; at > 0 && nearest[at - 1] > distance2; at--) {
                nearest[at] = nearest[at - 1];
            }
            nearest[at] = distance2;
        }
        return found == 0 ? -1 : nearest[found - 1];
    }

    /** Chooses the band from which on it is told at less than every turn. */
    private void spend(Viewer viewer, int rest, boolean all) {
        float bytes = settings.bytesPerTurn() * PLANNED - Updates.overheadBytes(settings);
        // One more, since no part of an entity can be told.
        float least = (rest + 1) * viewer.restCost / longest + viewer.restCost;
        float near =
                Math.min(viewer.nearCount * viewer.nearCost, Math.max(bytes / 2, bytes - least));
        float room = all ? bytes - near : 0;
        viewer.bytesOfRest = (int) Math.min(least, bytes / 2);
        float fitting = (bytes - near) * FILLED / viewer.restCost * longest;
        setMostAvatars(viewer, nearest.length + fitting);
        int shift = viewer.shift;
        while (shift > -BANDS && turns(shift) * viewer.restCost > room) {
            shift--;
        }
        if (shift == viewer.shift) {
            while (shift < BANDS && turns(shift + 1) * viewer.restCost < room * SPARE) {
                shift++;
            }
        }
        viewer.shift = shift;
    }

    /** More could not be told once a second. */
    private static void setMostAvatars(Viewer viewer, float fitting) {
        float most = Math.min(fitting, ReplicationSettings.MAX_SEEN);
        if (most < viewer.mostAvatars
                || fitting > viewer.mostAvatars * MORE_AVATARS
                || fitting > ReplicationSettings.MAX_SEEN * MORE_AVATARS) {
            viewer.mostAvatars = (int) most;
        }
    }

    /** How many are due in a turn on average. */
    private float turns(int shift) {
        float turns = 0;
        for (int band = 0; band < BANDS; band++) {
            if (counts[band] > 0) {
                turns += (float) counts[band] / ladder[Math.clamp(band - shift, 0, BANDS - 1)];
            }
        }
        return turns;
    }
}
