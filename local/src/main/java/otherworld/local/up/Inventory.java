package otherworld.local.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import otherworld.local.files.AtomicFiles;
import otherworld.local.files.DataFolders;
import otherworld.local.files.SecretFiles;
import otherworld.local.files.Unread;

/**
 * What a state folder has ever held, in a file: by it something that was lost is told from
 * something that was never made. Thread-safe.
 */
final class Inventory {
    private static final String TITLE = "# What this state folder of ./otherworld has held";
    private static final String ID = "id ";
    private static final Pattern ENTRY = Pattern.compile("[A-Za-z0-9._/-]{1,200}");

    /** How well the past of the folder is known. */
    enum Past {
        /** Nothing was ever made here. */
        NONE,
        /** Things were made here; the inventory tells which. */
        KNOWN,
        /** Things are here, but the inventory was lost, or never written. */
        UNKNOWN
    }

    private final Path file;
    private final Path root;
    private final String id;
    private final Past past;
    private final Set<String> held = new TreeSet<>();

    private Inventory(Path file, Path root, String id, Past past) {
        this.file = file;
        this.root = root;
        this.id = id;
        this.past = past;
    }

    /** Reads it, or begins one. */
    static Inventory open(Home home, Consumer<String> tell) {
        Path file = home.inventory();
        if (!Files.exists(file)) {
            boolean empty =
                    DataFolders.isEmpty(home.secrets())
                            && DataFolders.isEmpty(home.data("kube"))
                            && DataFolders.isEmpty(home.data("redis"))
                            && DataFolders.isEmpty(home.data("database"));
            return begin(home, empty ? Past.NONE : Past.UNKNOWN);
        }
        try {
            List<String> lines = Files.readAllLines(file);
            if (lines.size() >= 2
                    && lines.get(0).equals(TITLE)
                    && lines.get(1).startsWith(ID)
                    && SecretFiles.fault(lines.get(1).substring(ID.length())).isEmpty()
                    && lines.stream().skip(2).allMatch(ENTRY.asMatchPredicate())) {
                String id = lines.get(1).substring(ID.length());
                Inventory inventory = new Inventory(file, home.folder(), id, Past.KNOWN);
                inventory.held.addAll(lines.subList(2, lines.size()));
                return inventory;
            }
        } catch (IOException e) {
            Unread.fault(file, e); // put aside as any other that is not an inventory
        }
        Path aside = AtomicFiles.putAside(file, "unusable");
        tell.accept(
                "%s is not what was written there: put aside as %s; what the folder holds is taken as it is"
                        .formatted(file, aside.getFileName()));
        return begin(home, Past.UNKNOWN);
    }

    private static Inventory begin(Home home, Past past) {
        Inventory inventory =
                new Inventory(home.inventory(), home.folder(), SecretFiles.random(), past);
        if (past == Past.UNKNOWN) {
            for (Store store : Store.values()) {
                inventory.held.add(maybe(store));
            }
        }
        inventory.write();
        return inventory;
    }

    /** Of this state folder, for data that is kept elsewhere. */
    String id() {
        return id;
    }

    /** As it was when this was opened. */
    Past past() {
        return past;
    }

    synchronized boolean has(Store store) {
        return held.contains(entry(store));
    }

    /**
     * Not known: the inventory was lost, or never written, and the store has not answered since.
     */
    synchronized boolean mayHave(Store store) {
        return held.contains(maybe(store));
    }

    synchronized boolean has(Path path) {
        return held.contains(entry(path));
    }

    synchronized void add(Store store) {
        boolean known = held.remove(maybe(store));
        if (held.add(entry(store)) || known) {
            write();
        }
    }

    synchronized void add(Path path) {
        if (held.add(entry(path))) {
            write();
        }
    }

    synchronized void forget(Store store) {
        boolean perhaps = held.remove(maybe(store));
        if (held.remove(entry(store)) || perhaps) {
            write();
        }
    }

    private void write() {
        StringBuilder text = new StringBuilder(TITLE + "\n" + ID + id + "\n");
        held.forEach(entry -> text.append(entry).append('\n'));
        AtomicFiles.write(file, text.toString());
    }

    private static String entry(Store store) {
        return "data-of/" + store;
    }

    private static String maybe(Store store) {
        return "perhaps-data-of/" + store;
    }

    private String entry(Path path) {
        String entry = root.relativize(path).toString();
        if (!ENTRY.matcher(entry).matches()) {
            throw new UncheckedIOException(
                    new IOException("'%s' cannot stand in an inventory".formatted(entry)));
        }
        return entry;
    }
}
