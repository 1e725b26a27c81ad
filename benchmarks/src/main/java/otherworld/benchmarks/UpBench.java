package otherworld.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How long {@code ./otherworld up} takes until the sample World is Ready: warm (built, caches full,
 * state kept) and, with --cold, in a fresh clone with empty caches. In a state folder of its own: a
 * cluster that runs already is not touched.
 */
final class UpBench implements Bench {
    private static final int ROUNDS = 5;
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(30);

    /** Not measured in seconds: in rounds. */
    @Override
    public int usualSeconds() {
        return 0;
    }

    @Override
    public Figures run(Request request) throws Exception {
        Figures figures = new Figures();
        if (request.cold()) {
            figures.add("cold_s", cold(request), "s");
        }
        figures.addSpread("warm_s", warm(request), "s");
        return figures;
    }

    private static List<Double> warm(Request request) throws IOException {
        Path home = Files.createDirectories(request.work().resolve("home"));
        Map<String, String> environment = Map.of("OTHERWORLD_HOME", home.toString());
        Command command = new Command(request.root(), request.work(), environment);
        List<Double> seconds = new ArrayList<>();
        try {
            command.run("up"); // builds and fetches what is missing, makes the databases
            for (int round = 1; round <= ROUNDS; round++) {
                command.run("down");
                seconds.add(command.run("up"));
                System.err.printf("round %d of %d: %.1f s%n", round, ROUNDS, seconds.getLast());
            }
        } finally {
            command.run("down", "--purge");
        }
        return seconds;
    }

    private static double cold(Request request) throws IOException {
        Path folder = Files.createDirectories(request.work().resolve("cold"));
        Path clone = folder.resolve("clone");
        Map<String, String> environment = new HashMap<>();
        environment.put("OTHERWORLD_HOME", folder.resolve("home").toString());
        environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        environment.put("GOPATH", folder.resolve("go").toString());
        environment.put("GOCACHE", folder.resolve("go-build").toString());
        environment.put("GOFLAGS", "-modcacherw"); // or the folder could not be deleted
        environment.put("MAVEN_USER_HOME", folder.resolve("m2").toString());
        environment.put("MAVEN_ARGS", "-Dmaven.repo.local=" + folder.resolve("m2/repository"));
        new Command(request.root(), request.work(), environment)
                .program("git", "clone", "--quiet", ".", clone.toString());
        Command command = new Command(clone, request.work(), environment);
        try {
            return command.run("up");
        } finally {
            command.run("down", "--purge");
        }
    }

    /** Runs commands of a checkout and times them. */
    private record Command(Path checkout, Path work, Map<String, String> environment) {
        double run(String... arguments) throws IOException {
            List<String> command = new ArrayList<>();
            command.add(checkout.resolve("otherworld").toString());
            command.addAll(List.of(arguments));
            return program(command.toArray(String[]::new));
        }

        /** Returns the seconds it took. */
        double program(String... command) throws IOException {
            Path log = work.resolve("up.log");
            long startNs = System.nanoTime();
            // Not a ChildProcess: the supervisor that `up` leaves behind must outlive it.
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .directory(checkout.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            return seconds(builder.start(), startNs, log, command);
        }

        private double seconds(Process process, long startNs, Path log, String... command)
                throws IOException {
            try {
                if (!process.waitFor(COMMAND_LIMIT)) {
                    process.destroy();
                    throw new IOException(
                            "%s took more than %s"
                                    .formatted(String.join(" ", command), COMMAND_LIMIT));
                }
            } catch (InterruptedException e) {
                process.destroy();
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            double seconds = (System.nanoTime() - startNs) / 1e9;
            if (process.exitValue() != 0) {
                throw new IOException(
                        "%s ended with %d:%n%s"
                                .formatted(
                                        String.join(" ", command),
                                        process.exitValue(),
                                        Files.readString(log)));
            }
            return seconds;
        }
    }
}
