package otherworld.local.files;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;

/** Where extracted and downloaded programs are kept between runs. */
public final class CacheFolder {
    private CacheFolder() {}

    /** {@code $XDG_CACHE_HOME/otherworld}, by default {@code ~/.cache/otherworld}. */
    public static Path ofUser() {
        String configured = System.getenv("XDG_CACHE_HOME");
        Path base =
                configured == null || configured.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(configured);
        return base.resolve("otherworld");
    }

    /**
     * A cache whose files other accounts can read: root's home is closed to them, so root keeps
     * what they must run in the system's cache, whose parent only root writes to.
     */
    public static Path readableByOthers() {
        if (!isRoot()) {
            return ofUser();
        }
        boolean mac = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac");
        return Path.of(mac ? "/Library/Caches/otherworld" : "/var/cache/otherworld");
    }

    public static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Fills a folder; throws if it cannot. */
    public interface Filler {
        void fill(Path folder) throws IOException;
    }

    /**
     * The folder {@code cache/name}, filled by {@code filler} if it is not there yet. It appears at
     * once and complete; of several processes that ask at once, one fills it and the others wait.
     */
    public static Path fillOnce(Path cache, String name, Filler filler) {
        Path folder = cache.resolve(name);
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return folder;
        }
        try {
            Files.createDirectories(folder.getParent());
            Path lockFile = folder.resolveSibling(folder.getFileName() + ".lock");
            // A lock is per JVM: threads of this one take turns on the class.
            synchronized (CacheFolder.class) {
                try (FileOutputStream stream = new FileOutputStream(lockFile.toFile());
                        FileLock _ = stream.getChannel().lock()) {
                    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                        fill(folder, filler);
                    }
                }
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("Could not fill cache folder " + folder, e);
        }
    }

    private static void fill(Path folder, Filler filler) throws IOException {
        Path work =
                Files.createTempDirectory(
                        folder.getParent(), "." + folder.getFileName().toString() + "-");
        try {
            filler.fill(work);
            Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(work, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Trees.delete(work);
        }
    }
}
