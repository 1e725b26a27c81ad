package otherworld.bots;

/**
 * Asks of every move that another player sent while this bot was entitled to see it: did it arrive?
 * Presence tells the newest pose at a fixed rate, so of two moves sent within one presence interval
 * (and the tick by which it may vary) the earlier may rightly stay unsaid: it was
 * <em>overtaken</em>. Any other move that never arrived is <em>undelivered</em>, which counts as
 * infinitely late. Moves sent less than {@link #IN_FLIGHT_MS} before the entitlement ended are not
 * judged.
 *
 * <p>One for each avatar a bot sees; guarded by its bot. Times are on the run's clock.
 */
final class DeliveryAudit {
    /** A move may still be on its way for so long. */
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
        this.intervalMs = intervalMs;
        this.stats = stats;
    }

    /** The move sent at {@code sentMs} arrived; moves before it will not any more. */
    void arrived(long sentMs) {
        int count = sent.count();
        for (; next < count && sent.at(next) < sentMs; next++) {
            if (sent.at(next) > judgedMs) {
                if (sentMs - sent.at(next) <= intervalMs) {
                    stats.movesOvertaken.increment();
                } else {
                    stats.delivery.recordNever();
                }
            }
        }
        judgedMs = Math.max(judgedMs, sentMs);
    }

    /** The bot sees the player no more. */
    void ended(long nowMs) {
        int count = sent.count();
        for (; next < count && sent.at(next) < nowMs - IN_FLIGHT_MS; next++) {
            if (sent.at(next) > judgedMs) {
                stats.delivery.recordNever();
            }
        }
    }
}
