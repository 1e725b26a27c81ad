package otherworld.ops.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where audit lines go if not to the log: a file that is appended to, and put aside as {@code
 * NAME.1} when it is full, so that there are two of {@link #MOST_BYTES} at most. Not thread-safe.
 */
final class AuditFile {
    static final long MOST_BYTES = 64L << 20;

    private final Path file;
    private final long most;

    AuditFile(Path file, long most) {
        this.file = file;
        this.most = most;
    }

    /** Opened each time: events are rare, and whoever moves the file away loses none. */
    void write(byte[] line) throws IOException {
        if (Files.exists(file) && Files.size(file) + line.length > most) {
            Files.move(
                    file,
                    file.resolveSibling(file.getFileName() + ".1"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        if (Files.notExists(file)) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-r-----")));
        }
        try (OutputStream out =
                Files.newOutputStream(file, StandardOpenOption.APPEND, StandardOpenOption.CREATE)) {
            out.write(line);
        }
    }
}
