package otherworld.local.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import otherworld.local.files.CacheFolder;
import otherworld.local.files.Trees;

/**
 * Where a cluster keeps its SQL data. Root starts PostgreSQL as another account, which cannot pass
 * root's closed home: root's clusters keep it under {@code /var/lib/otherworld}, one folder a state
 * folder.
 */
final class DatabaseFolder {
    private static final Path OF_ROOT = Path.of("/var/lib/otherworld");

    private DatabaseFolder() {}

    /**
     * The folder. Data of root's whose password is gone is deleted: the state folder was removed by
     * hand, and its database with it, had it been inside.
     */
    static Path of(Home home, Path password) {
        if (!Files.exists(password)) {
            purge(home);
        }
        if (!CacheFolder.isRoot()) {
            return home.data("database").resolve("data");
        }
        try {
            return Trees.makePublic(Files.createDirectories(ofRoot(home))).resolve("data");
        } catch (IOException e) {
            throw new UncheckedIOException("Could not create " + ofRoot(home), e);
        }
    }

    /** Deletes what is outside the state folder. */
    static void purge(Home home) {
        if (CacheFolder.isRoot() && Files.exists(ofRoot(home))) {
            Trees.delete(ofRoot(home));
        }
    }

    private static Path ofRoot(Home home) {
        try {
            byte[] name =
                    MessageDigest.getInstance("SHA-256")
                            .digest(home.folder().toString().getBytes(StandardCharsets.UTF_8));
            return OF_ROOT.resolve(HexFormat.of().formatHex(name, 0, 8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
