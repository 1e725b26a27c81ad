package otherworld.local.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small shell process beside this JVM that reads what to clean up from a pipe. When the JVM ends,
 * however it ends, the pipe closes, and the guardian ends the process groups that are left and
 * deletes the temporary folders. One per JVM; started with the first child, and again with all that
 * is to be guarded if it is killed itself. Thread-safe.
 */
public final class Guardian {
    private static final Logger log = LoggerFactory.getLogger(Guardian.class);

    private static @Nullable Guardian instance;

    /** Lest one that cannot live is started in a tight loop. */
    private static final Duration SUCCESSION = Duration.ofMillis(100);

    private final Map<Long, ProcessIdentity> groups = new LinkedHashMap<>();
    private final Set<Path> folders = new LinkedHashSet<>();
    private @Nullable Path record;

    private Process process;
    private Writer pipe;

    private Guardian() {
        process = start();
        pipe = process.outputWriter(StandardCharsets.UTF_8);
    }

    public static synchronized Guardian get() {
        if (instance == null) {
            instance = new Guardian();
            instance.watch();
        }
        return instance;
    }

    /** Deletes {@code folder} with all it holds when this JVM has ended. */
    public void deleteAtEnd(Path folder) {
        Path whole = folder.toAbsolutePath().normalize();
        synchronized (this) {
            folders.add(whole);
            tell("folder " + whole);
        }
    }

    /**
     * Keeps the children that run in {@code file}, for whoever starts after the JVM and the
     * guardian were both killed: {@link #recorded}.
     */
    public synchronized void recordIn(Path file) {
        record = file;
        record();
    }

    /** The children of a JVM that kept them in {@code file}, whether they still run or not. */
    public static List<ProcessIdentity> recorded(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .map(ProcessIdentity::parse)
                    .flatMap(Optional::stream)
                    .toList();
        } catch (IOException e) {
            return List.of(); // never written, or gone: then it names nobody
        }
    }

    /**
     * @param leader of the group
     */
    synchronized void addGroup(ProcessIdentity leader) {
        groups.put(leader.pid(), leader);
        tell("add " + leader.pid());
        record();
    }

    synchronized void removeGroup(ProcessIdentity leader) {
        groups.remove(leader.pid(), leader);
        tell("remove " + leader.pid());
        record();
    }

    /** Its process, for tests that end it. */
    synchronized ProcessHandle handle() {
        return process.toHandle();
    }

    private void record() {
        if (record == null) {
            return;
        }
        try {
            // Whole, but not forced to the disk: no power cut leaves anybody to be found by it.
            Path work = record.resolveSibling("." + record.getFileName());
            Files.writeString(
                    work,
                    groups.values().stream().map(it -> it + "\n").collect(Collectors.joining()));
            Files.move(work, record, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // A full disk. The guardian knows them, and the next change writes all of them.
            log.warn("Children are not recorded: {}", e.toString());
        }
    }

    /** One that is gone is not told: its successor learns everything, this included. */
    private void tell(String line) {
        try {
            pipe.write(line + "\n");
            pipe.flush();
        } catch (IOException e) {
            log.debug("The guardian is gone and was not told '{}'", line, e);
        }
    }

    private void watch() {
        Process watched = process;
        var _ =
                watched.onExit()
                        .thenRunAsync(
                                () -> succeed(watched), task -> Thread.ofVirtual().start(task));
    }

    private void succeed(Process gone) {
        try {
            Thread.sleep(SUCCESSION);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        log.warn(
                "The guardian of child processes (process {}) ended with exit code {}: another takes its place",
                gone.pid(),
                gone.exitValue());
        synchronized (this) {
            process = start();
            pipe = process.outputWriter(StandardCharsets.UTF_8);
            groups.keySet().forEach(pid -> tell("add " + pid));
            folders.forEach(folder -> tell("folder " + folder));
            watch();
        }
    }

    private static Process start() {
        try (InputStream script = Guardian.class.getResourceAsStream("guardian.sh")) {
            if (script == null) {
                throw new IllegalStateException("guardian.sh is missing on the class path");
            }
            List<String> command = new ArrayList<>();
            Programs.find("setsid").ifPresent(setsid -> command.add(setsid.toString()));
            String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
            command.addAll(List.of("bash", "-c", text, "otherworld-guardian"));
            return new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .directory(Path.of("/").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not start the guardian of child processes", e);
        }
    }
}
