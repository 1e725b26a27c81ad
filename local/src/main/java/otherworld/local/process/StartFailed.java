package otherworld.local.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A part did not start; the message names the part, the reason, and ends with its last log lines.
 */
public final class StartFailed extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int MAX_LOG_LINES = 15;

    public StartFailed(String message) {
        super(message);
    }

    public StartFailed(String message, Throwable cause) {
        super(message, cause);
    }

    /** With the end of {@code log}. */
    public static StartFailed withLog(String message, Path log) {
        return new StartFailed("%s; %s ends with:%n%s".formatted(message, log, tail(log)));
    }

    private static String tail(Path log) {
        try {
            // Not all that servers write is text.
            List<String> lines =
                    new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
            int from = Math.max(0, lines.size() - MAX_LOG_LINES);
            return String.join("\n", lines.subList(from, lines.size()));
        } catch (IOException e) {
            return "(unreadable: " + e.getMessage() + ")";
        }
    }
}
