package otherworld.operator.plan;

/** The decision about one World. Pure: the same observation gives the same plan. */
public final class Planner {
    private Planner() {}

    /** What to do about a World, given what is seen of it. */
    public static Plan plan(Observation observation) {
        Draft draft = new Draft(observation);
        Growth growth = new Growth(draft);
        growth.keepWhatRuns();
        growth.replaceLost();
        growth.wakeWanted();
        growth.reviveSeated();
        growth.reachFloor();
        growth.keepSpareSeats();
        growth.seatTheWaiting();
        Shrinking shrinking = new Shrinking(draft);
        shrinking.removeConfirmed();
        shrinking.removeNotReady();
        shrinking.cordonIdle();
        shrinking.rollOut();
        shrinking.cleanUp();
        return draft.plan();
    }
}
