package otherworld.local.up;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import otherworld.local.process.Build;
import otherworld.local.process.Detached;
import picocli.CommandLine.Command;

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

    private final Home home = Home.of(System.getenv());
    private final PrintStream out = System.out;

    @Override
    public Integer call() throws Exception {
        home.create();
        Optional<ClusterState> running = ClusterState.ofLiving(home.state());
        if (running.isPresent() && running.get().phase() == ClusterState.Phase.READY) {
            out.println("Already up.");
            Summary.print(home, running.get(), out);
            return 0;
        }
        Process supervisor = null;
        if (running.isEmpty()) {
            List<String> problems = Preflight.check(home.folder());
            if (!problems.isEmpty()) {
                System.err.println("otherworld up: this machine cannot hold a cluster now:");
                problems.forEach(problem -> System.err.println("  " + problem));
                return 1;
            }
            Files.deleteIfExists(home.progress());
            supervisor = startSupervisor();
            out.println("Starting a cluster in " + home.folder());
        }
        return follow(supervisor);
    }

    private Process startSupervisor() throws IOException {
        Build build = Build.ofThisCheckout();
        Path log = home.log("supervisor");
        Files.deleteIfExists(log);
        return Detached.start(
                build.java("local", Supervisor.class.getName(), supervisorFlags(build)),
                Map.of("OTHERWORLD_HOME", home.folder().toString()),
                home.folder(),
                log);
    }

    private List<String> supervisorFlags(Build build) {
        List<String> flags =
                new ArrayList<>(
                        List.of(
                                "-XX:+UseSerialGC",
                                "-Xmx256m",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Dotherworld.root=" + build.root()));
        flags.addAll(
                new StartUpCache(home.data("startup"))
                        .flags("supervisor", build.classPath("local")));
        return flags;
    }

    /** Shows progress until the cluster is Ready, or has failed. */
    private int follow(@org.jspecify.annotations.Nullable Process supervisor) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        int shown = 0;
        while (System.nanoTime() < deadline) {
            Optional<ClusterState> state = ClusterState.ofLiving(home.state());
            shown = showProgress(shown);
            if (state.isPresent() && state.get().phase() == ClusterState.Phase.READY) {
                Summary.print(home, state.get(), out);
                return 0;
            }
            boolean gone = supervisor != null ? !supervisor.isAlive() : state.isEmpty();
            if (gone) {
                showProgress(shown);
                return failed();
            }
            Thread.sleep(POLL_MS);
        }
        System.err.printf(
                "otherworld up: not Ready after %d min; it goes on in the background. Look with ./otherworld status and ./otherworld logs PART; stop it with ./otherworld down%n",
                LIMIT.toMinutes());
        return 1;
    }

    private int showProgress(int shown) throws IOException {
        if (!Files.exists(home.progress())) {
            return shown;
        }
        String text = Files.readString(home.progress(), StandardCharsets.UTF_8);
        if (text.length() > shown) {
            out.print(text.substring(shown));
            out.flush();
        }
        return Math.max(shown, text.length());
    }

    private int failed() {
        String reason =
                ClusterState.read(home.state())
                        .filter(state -> state.phase() == ClusterState.Phase.FAILED)
                        .map(ClusterState::detail)
                        .orElse("the supervisor ended");
        System.err.println("otherworld up: " + reason);
        System.err.println(
                "Everything it had started is stopped. Its log: " + home.log("supervisor"));
        return 1;
    }
}
