package otherworld.local.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

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
    private final boolean trained;
    private final AtomicBoolean written = new AtomicBoolean();

    /**
     * @param file in a folder that exists; nobody else's, whatever other archives there are
     */
    public ClassArchive(Path file) {
        this(file, false);
    }

    private ClassArchive(Path file, boolean trained) {
        this.file = file;
        this.trained = trained;
    }

    /** One of {@link TrainedCaches}, which is better than an archive and only read. */
    public static ClassArchive trained(Path cache) {
        return new ClassArchive(cache, true);
    }

    /** Flags for a program of which one process runs at a time. */
    public List<String> writing() {
        if (trained) {
            return TrainedCaches.using(file);
        }
        return List.of("-XX:+AutoCreateSharedArchive", using(), QUIET.getFirst(), QUIET.getLast());
    }

    /**
     * Flags for a process that is about to start, which writes the archive if no other that runs
     * does.
     */
    public Use begin() {
        if (trained) {
            return new Use(TrainedCaches.using(file), () -> {});
        }
        if (written.compareAndSet(false, true)) {
            return new Use(writing(), () -> written.set(false));
        }
        return new Use(
                Files.exists(file)
                        ? List.of(using(), QUIET.getFirst(), QUIET.getLast())
                        : List.of(),
                () -> {});
    }

    /**
     * What one process does with the archive.
     *
     * @param flags to start it with
     */
    public record Use(List<String> flags, Runnable over) {
        /** The process has ended, or never started. To be called once. */
        public void end() {
            over.run();
        }
    }

    private String using() {
        return "-XX:SharedArchiveFile=" + file;
    }
}
