package otherworld.local.up;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import otherworld.local.files.Trees;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./otherworld down}: stops exactly what {@code up} started. */
@Command(
        name = "down",
        description = "Stop the cluster. Its state survives, unless --purge is given.")
final class DownCommand implements Callable<Integer> {
    /** Pods get their grace, then everything else. */
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @Option(
            names = "--purge",
            description = "Also delete the state folder: Worlds, edits, ports, secrets, logs.")
    private boolean purge;

    private final Home home = Home.of(System.getenv());

    @Override
    public Integer call() throws Exception {
        Optional<ClusterState> running = ClusterState.ofLiving(home.state());
        if (running.isPresent()) {
            Optional<ProcessHandle> supervisor = running.get().supervisor().live();
            if (supervisor.isPresent() && !stop(supervisor.get())) {
                System.err.printf(
                        "otherworld down: the supervisor (process %d) did not stop within %d s and was killed; its guardian ends what is left%n",
                        supervisor.get().pid(), LIMIT.toSeconds());
            }
            home.forgetConnections();
            System.out.println("Stopped.");
        } else {
            endLeftovers();
            System.out.println("Not running.");
        }
        if (purge) {
            requireOurs();
            DatabaseFolder.purge(home);
            Trees.delete(home.folder());
            System.out.println("Deleted " + home.folder());
        }
        return 0;
    }

    private static boolean stop(ProcessHandle supervisor) throws Exception {
        supervisor.destroy();
        try {
            supervisor.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            supervisor.destroyForcibly();
            return false;
        }
    }

    /**
     * A supervisor that was killed may have left processes; the lock says that no new one starts
     * meanwhile.
     */
    private void endLeftovers() throws IOException {
        if (!Files.exists(home.run())) {
            return;
        }
        try (FileChannel channel =
                        FileChannel.open(
                                home.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Leftovers.end(home);
                home.forgetConnections();
            }
        }
    }

    /** A wrong OTHERWORLD_HOME must not cost anybody their files. */
    private void requireOurs() {
        if (Files.exists(home.folder()) && !Files.exists(home.run())) {
            throw new IllegalStateException(
                    "%s is not a state folder of ./otherworld: nothing was deleted"
                            .formatted(home.folder()));
        }
    }
}
