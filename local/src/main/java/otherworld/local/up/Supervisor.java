package otherworld.local.up;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.local.process.Build;
import otherworld.local.process.ProcessIdentity;
import otherworld.ops.Logs;

/**
 * The detached process that owns a local cluster. Holds the lock of the state folder as long as it
 * lives, ends what a crashed predecessor left, starts every part, keeps them running, and stops
 * them on SIGTERM. The commands learn from {@link ClusterState} what it does.
 */
public final class Supervisor {
    private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

    /** Ended before their pods, so that nothing replaces a pod that is being stopped. */
    private static final List<String> STOP_FIRST = List.of("operator", "node");

    private final Home home;
    private final ProcessIdentity self;
    private final Parts parts = new Parts(this::publish);
    private ClusterState.Phase phase = ClusterState.Phase.STARTING;
    private String detail = "";
    private String database = "";

    private Supervisor(Home home) {
        this.home = home;
        this.self =
                ProcessIdentity.of(ProcessHandle.current())
                        .orElseGet(() ->
                                new ProcessIdentity(ProcessHandle.current().pid(), Instant.now()));
    }

    public static void main(String[] arguments) throws Exception {
        Logs.init();
        Home home = Home.of(System.getenv());
        home.create();
        try (RandomAccessFile file = new RandomAccessFile(home.lock().toFile(), "rw");
                FileLock lock = lock(file, home.lock())) {
            if (lock == null) {
                log.error("Another supervisor holds {}", home.lock());
                Runtime.getRuntime().halt(1);
            }
            Leftovers.end(home);
            int status = new Supervisor(home).run();
            Runtime.getRuntime().halt(status);
        }
    }

    private static @Nullable FileLock lock(RandomAccessFile file, Path path) {
        try {
            return file.getChannel().tryLock();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not lock " + path, e);
        }
    }

    /** Runs the cluster until SIGTERM, or a failed start; returns the exit status. */
    private int run() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        // The hook keeps the JVM until everything is stopped.
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    asked.countDown();
                                    try {
                                        done.await();
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                },
                                "stop"));
        publish();
        LogBounds.watch(home.logs());
        int status = 0;
        Thread start = Thread.ofVirtual().name("start").start(() -> start(asked));
        asked.await();
        if (phase == ClusterState.Phase.FAILED) {
            status = 1;
        } else {
            set(ClusterState.Phase.STOPPING, "");
        }
        start.interrupt();
        parts.stop(STOP_FIRST);
        publish();
        log.info("Everything is stopped");
        done.countDown();
        return status;
    }

    private void start(CountDownLatch ended) {
        try {
            ClusterStart.Started started =
                    new ClusterStart(
                                    home,
                                    Build.ofThisCheckout(),
                                    parts,
                                    new Progress(home.progress()))
                            .run();
            database = started.database();
            set(ClusterState.Phase.READY, "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            log.error("The cluster did not start", e);
            set(ClusterState.Phase.FAILED, String.valueOf(e.getMessage()));
            ended.countDown();
        }
    }

    private synchronized void set(ClusterState.Phase next, String why) {
        if (phase == ClusterState.Phase.STOPPING) {
            return;
        }
        phase = next;
        detail = why;
        publish();
    }

    private synchronized void publish() {
        new ClusterState(self, phase, detail, database, parts.states()).write(home.state());
    }
}
