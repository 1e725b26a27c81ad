package otherworld.local.up;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.Failures;

/**
 * Every part of the cluster, kept running: one that ends by itself is started again, with a pause
 * that doubles from 250 ms to 10 s while it keeps ending within a minute. One that runs and says
 * nothing for {@link Limits#silent} is killed, and so started again too. Thread-safe; two virtual
 * threads watch each part.
 */
final class Parts {
    private static final Logger log = LoggerFactory.getLogger(Parts.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    static final String RUNNING = "running";

    /** Until it answers again, or is killed. */
    static final String SILENT = "runs, and does not answer";

    private static final Duration STEADY = Duration.ofMinutes(1);

    /** The API server writes to it until it has ended. */
    private static final String ETCD = "etcd";

    /**
     * Long enough for a machine that swaps, or a database that recovers from a crash; and seldom
     * enough that asking costs an idle cluster next to nothing.
     */
    static final Limits USUAL = new Limits(Duration.ofSeconds(5), Duration.ofSeconds(15));

    private final Runnable changed;
    private final Limits limits;
    private final Map<String, Watched> parts = new LinkedHashMap<>();
    private volatile boolean stopping;

    /**
     * @param probe from one question to the next
     * @param silent how long a part may leave all questions unanswered
     */
    record Limits(Duration probe, Duration silent) {}

    /**
     * @param changed called after each change, from any thread
     */
    Parts(Runnable changed, Limits limits) {
        this.changed = changed;
        this.limits = limits;
    }

    /** Watches a part that runs. */
    void add(Part part) {
        Watched watched = new Watched(part);
        boolean late;
        synchronized (parts) {
            late = stopping;
            if (!late) {
                parts.put(part.name(), watched);
            }
        }
        if (late) {
            part.runner()
                    .stop(); // the cluster is going down: nothing may be left of a start under way
            return;
        }
        changed.run();
        if (part.runner().process().isPresent()) {
            Thread.ofVirtual().name("watch-" + part.name()).start(watched::watch);
            Thread.ofVirtual().name("probe-" + part.name()).start(watched::probe);
        }
    }

    List<ClusterState.PartState> states() {
        synchronized (parts) {
            return parts.values().stream().map(Watched::describe).toList();
        }
    }

    /** Stops those named first, in their order, then all others side by side, and etcd last. */
    void stop(List<String> first) {
        List<Watched> ordered = new ArrayList<>();
        List<Watched> others;
        Watched etcd;
        synchronized (parts) {
            stopping = true;
            first.stream().map(parts::get).filter(Objects::nonNull).forEach(ordered::add);
            etcd = parts.get(ETCD);
            others = new ArrayList<>(parts.values());
        }
        others.removeAll(ordered);
        others.remove(etcd);
        ordered.forEach(Parts::stop);
        CompletableFuture.allOf(
                        others.stream()
                                .map(part ->
                                        CompletableFuture.runAsync(
                                                () -> stop(part),
                                                task -> Thread.ofVirtual().start(task)))
                                .toArray(CompletableFuture[]::new))
                .join();
        if (etcd != null) {
            stop(etcd);
        }
    }

    private static void stop(Watched watched) {
        try {
            watched.part.runner().stop();
            watched.set("stopped");
        } catch (RuntimeException e) {
            log.error("{} did not stop cleanly", watched.part.name(), e);
        }
    }

    private final class Watched {
        final Part part;
        private volatile String state = RUNNING;
        private volatile String why = "";
        private volatile boolean hung;
        private volatile boolean silent;
        private volatile Instant since = Instant.now();
        private final AtomicInteger restarts = new AtomicInteger();

        Watched(Part part) {
            this.part = part;
        }

        void set(String next) {
            state = next;
            since = Instant.now();
            changed.run();
        }

        ClusterState.PartState describe() {
            return new ClusterState.PartState(
                    part.name(),
                    silent && state.equals(RUNNING) ? SILENT : state,
                    part.runner()
                            .process()
                            .filter(ChildProcess::isAlive)
                            .map(ChildProcess::identity)
                            .orElse(null),
                    restarts.get(),
                    since,
                    part.address(),
                    why);
        }

        void watch() {
            Duration pause = FIRST_PAUSE;
            while (true) {
                Instant running = Instant.now();
                int code = part.runner().process().orElseThrow().onExit().join();
                if (stopping) {
                    return;
                }
                if (Duration.between(running, Instant.now()).compareTo(STEADY) > 0) {
                    pause = FIRST_PAUSE;
                }
                restarts.incrementAndGet();
                why =
                        hung
                                ? "said nothing for %d s and was killed"
                                        .formatted(limits.silent().toSeconds())
                                : "ended with exit code %d".formatted(code);
                hung = false;
                set(why + "; starting again");
                log.warn("{} {}; starting it again in {}", part.name(), why, pause);
                if (!sleep(pause)) {
                    return;
                }
                pause =
                        pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
                                ? LONGEST_PAUSE
                                : pause.multipliedBy(2);
                try {
                    part.runner().restart();
                    set(RUNNING);
                } catch (RuntimeException e) {
                    log.error("{} could not be started again", part.name(), e);
                    set("could not be started again: " + firstLine(e));
                }
            }
        }

        private String firstLine(RuntimeException e) {
            return Failures.describe(e).lines().findFirst().orElse("");
        }

        /** Notices a process that is alive and does not answer: stopped, or deadlocked. */
        void probe() {
            long answeredNs = System.nanoTime();
            while (sleep(limits.probe())) {
                // One that starts, or has just ended, is the other thread's.
                if (!state.equals(RUNNING) || hung || part.runner().isResponsive()) {
                    answeredNs = System.nanoTime();
                    silent(false);
                } else if (System.nanoTime() - answeredNs > limits.silent().toNanos()) {
                    log.error(
                            "{} has said nothing for {}: it is killed",
                            part.name(),
                            limits.silent());
                    hung = true;
                    part.runner().kill();
                } else {
                    silent(true);
                }
            }
        }

        private void silent(boolean now) {
            if (silent != now) {
                silent = now;
                changed.run();
            }
        }

        private boolean sleep(Duration pause) {
            try {
                TimeUnit.MILLISECONDS.sleep(pause.toMillis());
                return !stopping;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
