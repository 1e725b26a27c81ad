package otherworld.instance.session;

import otherworld.base.PlayerId;

/** What a numbered place is to its instance. Reserved is the ledger's business: Free here. */
sealed interface SeatState {
    /** The highest generation seen for this number; 0 if none. */
    long generation();

    record Free(long generation) implements SeatState {}

    record Occupied(long generation, PlayerId player) implements SeatState {}

    /**
     * The player was lost and may resume.
     *
     * @param untilMs on the simulation's clock
     */
    record Held(long generation, PlayerId player, long untilMs) implements SeatState {}
}
