package otherworld.local.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/** The lines of the start under way, for {@code up} to show. Thread-safe. */
final class Progress {
    private final Path file;
    private final long startedNs = System.nanoTime();

    Progress(Path file) {
        this.file = file;
        write("", StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
    }

    synchronized void say(String line) {
        double seconds = (System.nanoTime() - startedNs) / 1e9;
        write(
                String.format(Locale.ROOT, "  %5.1f s  %s%n", seconds, line),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private void write(String text, StandardOpenOption... options) {
        try {
            Files.writeString(file, text, StandardCharsets.UTF_8, options);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not write " + file, e);
        }
    }
}
