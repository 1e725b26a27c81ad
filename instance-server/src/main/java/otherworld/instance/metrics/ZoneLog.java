package otherworld.instance.metrics;

import otherworld.base.PlayerId;
import otherworld.instance.config.Limits;
import otherworld.world.Zone;

/**
 * Who entered and left which zone, newest {@link Limits#ZONE_LOG_ENTRIES}: the truth that tests
 * compare with what clients saw. Written by the simulation thread, read by any.
 */
public final class ZoneLog {
    private static final ZoneLog OFF = new ZoneLog(0);

    private final Entry[] ring;
    private long next = 1;

    private ZoneLog(int entries) {
        ring = new Entry[entries];
    }

    /** A log that keeps nothing. */
    public static ZoneLog off() {
        return OFF;
    }

    public static ZoneLog on() {
        return new ZoneLog(Limits.ZONE_LOG_ENTRIES);
    }

    /** What somebody did. */
    public enum Kind {
        ENTER("enter"),
        LEAVE("leave");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    private record Entry(long seq, long timeMs, String player, String zone, Kind kind) {}

    public void add(long timeMs, PlayerId player, Zone zone, Kind kind) {
        if (ring.length == 0) {
            return;
        }
        synchronized (this) {
            ring[(int) (next % ring.length)] =
                    new Entry(next, timeMs, player.value(), zone.toString(), kind);
            next++;
        }
    }

    /**
     * Entries with a higher sequence number than {@code after}, oldest first, one JSON object a
     * line: {@code {"seq":1,"timeMs":…,"player":"…","zone":"0,-1","event":"enter"}}. If the first
     * number is not {@code after + 1}, the entries between have been overwritten.
     */
    public String jsonLinesAfter(long after) {
        StringBuilder lines = new StringBuilder();
        synchronized (this) {
            long oldest = Math.max(1, next - ring.length);
            for (long seq = Math.max(oldest, after + 1); seq < next; seq++) {
                Entry entry = ring[(int) (seq % ring.length)];
                lines.append("{\"seq\":").append(entry.seq());
                lines.append(",\"timeMs\":").append(entry.timeMs());
                lines.append(",\"player\":\"").append(escape(entry.player()));
                lines.append("\",\"zone\":\"").append(entry.zone());
                lines.append("\",\"event\":\"").append(entry.kind().text).append("\"}\n");
            }
        }
        return lines.toString();
    }

    /** Player ids are printable ASCII: only two characters need escaping in JSON. */
    private static String escape(String player) {
        return player.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
