package otherworld.local.up;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import otherworld.local.observe.PrometheusAssets;
import otherworld.local.process.Build;
import otherworld.local.process.Detached;
import otherworld.local.process.LogFiles;
import otherworld.local.process.StartFailed;
import otherworld.local.process.TrainedCaches;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code ./otherworld up}: starts the supervisor if none lives, shows its progress, says how to go
 * on.
 */
@Command(
        name = "up",
        description =
                "Start a whole cluster on this machine, on loopback only, and wait until World plaza is Ready.")
final class UpCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final int POLL_MS = 50;

    /** From another's lock to the first word of its state, and from its end to ours. */
    private static final Duration OTHERS_SILENCE = Duration.ofSeconds(10);

    @Option(
            names = "--anew",
            split = ",",
            paramLabel = "STORE",
            description =
                    "Put the data of ${COMPLETION-CANDIDATES} aside and begin without it, such as after a loss.")
    private Set<Store> anew = Set.of();

    @Option(
            names = "--gateway",
            description =
                    "Start a gateway, too: for Worlds with network.mode Gateway. It is a process more.")
    private boolean gateway;

    @Option(
            names = "--observe",
            description =
                    "Start Prometheus and Alertmanager, too, with the rules of observability/. They are two processes more.")
    private boolean observe;

    private final Home home = Home.of(System.getenv());
    private final PrintStream out = System.out;

    @Override
    public Integer call() throws Exception {
        home.create();
        Optional<ClusterState> running = ClusterState.ofLiving(home.state());
        if (running.isPresent() && !anew.isEmpty()) {
            System.err.println("otherworld up: --anew needs a cluster that is down");
            return 1;
        }
        for (Extra extra : extras()) {
            if (running.isPresent() && !extra.isIn(running.get())) {
                System.err.printf(
                        "otherworld up: %s needs a cluster that is down%n", extra.option());
                return 1;
            }
        }
        if (running.isPresent() && running.get().phase() == ClusterState.Phase.READY) {
            out.println(alreadyUp(home, Build.ofThisCheckout().root()));
            Summary.print(home, running.get(), out);
            return 0;
        }
        if (running.isPresent()) {
            out.println("Another up starts this cluster: showing its progress");
            return follow(null);
        }
        List<String> problems = Preflight.check(home);
        if (!problems.isEmpty()) {
            System.err.println("otherworld up: this machine cannot hold a cluster now:");
            problems.forEach(problem -> System.err.println("  " + problem));
            return 1;
        }
        if (observe) {
            PrometheusAssets.find(); // here, where what it fetches and builds is seen
        }
        Process supervisor = startSupervisor();
        String step = System.getenv().getOrDefault("OTHERWORLD_STEP", "");
        out.println(
                (step.isEmpty() ? "Starting" : step + ": starting")
                        + " a cluster in "
                        + home.folder());
        try (Interruption _ = Interruption.stops(supervisor.toHandle())) {
            return follow(supervisor);
        }
    }

    /** Somebody who has changed programs here would wonder why that changes nothing. */
    static String alreadyUp(Home home, Path root) {
        try {
            Path runs = Path.of(Files.readString(home.checkout()).strip());
            if (!runs.equals(root)) {
                return "Already up, with the programs of %s. With those of %s: ./otherworld down, then up."
                        .formatted(runs, root);
            }
        } catch (IOException | InvalidPathException e) {
            // Of an earlier version, which did not say.
        }
        return "Already up.";
    }

    private Process startSupervisor() throws IOException {
        Build build = Build.ofThisCheckout();
        Path log = home.log("supervisor");
        LogFiles.bound(log);
        List<String> command =
                build.java("local", Supervisor.class.getName(), supervisorFlags(build));
        anew.forEach(store -> command.add(store.name()));
        extras().forEach(extra -> command.add(extra.name()));
        return Detached.start(
                command, Map.of("OTHERWORLD_HOME", home.folder().toString()), home.folder(), log);
    }

    private Set<Extra> extras() {
        Set<Extra> extras = EnumSet.noneOf(Extra.class);
        if (gateway) {
            extras.add(Extra.GATEWAY);
        }
        if (observe) {
            extras.add(Extra.OBSERVE);
        }
        return extras;
    }

    private List<String> supervisorFlags(Build build) {
        List<String> flags = new ArrayList<>(build.jvmFlags("supervisor"));
        flags.addAll(
                new StartUpCache(home.data("startup"), TrainedCaches.of(build))
                        .flags("supervisor", build.classPath("local"), List.copyOf(flags)));
        flags.add("-Dotherworld.root=" + build.root());
        return flags;
    }

    /**
     * Shows progress until the cluster is Ready, or has failed.
     *
     * @param started the supervisor that was started here; null for another's
     */
    private int follow(@org.jspecify.annotations.Nullable Process started) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        long silentSince = System.nanoTime();
        Process supervisor = started;
        ProgressView view =
                new ProgressView(
                        home.progress(),
                        home.pending(),
                        out,
                        ProgressView.columns(),
                        System::nanoTime);
        while (System.nanoTime() < deadline) {
            Optional<ClusterState> state = ClusterState.ofLiving(home.state());
            if (state.isPresent()) { // else the progress is that of an earlier start
                view.update();
                silentSince = System.nanoTime();
            }
            if (state.isPresent() && state.get().phase() == ClusterState.Phase.READY) {
                view.update(); // what was written after the last look
                view.clear();
                Summary.print(home, state.get(), out);
                return 0;
            }
            if (supervisor != null && !supervisor.isAlive()) {
                if (supervisor.exitValue() != Supervisor.ANOTHER_RUNS) {
                    view.update();
                    view.clear();
                    return failed();
                }
                out.println("Another up was quicker: showing its progress");
                supervisor = null;
                silentSince = System.nanoTime();
            }
            // Another's may hold the lock and not have said so yet.
            if (supervisor == null && System.nanoTime() - silentSince > OTHERS_SILENCE.toNanos()) {
                view.clear();
                return othersFailed();
            }
            Thread.sleep(POLL_MS);
        }
        view.clear();
        System.err.printf(
                "otherworld up: not Ready after %d min; it goes on in the background. Look with ./otherworld status and ./otherworld logs PART; stop it with ./otherworld down%n",
                LIMIT.toMinutes());
        return 1;
    }

    private int othersFailed() {
        System.err.println(
                "otherworld up: "
                        + reason().orElse("the up that started this cluster was ended")
                        + "\nIts supervisor's log: "
                        + home.log("supervisor"));
        return 1;
    }

    private Optional<String> reason() {
        return ClusterState.read(home.state())
                .filter(state -> state.phase() == ClusterState.Phase.FAILED)
                .map(ClusterState::detail);
    }

    private int failed() {
        Optional<String> reason = reason();
        System.err.println("otherworld up: " + reason.orElse("the supervisor was ended"));
        Preflight.disk(home, Preflight.DISK_LOW_MIB)
                .forEach(problem -> System.err.println("  " + problem));
        Path log = home.log("supervisor");
        System.err.println(
                reason.isPresent()
                        ? "Everything it had started is stopped. Its log: " + log
                        : StartFailed.withLog(
                                        "What it had started is being ended; the next up ends what may be left",
                                        log)
                                .getMessage());
        return 1;
    }
}
