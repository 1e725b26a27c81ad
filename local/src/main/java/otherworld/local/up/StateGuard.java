package otherworld.local.up;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import otherworld.local.files.AtomicFiles;
import otherworld.local.files.Found;
import otherworld.local.process.StartFailed;

/**
 * Decides, before a server is started on its data folder, whether it begins or goes on. A server
 * takes absent files for a new beginning; this knows from the {@link Inventory} whether they were
 * ever there. Nothing is begun over state that was lost, and nothing is deleted.
 */
final class StateGuard {
    private final Inventory inventory;
    private final Set<Store> anew;
    private final Consumer<String> tell;

    /**
     * @param anew what the user wants begun anew; what is there is put aside
     */
    StateGuard(Inventory inventory, Set<Store> anew, Consumer<String> tell) {
        this.inventory = inventory;
        this.anew = Set.copyOf(anew);
        this.tell = tell;
    }

    /** How to look at a data folder. */
    interface Look {
        Found at(Path folder);
    }

    /**
     * Returns if a server may start on {@code folder}.
     *
     * @throws StartFailed if data was there and is not, or not all of it; with the ways out
     */
    void admit(Store store, Path folder, Look look) {
        if (anew.contains(store)) {
            inventory.forget(store);
            if (!(look.at(folder) instanceof Found.Nothing)) {
                putAside(store, folder, "as you asked");
            }
            return;
        }
        boolean begun = inventory.has(store) || inventory.mayHave(store);
        switch (look.at(folder)) {
            case Found.Whole() -> {}
            case Found.Nothing() -> {
                if (inventory.has(store)) {
                    lost(store, folder, folder + " is gone or empty");
                }
            }
            case Found.Damaged(String fault) -> {
                if (begun) {
                    lost(store, folder, fault);
                } else {
                    // It never answered: what an interrupted first start left.
                    putAside(store, folder, "its first start was interrupted: " + fault);
                }
            }
        }
    }

    /**
     * Starts a server on data that was admitted; once it answers, its data is expected. Servers
     * look at what is in their files themselves: what they do not start on may be damaged.
     *
     * @throws StartFailed if it does not start; with the ways out if it had data
     */
    <T> T start(Store store, Supplier<T> server) {
        boolean begun = inventory.has(store) || inventory.mayHave(store);
        try {
            T started = server.get();
            inventory.add(store);
            return started;
        } catch (StartFailed e) {
            if (!begun) {
                throw e;
            }
            throw new StartFailed(
                    """
                    %s
                    If that says that the data of %s is damaged, or another account's: nothing of it was put aside. Either mend it; or
                    %s\
                    """
                            .formatted(e.getMessage(), store, waysOut(store)),
                    e);
        }
    }

    private void lost(Store store, Path folder, String fault) {
        if (store == Store.REDIS) {
            // It may be lost: hosts report their seats again, and players resume.
            if (Files.exists(folder)) {
                putAside(store, folder, fault);
            } else {
                tell.accept("%s: begun anew without %s".formatted(fault, store.holds()));
            }
            return;
        }
        throw new StartFailed(
                """
                %s: this state folder has held data of %s, and nothing is begun over it. Either
                %s\
                """
                        .formatted(fault, store, waysOut(store)));
    }

    private static String waysOut(Store store) {
        return """
          restore it from a back-up; or
          ./otherworld up --anew %s    puts what is left aside and begins without %s; or
          ./otherworld down --purge    deletes the whole state folder\
        """
                .formatted(store, store.holds());
    }

    private void putAside(Store store, Path folder, String why) {
        Path aside = AtomicFiles.putAside(folder, "aside");
        tell.accept(
                "%s: %s is put aside as %s and begun anew, without %s"
                        .formatted(why, store, aside, store.holds()));
    }
}
