package otherworld.local.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.local.files.AtomicFiles;
import otherworld.local.files.Trees;
import otherworld.local.process.ProcessIdentity;

/**
 * What the node keeps of one pod, in a folder named by the pod's UID: a log, and a record of the
 * process, for each container. The record is there from just before the process starts until the
 * pod is gone.
 */
record PodFolder(Path path) {
    private static final Logger LOGGER = LoggerFactory.getLogger(PodFolder.class);

    private static final String RECORD = ".process";
    private static final String LOG = ".log";

    /** Where all pods' folders are. */
    static PodFolder of(Path root, String uid) {
        return new PodFolder(root.resolve(uid));
    }

    /** All pods' folders, also those of pods that are gone. */
    static List<PodFolder> all(Path root) {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(root)) {
            return paths.filter(Files::isDirectory).sorted().map(PodFolder::new).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + root, e);
        }
    }

    String uid() {
        return path.getFileName().toString();
    }

    /** When a file was last added or taken away. */
    Instant lastModified() {
        try {
            return Files.getLastModifiedTime(path).toInstant();
        } catch (IOException e) {
            return Instant.MIN; // gone already
        }
    }

    Path log(String container) {
        return path.resolve(container + LOG);
    }

    /** Marks that the container's process is about to start: it is never started twice. */
    void recordStarting(String container) {
        write(container, "starting\n");
    }

    void recordProcess(String container, ProcessIdentity identity) {
        write(container, identity.pid() + " " + identity.startedAt() + "\n");
    }

    /** True if a process of this pod was started, by this node or by its predecessor. */
    boolean started() {
        return !records().isEmpty();
    }

    /** The recorded processes that still run. */
    List<ProcessIdentity> survivors() {
        List<ProcessIdentity> survivors = new ArrayList<>();
        for (Path record : records()) {
            read(record).filter(ProcessIdentity::isAlive).ifPresent(survivors::add);
        }
        return survivors;
    }

    void delete() {
        if (Files.exists(path)) {
            Trees.delete(path);
        }
    }

    private void write(String container, String text) {
        try {
            Files.createDirectories(path);
            AtomicFiles.write(path.resolve(container + RECORD), text);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write to " + path, e);
        }
    }

    private List<Path> records() {
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(path)) {
            return paths.filter(file -> file.getFileName().toString().endsWith(RECORD)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + path, e);
        }
    }

    private static Optional<ProcessIdentity> read(Path record) {
        try {
            String text = Files.readString(record).strip();
            int space = text.indexOf(' ');
            return space < 0
                    ? Optional.empty()
                    : Optional.of(
                            new ProcessIdentity(
                                    Long.parseLong(text.substring(0, space)),
                                    Instant.parse(text.substring(space + 1))));
        } catch (IOException | NumberFormatException | DateTimeParseException e) {
            // Half written or damaged: the guardian of the node that wrote it has ended the
            // process.
            LOGGER.warn("{} names no process: {}", record, e.toString());
            return Optional.empty();
        }
    }
}
