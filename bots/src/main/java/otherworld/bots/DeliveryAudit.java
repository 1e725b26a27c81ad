package otherworld.bots;

import java.util.OptionalLong;

/**
 * Asks of every move that another player sent while this bot was entitled to see it: did its pose,
 * or a newer one of the same player, arrive? Presence tells the newest pose at a fixed rate, so of
 * two moves sent within one presence interval (and the tick by which it may vary) the earlier may
 * rightly stay unsaid: it was <em>overtaken</em>, and is not measured. One that stayed unsaid for
 * longer is <em>delivered</em> when the newer one comes, however its sender bunched them: the
 * viewer knew that late where the player was. Only a move after which nothing of the player came
 * was <em>never told</em>. Moves that may have been on their way when the entitlement ended ({@link
 * #IN_FLIGHT_MS}) are not judged.
 *
 * <p>One for each avatar a bot sees; guarded by its bot. Times are on the run's clock.
 */
final class DeliveryAudit {
    /** A move may still be on its way for so long, and longer where others were seen to be. */
    static final long IN_FLIGHT_MS = 1_000;

    private final SentMoves sent;
    private final long intervalMs;
    private final Stats stats;
    private long judgedMs;
    private int next;

    /**
     * @param sinceMs when the bot came to see the player
     * @param intervalMs the presence interval and one tick
     */
    DeliveryAudit(SentMoves sent, long sinceMs, long intervalMs, Stats stats) {
        this.sent = sent;
        this.judgedMs = sinceMs;
        // What is told first may have been sent a while before.
        this.next = sent.since(sinceMs - IN_FLIGHT_MS);
        this.intervalMs = intervalMs;
        this.stats = stats;
    }

    /** When the move to that place was sent, if it is none that was told before. */
    OptionalLong sentMs(long place) {
        int move = sent.find(place, next);
        return move == SentMoves.NONE ? OptionalLong.empty() : OptionalLong.of(sent.at(move));
    }

    /** The move sent at {@code sentMs} arrived; moves before it will not any more. */
    void arrived(long sentMs, long nowUs) {
        int count = sent.count();
        for (; next < count && sent.at(next) < sentMs; next++) {
            if (sent.at(next) > judgedMs) {
                if (sentMs - sent.at(next) <= intervalMs) {
                    stats.movesOvertaken.increment();
                } else {
                    stats.delivery.recordUs(nowUs - sent.at(next) * 1_000);
                }
            }
        }
        judgedMs = Math.max(judgedMs, sentMs);
    }

    /**
     * The bot sees the player no more.
     *
     * @param nowMs when it last could
     * @param slowestMs longest delivery that the bot has seen: what is twice as old was not told
     */
    void ended(long nowMs, long slowestMs) {
        long inFlightMs = Math.max(IN_FLIGHT_MS, 2 * slowestMs);
        int count = sent.count();
        for (; next < count && sent.at(next) < nowMs - inFlightMs; next++) {
            if (sent.at(next) > judgedMs) {
                stats.delivery.recordNever();
            }
        }
    }
}
