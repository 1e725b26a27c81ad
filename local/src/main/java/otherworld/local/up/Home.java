package otherworld.local.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Map;
import otherworld.local.process.StartFailed;

/**
 * The state folder of one local cluster, and the only place that knows its layout. It is {@code
 * $OTHERWORLD_HOME}, by default {@code $XDG_STATE_HOME/otherworld} or {@code
 * ~/.local/state/otherworld}; several clusters run side by side in folders of their own.
 */
public record Home(Path folder) {

    public static Home of(Map<String, String> environment) {
        String own = environment.getOrDefault("OTHERWORLD_HOME", "");
        if (!own.isEmpty()) {
            return new Home(Path.of(own).toAbsolutePath().normalize());
        }
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        Path base =
                state.isEmpty()
                        ? Path.of(System.getProperty("user.home"), ".local", "state")
                        : Path.of(state);
        return new Home(base.resolve("otherworld").toAbsolutePath().normalize());
    }

    /** Held by the supervisor as long as it lives. */
    Path lock() {
        return run().resolve("lock");
    }

    /** What the supervisor last said of its parts: {@link ClusterState} as JSON. */
    Path state() {
        return run().resolve("state.json");
    }

    /** The processes that the supervisor has started and that have not ended. */
    Path children() {
        return run().resolve("children");
    }

    /** The progress of the start under way or last made, one line a step. */
    Path progress() {
        return run().resolve("progress");
    }

    /** What the start under way still waits for, in one line. */
    Path pending() {
        return run().resolve("pending");
    }

    /** How to reach the cluster, as {@code NAME='value'} lines that a shell can read. */
    Path connections() {
        return run().resolve("connections.env");
    }

    /** They are good only while the cluster runs. */
    void forgetConnections() {
        try {
            Files.deleteIfExists(connections());
        } catch (IOException e) {
            throw new UncheckedIOException("Could not delete " + connections(), e);
        }
    }

    /** Kept over restarts, so that URLs and kubeconfig stay good. */
    Path ports() {
        return folder.resolve("ports.properties");
    }

    /** What the folder has ever held: {@link Inventory}. */
    Path inventory() {
        return folder.resolve("inventory");
    }

    public Path kubeconfig() {
        return folder.resolve("kubeconfig");
    }

    /** Whose programs run: the root of a checkout. */
    Path checkout() {
        return run().resolve("checkout");
    }

    Path run() {
        return folder.resolve("run");
    }

    public Path logs() {
        return folder.resolve("log");
    }

    Path log(String part) {
        return logs().resolve(part + ".log");
    }

    Path data(String part) {
        return folder.resolve("data").resolve(part);
    }

    Path secrets() {
        return folder.resolve("secrets");
    }

    /**
     * Creates what is missing. Secrets are readable by this account alone.
     *
     * @throws StartFailed if the folder is another account's: what one writes, the other cannot
     *     read
     */
    void create() {
        try {
            requireOurs();
            Files.createDirectories(run());
            Files.createDirectories(logs());
            Files.createDirectories(folder.resolve("data"));
            Files.createDirectories(secrets());
            Files.setPosixFilePermissions(secrets(), PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Could not create the state folder %s: set OTHERWORLD_HOME to a folder you can write to"
                            .formatted(folder),
                    e);
        }
    }

    private void requireOurs() throws IOException {
        if (!Files.exists(secrets())) {
            return;
        }
        UserPrincipal owner = Files.getOwner(secrets());
        String own = System.getProperty("user.name");
        UserPrincipal self;
        try {
            self =
                    folder.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName(own);
        } catch (UserPrincipalNotFoundException e) {
            return; // an account without a name: then writing fails, if it has to
        }
        if (!owner.equals(self)) {
            throw new StartFailed(
                    "%s is the state folder of account %s, and this is %s: run as %s, or set OTHERWORLD_HOME to a folder of your own"
                            .formatted(folder, owner.getName(), own, owner.getName()));
        }
    }
}
