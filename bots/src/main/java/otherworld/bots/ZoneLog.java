package otherworld.bots;

import java.util.List;

/**
 * What a server said about who was in which zone, in order.
 *
 * @param coveredMs the log is complete up to this time, on the server's clock
 * @param gap true if entries were lost: then the log proves nothing
 */
record ZoneLog(List<Entry> entries, long coveredMs, boolean gap) {
    /**
     * @param zone its x and z, with a comma between
     */
    record Entry(long seq, long timeMs, String player, String zone, boolean entered) {}
}
