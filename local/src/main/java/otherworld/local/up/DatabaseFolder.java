package otherworld.local.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;
import otherworld.local.files.AtomicFiles;
import otherworld.local.files.CacheFolder;
import otherworld.local.files.DataFolders;
import otherworld.local.files.Trees;
import otherworld.local.files.Unread;
import otherworld.local.process.StartFailed;

/**
 * Where a cluster keeps its SQL data. Root starts PostgreSQL as another account, which cannot pass
 * root's closed home: root's clusters keep it under {@code /var/lib/otherworld}, one folder a state
 * folder.
 */
final class DatabaseFolder {
    private static final Path OF_ROOT = Path.of("/var/lib/otherworld");
    private static final String OWNER = "owner";
    private static final String ASIDE = "earlier";

    private DatabaseFolder() {}

    /**
     * The folder, which may not exist yet. Outside the state folder it carries the state folder's
     * id: data of one that was removed by hand is kept under another name.
     *
     * @throws StartFailed if it is another state folder's
     */
    static Path of(Home home, Inventory inventory, Consumer<String> tell) {
        if (!CacheFolder.isRoot()) {
            return home.data("database").resolve("data");
        }
        Path folder = ofRoot(home);
        settle(folder, inventory, tell);
        try {
            Trees.makePublic(Files.createDirectories(folder));
        } catch (IOException e) {
            throw new UncheckedIOException("Could not create " + folder, e);
        }
        AtomicFiles.write(folder.resolve(OWNER), inventory.id());
        return folder.resolve("data");
    }

    private static void settle(Path folder, Inventory inventory, Consumer<String> tell) {
        if (DataFolders.isEmpty(folder.resolve("data"))) {
            return;
        }
        switch (inventory.past()) {
            case NONE -> {
                Path aside = AtomicFiles.putAside(folder, ASIDE);
                tell.accept(
                        "The database of an earlier state folder of this name is kept as %s: delete it when nobody needs it"
                                .formatted(aside));
            }
            case KNOWN -> {
                String owner = owner(folder);
                if (!owner.isEmpty() && !owner.equals(inventory.id())) {
                    throw new StartFailed(
                            "%s is the database of another state folder, that of inventory id %s: restore that inventory, or the database of this one (id %s), or move %s away"
                                    .formatted(folder, owner, inventory.id(), folder));
                }
            }
            case UNKNOWN -> {} // the inventory was lost, and its id with it
        }
    }

    private static String owner(Path folder) {
        try {
            return Files.readString(folder.resolve(OWNER)).strip();
        } catch (IOException e) {
            Unread.fault(folder.resolve(OWNER), e);
            return ""; // lost, or never written: nothing speaks against it
        }
    }

    /** Deletes what is outside the state folder. */
    static void purge(Home home) {
        if (!CacheFolder.isRoot() || !Files.isDirectory(OF_ROOT)) {
            return;
        }
        Path folder = ofRoot(home);
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(OF_ROOT, folder.getFileName() + "*")) {
            all.forEach(Trees::delete);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not list " + OF_ROOT, e);
        }
    }

    /** What the database writes below, whether it is there yet or not. */
    static Path disk(Home home) {
        return CacheFolder.isRoot() ? OF_ROOT : home.folder();
    }

    static Path ofRoot(Home home) {
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
