package otherworld.local.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import otherworld.local.files.AtomicFiles;

/**
 * How far the start under way is, for {@code up} to show: a file of lines, one for each step that
 * is done, and one of what is still waited for. Thread-safe.
 */
final class Progress {
    private final Path file;
    private final Path pendingFile;
    private final long startedNs = System.nanoTime();
    private final Set<Step> pending = EnumSet.allOf(Step.class);

    Progress(Path file, Path pendingFile) {
        this.file = file;
        this.pendingFile = pendingFile;
        write("", StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
        writePending();
    }

    /** Something that people should read, and no step. */
    void say(String line) {
        line("        " + line);
    }

    /** A step that is done twice counts once. */
    synchronized void done(Step step, String line) {
        pending.remove(step);
        writePending();
        int all = Step.values().length;
        line(String.format(Locale.ROOT, "%2d of %d  %s", all - pending.size(), all, line));
    }

    private synchronized void line(String text) {
        write(
                String.format(Locale.ROOT, "  %5.1f s  %s%n", seconds(), text),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private double seconds() {
        return (System.nanoTime() - startedNs) / 1e9;
    }

    private void writePending() {
        AtomicFiles.write(
                pendingFile, pending.stream().map(Step::label).collect(Collectors.joining(", ")));
    }

    private void write(String text, StandardOpenOption... options) {
        try {
            Files.writeString(file, text, StandardCharsets.UTF_8, options);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not write " + file, e);
        }
    }
}
