package otherworld.local.database;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import otherworld.local.files.CacheFolder;
import otherworld.local.process.StartFailed;

/** PostgreSQL's programs, extracted once from the jar of binaries on the class path. */
final class PostgresBinaries {
    private PostgresBinaries() {}

    /** The folder with {@code bin}, {@code lib} and {@code share}; any account can run them. */
    static Path folder() {
        String archive = archiveName();
        return CacheFolder.fillOnce(
                CacheFolder.readableByOthers(),
                "postgres/" + size(archive),
                work -> extract(archive, work));
    }

    /** The archive's length tells one release from the next without unpacking it. */
    private static String size(String archive) {
        try {
            var url = PostgresBinaries.class.getResource(archive);
            if (url == null) {
                throw new StartFailed(
                        archive
                                + " is missing on the class path: no PostgreSQL binaries for this"
                                + " machine; set CRDB_URL or install cockroach");
            }
            return "18-" + url.openConnection().getContentLengthLong();
        } catch (IOException e) {
            throw new StartFailed("Could not read " + archive, e);
        }
    }

    private static String archiveName() {
        String os =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac")
                        ? "darwin"
                        : "linux";
        String machine =
                switch (System.getProperty("os.arch", "")) {
                    case "aarch64" -> "arm_64";
                    default -> "x86_64";
                };
        return "/postgres-" + os + "-" + machine + ".txz";
    }

    private static void extract(String archive, Path target) throws IOException {
        try (InputStream in = PostgresBinaries.class.getResourceAsStream(archive);
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(
                                new XZCompressorInputStream(new BufferedInputStream(in)))) {
            TarArchiveEntry entry;
            while ((entry = tar.getNextEntry()) != null) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException(archive + " holds " + entry.getName());
                }
                write(tar, entry, path);
            }
        }
    }

    private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
            throws IOException {
        Files.createDirectories(entry.isDirectory() ? path : path.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            throw new IOException("Hard link " + entry.getName() + " is not expected");
        } else if (!entry.isDirectory()) {
            Files.copy(tar, path);
            String permissions = (entry.getMode() & 0100) == 0 ? "rw-r--r--" : "rwxr-xr-x";
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }
}
