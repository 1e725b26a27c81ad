package otherworld.local.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import otherworld.local.process.Guardian;

/** Makes and deletes folders. Symbolic links are never followed. */
public final class Trees {
    private Trees() {}

    /** Deletes {@code root} with all below it; nothing to do if it is not there. */
    public static void delete(Path root) {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.walkFileTree(root, new Deleter());
        } catch (IOException e) {
            throw new UncheckedIOException("Could not delete " + root, e);
        }
    }

    /** A new folder under the system's temporary one, deleted at the latest when this JVM ends. */
    public static Path temporary(String prefix) {
        try {
            Path folder = Files.createTempDirectory("otherworld-" + prefix + "-");
            Guardian.get().deleteAtEnd(folder);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("Could not make a temporary folder", e);
        }
    }

    /** Makes {@code folder} with its parents, for this user alone. */
    public static Path makePrivate(Path folder) {
        return make(folder, "rwx------");
    }

    /** Makes {@code folder} with its parents, readable by everyone. */
    public static Path makePublic(Path folder) {
        return make(folder, "rwxr-xr-x");
    }

    private static Path make(Path folder, String permissions) {
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("Could not make folder " + folder, e);
        }
    }

    private static final class Deleter extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
                throws IOException {
            if (e != null) {
                throw e;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
