package otherworld.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Keeps logs of children within bounds. */
final class LogFiles {
    /** Above this, a log is put aside at the next start; one older file is kept. */
    static final long MAX_BYTES = 10L * 1024 * 1024;

    private LogFiles() {}

    static void rotate(Path log) {
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            if (Files.exists(log) && Files.size(log) > MAX_BYTES) {
                Files.move(
                        log,
                        log.resolveSibling(log.getFileName() + ".1"),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Could not rotate " + log, e);
        }
    }
}
