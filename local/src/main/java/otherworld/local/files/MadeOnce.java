package otherworld.local.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Makes keys and secrets on first use, and tells that from their loss. Only for what no state hangs
 * on: a file that is gone is made anew and one that cannot be used is put aside first, and both are
 * told with what it costs. Thread-safe: two users of one file get the same.
 */
public final class MadeOnce {
    private final Predicate<Path> madeBefore;
    private final Consumer<Path> made;
    private final Consumer<String> tell;

    /**
     * @param madeBefore whether a file was ever made here
     * @param made is told of each file that is there
     * @param tell takes sentences for people
     */
    public MadeOnce(Predicate<Path> madeBefore, Consumer<Path> made, Consumer<String> tell) {
        this.madeBefore = madeBefore;
        this.made = made;
        this.tell = tell;
    }

    /** For folders that are made and thrown away: tells nobody. */
    public static MadeOnce untold() {
        return new MadeOnce(_ -> false, _ -> {}, _ -> {});
    }

    /** A random secret. */
    public String secret(Path file, String cost) {
        return text(file, SecretFiles::fault, SecretFiles::random, cost).strip();
    }

    /**
     * A file of text.
     *
     * @param fault what is wrong with a text; empty if nothing is
     * @param cost what a new one in the place of an old one breaks
     */
    public synchronized String text(
            Path file, Function<String, String> fault, Supplier<String> fresh, String cost) {
        String found = "";
        if (Files.exists(file)) {
            String wrong;
            try {
                found = Files.readString(file);
                wrong = found.isBlank() ? "it is empty" : fault.apply(found);
            } catch (IOException e) {
                wrong = Unread.fault(file, e);
            }
            if (wrong.isEmpty()) {
                made.accept(file);
                return found;
            }
            replace(file, wrong, cost);
        } else if (madeBefore.test(file)) {
            tell.accept("%s is missing and made anew: %s".formatted(file, cost));
        }
        String text = fresh.get();
        AtomicFiles.write(file, text);
        made.accept(file);
        return text;
    }

    /** Fills a folder; throws if it cannot. */
    public interface Filler {
        void fill(Path folder) throws IOException;
    }

    /**
     * A folder whose files belong together: if one is missing or wrong, all are made anew.
     *
     * @param fault what is wrong with a folder; empty if nothing is
     */
    public synchronized Path folder(
            Path folder, Function<Path, String> fault, Filler filler, String cost) {
        if (Files.exists(folder)) {
            String wrong = fault.apply(folder);
            if (wrong.isEmpty()) {
                made.accept(folder);
                return folder;
            }
            replace(folder, wrong, cost);
        } else if (madeBefore.test(folder)) {
            tell.accept("%s is missing and made anew: %s".formatted(folder, cost));
        }
        Path parent = Objects.requireNonNull(folder.getParent());
        CacheFolder.fillOnce(parent, folder.getFileName().toString(), filler::fill);
        try {
            Trees.makePrivate(folder);
            AtomicFiles.forceFolder(parent);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not make " + folder, e);
        }
        made.accept(folder);
        return folder;
    }

    private void replace(Path path, String wrong, String cost) {
        Path aside = AtomicFiles.putAside(path, "unusable");
        tell.accept(
                "%s cannot be used (%s): put aside as %s and made anew: %s"
                        .formatted(path, wrong, aside.getFileName(), cost));
    }
}
