package otherworld.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Keeps logs of children within bounds: a log and one older file, each of about 10 MiB. */
public final class LogFiles {
    /** Above this, a log is put aside; one older file is kept. */
    public static final long MAX_BYTES = 10L * 1024 * 1024;

    private LogFiles() {}

    /**
     * Also while its process writes to it: the text is copied aside and the file emptied. The
     * process appends, and so goes on at the new end; the lines it writes between the two steps,
     * which take milliseconds, are lost.
     */
    public static void bound(Path log) {
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            if (Files.exists(log) && Files.size(log) > MAX_BYTES) {
                Files.copy(
                        log,
                        log.resolveSibling(log.getFileName() + ".1"),
                        StandardCopyOption.REPLACE_EXISTING);
                try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
                    file.truncate(0);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Could not put aside " + log, e);
        }
    }
}
