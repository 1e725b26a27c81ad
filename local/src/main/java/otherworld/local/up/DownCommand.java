package otherworld.local.up;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import otherworld.local.files.Trees;
import otherworld.local.process.Endings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./otherworld down}: stops exactly what {@code up} started. */
@Command(
        name = "down",
        description = "Stop the cluster. Its state survives, unless --purge is given.")
final class DownCommand implements Callable<Integer> {
    /** Pods get their grace, then everything else. */
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static final Duration GUARDIAN_LIMIT = Duration.ofSeconds(5);

    /** From the lock to the first or next word of its holder. */
    private static final Duration SILENCE = Supervisor.KEEP_STATE.multipliedBy(4);

    private static final int POLL_MS = 50;

    @Option(
            names = "--purge",
            description = "Also delete the state folder: Worlds, edits, ports, secrets, logs.")
    private boolean purge;

    private final Home home = Home.of(System.getenv());

    @Override
    public Integer call() throws Exception {
        Optional<ClusterState> running = running();
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

    private static boolean stop(ProcessHandle supervisor) throws InterruptedException {
        List<ProcessHandle> children = supervisor.children().toList();
        supervisor.destroy();
        if (Endings.await(List.of(supervisor), LIMIT)) {
            // Its guardian ends a moment after it, once the pipe between them has closed.
            Endings.await(children, GUARDIAN_LIMIT);
            return true;
        }
        supervisor.destroyForcibly();
        return false;
    }

    /**
     * What runs; if nothing does, what a supervisor that was killed had left is ended. The state
     * may be lost or damaged while the lock is held: its holder soon writes it again.
     */
    private Optional<ClusterState> running() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + SILENCE.toNanos();
        while (true) {
            Optional<ClusterState> living = ClusterState.ofLiving(home.state());
            if (living.isPresent() || endLeftovers()) {
                return living;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "a process holds %s and does not say in %s who it is: nothing is stopped, and nothing deleted. 'fuser %s' names it"
                                .formatted(home.lock(), home.state(), home.lock()));
            }
            Thread.sleep(POLL_MS);
        }
    }

    /** False if another holds the lock; while it is held here, no new supervisor starts. */
    private boolean endLeftovers() throws IOException {
        if (!Files.exists(home.run())) {
            return true;
        }
        try (FileChannel channel =
                        FileChannel.open(
                                home.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                return false;
            }
            Leftovers.end(home);
            home.forgetConnections();
            return true;
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
