package otherworld.local.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An archive of parsed classes, which cuts the start of a JVM (JEP 350). The JVM writes it when a
 * process ends in order and there is no usable one; it checks an archive against itself and the
 * class path before it uses it, and goes on without one that does not fit. At most one running
 * process may write a file: {@link #begin} sees to that for processes that run side by side. May be
 * used by any thread.
 */
public final class ClassArchive {
    // Else it warns in the program's log about each class it cannot archive.
    private static final List<String> QUIET = List.of("-Xlog:cds=off", "-Xlog:cds+dynamic=off");

    private final Path file;
    private @Nullable Object writer;

    /**
     * @param file in a folder that exists; nobody else's, whatever other archives there are
     */
    public ClassArchive(Path file) {
        this.file = file;
    }

    /** Flags for a program of which one process runs at a time. */
    public List<String> writing() {
        return List.of("-XX:+AutoCreateSharedArchive", using(), QUIET.getFirst(), QUIET.getLast());
    }

    /**
     * Flags for a process that is about to start, which writes the archive if no other that runs
     * does.
     *
     * @param process any identity; to be told to {@link #ended} when it has ended
     */
    public synchronized List<String> begin(Object process) {
        if (writer == null) {
            writer = process;
            return writing();
        }
        return Files.exists(file) ? List.of(using(), QUIET.getFirst(), QUIET.getLast()) : List.of();
    }

    /** The process has ended, or never started. Without effect if it did not write. */
    public synchronized void ended(Object process) {
        if (writer == process) {
            writer = null;
        }
    }

    private String using() {
        return "-XX:SharedArchiveFile=" + file;
    }
}
