package otherworld.replication;

/**
 * How much is told while there is too little time for all of it. When ticks take too long, less is
 * told, one step at a time and no faster than its effect can be seen; when there is room again for
 * long enough, one step more. The gap between the two thresholds is wider than what one step saves,
 * so that it does not go to and fro.
 */
final class Duty {
    /** Of a tick's time, on average over some ticks: less is told above, more below. */
    static final float TOO_MUCH = 0.75f;

    static final float ROOM = 0.35f;

    private static final int TICKS_TO_NARROW = 10;
    private static final int TICKS_TO_WIDEN = 150;
    private static final float WEIGHT = 1f / 8;

    private static final Degradation[] STEPS = Degradation.values();

    private int step;
    private float duty;
    private int ticksInStep;
    private int turns;

    /** A tick took so much of the time that it has; 1 is all of it. */
    void tickTook(float share) {
        // One long pause is not too much to do.
        duty += (Math.min(share, 2) - duty) * WEIGHT;
        ticksInStep++;
        if (duty > TOO_MUCH && ticksInStep >= TICKS_TO_NARROW && step < STEPS.length - 1) {
            step++;
            ticksInStep = 0;
        } else if (duty < ROOM && ticksInStep >= TICKS_TO_WIDEN && step > 0) {
            step--;
            ticksInStep = 0;
        }
    }

    /** Whether updates go out at this presence tick. */
    boolean isDue() {
        return turns++ % now().presenceTicks() == 0;
    }

    Degradation now() {
        return STEPS[step];
    }
}
