package otherworld.local.up;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.local.files.AtomicFiles;
import otherworld.local.process.Build;
import otherworld.local.process.Failures;
import otherworld.local.process.Guardian;
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

    /** The exit status of one that found another at work, and did nothing. */
    static final int ANOTHER_RUNS = 75; // EX_TEMPFAIL of sysexits.h

    /** From one look at whether {@link Home#state} is as it should be to the next. */
    static final Duration KEEP_STATE = Duration.ofSeconds(2);

    private final Home home;
    private final ProcessIdentity self;
    private final ToldState told;
    private final Set<Store> anew;
    private final Set<Extra> extras;
    private final Parts parts = new Parts(this::publish, Parts.USUAL);
    private ClusterState.Phase phase = ClusterState.Phase.STARTING;
    private String detail = "";
    private String database = "";

    private Supervisor(Home home, Set<Store> anew, Set<Extra> extras) {
        this.home = home;
        this.told = new ToldState(home);
        this.anew = anew;
        this.extras = extras;
        this.self =
                ProcessIdentity.of(ProcessHandle.current())
                        .orElseGet(() ->
                                new ProcessIdentity(ProcessHandle.current().pid(), Instant.now()));
    }

    /**
     * @param arguments names of the stores to begin anew, and of {@link Extra}
     */
    public static void main(String[] arguments) throws Exception {
        Logs.init();
        Home home = Home.of(System.getenv());
        home.create();
        try (RandomAccessFile file = new RandomAccessFile(home.lock().toFile(), "rw");
                FileLock lock = lock(file, home.lock())) {
            if (lock == null) {
                log.info("Another supervisor holds {}: it is left alone", home.lock());
                Runtime.getRuntime().halt(ANOTHER_RUNS);
            }
            Leftovers.end(home);
            Guardian.get().recordIn(home.children());
            Set<Store> anew = EnumSet.noneOf(Store.class);
            List<String> words = List.of(arguments);
            Set<Extra> extras = Extra.among(words);
            for (String word : words) {
                if (extras.stream().noneMatch(extra -> extra.name().equals(word))) {
                    anew.add(Store.valueOf(word));
                }
            }
            int status = new Supervisor(home, anew, extras).run();
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

    /** For an up in another checkout; the launcher names ours. */
    private void tellCheckout() {
        String root = System.getProperty("otherworld.root");
        if (root != null) {
            AtomicFiles.write(home.checkout(), root);
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
        try {
            tellCheckout();
            return supervise(asked);
        } catch (RuntimeException e) {
            // Whatever is wrong with the state folder: nobody waits for a supervisor that cannot.
            log.error("The supervisor failed", e);
            set(ClusterState.Phase.FAILED, Failures.describe(e));
            parts.stop(STOP_FIRST);
            return 1;
        } finally {
            done.countDown();
        }
    }

    private int supervise(CountDownLatch asked) throws InterruptedException {
        home.forgetConnections(); // of a supervisor that was killed
        Progress progress = new Progress(home.progress(), home.pending());
        publish();
        Thread.ofVirtual().name("state").start(this::keepState);
        LogBounds.watch(home.logs());
        int status = 0;
        Thread start = Thread.ofVirtual().name("start").start(() -> start(asked, progress));
        asked.await();
        if (phase == ClusterState.Phase.FAILED) {
            status = 1;
        } else {
            set(ClusterState.Phase.STOPPING, "");
        }
        start.interrupt();
        if (!start.join(ClusterStart.GIVE_UP.multipliedBy(2))) {
            log.warn("The start does not end: what it began is its guardian's to end");
        }
        home.forgetConnections();
        parts.stop(STOP_FIRST);
        home.forgetConnections(); // a start under way may just have written it
        publish();
        log.info("Everything is stopped");
        return status;
    }

    private void start(CountDownLatch ended, Progress progress) {
        try {
            ClusterStart.Started started =
                    new ClusterStart(home, Build.ofThisCheckout(), parts, progress, anew, extras)
                            .run();
            database = started.database();
            set(ClusterState.Phase.READY, "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            log.error("The cluster did not start", e);
            set(ClusterState.Phase.FAILED, Failures.describe(e));
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
        told.write(new ClusterState(self, phase, detail, database, parts.states()));
    }

    /** What could not be written, or was lost or overwritten by others, is written again. */
    private void keepState() {
        try {
            while (true) {
                Thread.sleep(KEEP_STATE);
                publish();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
