package otherworld.bots;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What one bot saw over one connection: how the set of other players it was told of changed, from
 * its first EntityStates until the connection ended. Times in milliseconds on the run's clock.
 * Guarded by its bot until the run is over.
 */
final class Observation {
    final String player;
    final LogSource source;
    private final Hearing hearing;
    private final List<Change> changes = new ArrayList<>();
    private long endMs = Long.MAX_VALUE;

    /** Server clock minus the run's clock, as the quickest Pong told. */
    private long offsetMs;

    private long quickestMs = Long.MAX_VALUE;

    sealed interface Change {
        long atMs();

        /** All that are known now. */
        record All(long atMs, Set<String> players) implements Change {}

        record Came(long atMs, String player) implements Change {}

        record Went(long atMs, String player) implements Change {}
    }

    /**
     * @param hearing of all bots that the source's host serves
     */
    Observation(String player, LogSource source, Hearing hearing) {
        this.player = player;
        this.source = source;
        this.hearing = hearing;
    }

    /** Any message came. */
    void heard(long nowMs) {
        hearing.heard(nowMs);
    }

    void add(Change change) {
        if (endMs == Long.MAX_VALUE && (!changes.isEmpty() || change instanceof Change.All)) {
            changes.add(change);
        }
    }

    /** Nothing counts from here on. The first call counts. */
    void end(long nowMs) {
        endMs = Math.min(endMs, nowMs);
    }

    void clock(long sentMs, long receivedMs, long serverMs) {
        long tripMs = receivedMs - sentMs;
        if (tripMs < quickestMs) {
            quickestMs = tripMs;
            offsetMs = serverMs - (sentMs + receivedMs) / 2;
        }
    }

    List<Change> changes() {
        return changes;
    }

    long endMs() {
        return endMs;
    }

    long offsetMs() {
        return offsetMs;
    }
}
