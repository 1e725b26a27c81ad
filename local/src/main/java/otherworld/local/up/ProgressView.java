package otherworld.local.up;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows a {@link Progress} while it is written: its lines, and on a terminal below them one that is
 * drawn anew, of what is waited for. Elsewhere that is a line of its own, when nothing else was
 * said for {@link #SILENCE}, and there are no escape codes. One thread.
 */
final class ProgressView {
    static final Duration SILENCE = Duration.ofSeconds(30);

    private static final Duration REDRAW = Duration.ofMillis(200);
    private static final String ERASE = "\r\033[K";

    private final Path lines;
    private final Path pending;
    private final PrintStream out;
    private final int columns;
    private final LongSupplier nanos;
    private final long startedNs;
    private long saidNs;
    private long drawnNs;
    private boolean drawn;
    private int shown;

    /**
     * @param columns of the terminal; 0 where {@code out} is none
     */
    ProgressView(Path lines, Path pending, PrintStream out, int columns, LongSupplier nanos) {
        this.lines = lines;
        this.pending = pending;
        this.out = out;
        this.columns = columns;
        this.nanos = nanos;
        this.startedNs = nanos.getAsLong();
        this.saidNs = startedNs;
        this.drawnNs = startedNs - REDRAW.toNanos();
    }

    /** The terminal that the launcher has found, by {@code otherworld.columns}. */
    static int columns() {
        return Integer.getInteger("otherworld.columns", 0);
    }

    /** Shows what is new. Call it often. */
    void update() throws IOException {
        String text = read(lines);
        long nowNs = nanos.getAsLong();
        if (text.length() > shown) {
            clear();
            out.print(text.substring(shown));
            out.flush();
            shown = text.length();
            saidNs = nowNs;
        }
        if (columns > 0) {
            if (nowNs - drawnNs >= REDRAW.toNanos()) {
                String line = waiting(nowNs);
                out.print(ERASE + line.substring(0, Math.min(line.length(), columns - 1)));
                out.flush();
                drawnNs = nowNs;
                drawn = true;
            }
        } else if (nowNs - saidNs >= SILENCE.toNanos()) {
            out.println(waiting(nowNs));
            saidNs = nowNs;
        }
    }

    /** Takes the drawn line away. */
    void clear() {
        if (drawn) {
            out.print(ERASE);
            out.flush();
            drawn = false;
        }
    }

    private String waiting(long nowNs) throws IOException {
        String names = read(pending);
        return String.format(
                Locale.ROOT,
                "  %5.1f s  %s",
                (nowNs - startedNs) / 1e9,
                names.isEmpty() ? "" : "waiting for " + names);
    }

    private static String read(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    }
}
