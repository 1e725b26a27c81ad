package otherworld.bots;

import java.util.Map;
import java.util.UUID;

/**
 * Who a bot is and what it does: all of it follows from the seed and its index, but for the seat
 * request's id, which also names the run, since the matchmaker answers a repeated id with the old
 * seat.
 *
 * @param players all players of the run, and where each said it was when
 * @param moveRateHz MoveIntents per second
 * @param joints whether they tell of head and hands
 * @param transport what connections it makes
 * @param cutAfterMs after its first Welcome its connection breaks; 0: never
 * @param endMs when to stop editing and leave, on the run's clock
 */
record BotPlan(
        int index,
        String player,
        UUID request,
        long seed,
        Map<String, SentMoves> players,
        Walker.Area area,
        int moveRateHz,
        boolean joints,
        boolean edits,
        long cutAfterMs,
        long endMs,
        Patience patience,
        TransportChoice transport) {
    static String player(long seed, int index) {
        return "bot-%s-%04d".formatted(Long.toHexString(seed), index);
    }

    /** When this bot sends its moves. */
    SentMoves sentMoves() {
        return players.getOrDefault(player, new SentMoves());
    }

    /** Seed of this bot's own random numbers. */
    long ownSeed() {
        return seed * 0x9e3779b97f4a7c15L + index;
    }

    /**
     * How long a bot tries before it counts an error, in milliseconds.
     *
     * @param seatMs for a seat, waiting for an instance to start included
     * @param reconnectMs to be back after the connection dropped
     * @param settleMs at the end, for answers to its last edits
     */
    record Patience(long seatMs, long reconnectMs, long settleMs) {
        static final Patience USUAL = new Patience(90_000, 60_000, 15_000);
    }
}
