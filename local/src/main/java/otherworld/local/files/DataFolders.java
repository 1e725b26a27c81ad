package otherworld.local.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Looks at data folders before their servers do, which take an absent file for a new beginning. */
public final class DataFolders {
    private static final Pattern VERSION = Pattern.compile("[0-9]{1,3}");

    private DataFolders() {}

    /**
     * PostgreSQL's.
     *
     * @param cluster what {@code initdb} made
     */
    public static Found postgres(Path cluster) {
        if (isEmpty(cluster)) {
            return new Found.Nothing();
        }
        Path version = cluster.resolve("PG_VERSION");
        if (!holdsText(version, VERSION)) {
            return new Found.Damaged(
                    "%s is missing or not PostgreSQL's (if that file alone is lost, write the version's number into it again, such as 18)"
                            .formatted(version));
        }
        return lacking(
                cluster, "global/pg_control", "global/1262", "pg_hba.conf", "postgresql.conf");
    }

    /**
     * etcd's.
     *
     * @param data its {@code --data-dir}
     */
    public static Found etcd(Path data) {
        if (isEmpty(data)) {
            return new Found.Nothing();
        }
        Found database = lacking(data, "member/snap/db");
        if (database instanceof Found.Damaged) {
            return database;
        }
        // Without its log etcd would begin a new cluster over the old database.
        return holds(data.resolve("member/wal"), "*.wal")
                ? new Found.Whole()
                : new Found.Damaged(data.resolve("member/wal") + " has no log (*.wal)");
    }

    /**
     * Redis': one file before version 7, a folder of files and their manifest since.
     *
     * @param data its {@code dir}
     */
    public static Found redis(Path data) {
        Path files = data.resolve("appendonlydir");
        if (holds(files, "*.manifest") || Files.exists(data.resolve("appendonly.aof"))) {
            return new Found.Whole();
        }
        return isEmpty(files) ? new Found.Nothing() : new Found.Damaged(files + " has no manifest");
    }

    /** True if there is no such folder, or nothing in it. */
    public static boolean isEmpty(Path folder) {
        return !Files.exists(folder) || !holds(folder, "*", 0);
    }

    private static Found lacking(Path root, String... files) {
        for (String file : files) {
            Path path = root.resolve(file);
            if (size(path) <= 0) {
                return new Found.Damaged(path + (Files.exists(path) ? " is empty" : " is missing"));
            }
        }
        return new Found.Whole();
    }

    private static boolean holds(Path folder, String glob) {
        return holds(folder, glob, 1);
    }

    private static boolean holds(Path folder, String glob, long leastBytes) {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, glob)) {
            for (Path file : files) {
                if (leastBytes == 0 || size(file) >= leastBytes) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("Could not list " + folder, e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            Unread.fault(file, e);
            return -1;
        }
    }

    private static boolean holdsText(Path file, Pattern pattern) {
        try {
            return pattern.matcher(Files.readString(file).strip()).matches();
        } catch (IOException e) {
            Unread.fault(file, e);
            return false;
        }
    }
}
