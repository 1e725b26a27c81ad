package otherworld.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import otherworld.local.process.Build;
import otherworld.local.process.ProcessJvm;

/**
 * Codec, interest and tick of the engine by themselves, each as a ratio to a reference loop that
 * runs right before it in the same JVM, the least time of each: a machine that is slow for a while
 * is slow for both, and what others do in between only adds. Each case has JVMs of its own, {@value
 * #FORKS} by turns ({@link EngineFork}), of which the least ratio counts. More than {@value
 * #MOST_OVER_BASELINE} times the committed ratio is a fault.
 */
final class EngineBench implements Bench {
    private static final double MOST_OVER_BASELINE = 1.15;
    private static final int FORKS = 3;
    private static final int HEAP_MIB = 512;
    private static final long LEAST_MS = 500;
    private static final Duration FORK_LIMIT = Duration.ofMinutes(2);
    private static final String BASELINES = "engine-baselines.properties";

    /** Nanoseconds of an operation, of a case and of the reference beside it. */
    private record Least(double ns, double referenceNs) {
        double ratio() {
            return ns / referenceNs;
        }
    }

    @Override
    public int usualSeconds() {
        return 20;
    }

    @Override
    public Figures run(Request request) throws IOException, InterruptedException {
        List<String> names = List.copyOf(EngineCases.all(request.seed()).keySet());
        long ms = Math.max(LEAST_MS, request.time().toMillis() / FORKS / names.size());
        Map<String, Least> least = new LinkedHashMap<>();
        for (int fork = 0; fork < FORKS; fork++) {
            for (String name : names) {
                least.merge(
                        name,
                        fork(request, name, ms),
                        (one, other) -> one.ratio() < other.ratio() ? one : other);
            }
        }
        return figures(least);
    }

    private static Least fork(Request request, String name, long ms)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        new Build(request.root())
                                .java(
                                        "benchmarks",
                                        EngineFork.class.getName(),
                                        ProcessJvm.instance(HEAP_MIB)));
        command.addAll(List.of(name, Long.toString(request.seed()), Long.toString(ms)));
        Path out = request.work().resolve("engine-" + name);
        Process fork =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        boolean ended = fork.waitFor(FORK_LIMIT);
        String said = Files.readString(out).strip();
        if (!ended || fork.exitValue() != 0) {
            fork.destroyForcibly();
            throw new IOException("case %s did not end well: %s".formatted(name, said));
        }
        String[] times = said.substring(said.lastIndexOf('\n') + 1).split(" ", 2);
        return new Least(Double.parseDouble(times[0]), Double.parseDouble(times[1]));
    }

    private static Figures figures(Map<String, Least> least) throws IOException {
        Figures figures = new Figures();
        Properties baselines = baselines();
        least.forEach((name, of) -> {
            double ratio = of.ratio();
            figures.add(name + "_us", of.ns() / 1e3, "us");
            figures.add(name + "_ratio", ratio, "of the reference loop");
            String committed = baselines.getProperty(name);
            if (committed == null) {
                figures.fault("%s has no baseline in %s".formatted(name, BASELINES));
            } else if (ratio > Double.parseDouble(committed) * MOST_OVER_BASELINE) {
                figures.fault(
                        "%s takes %.3f of the reference loop, and took %s when its baseline was committed (limit: × %s)"
                                .formatted(name, ratio, committed, MOST_OVER_BASELINE));
            }
        });
        return figures;
    }

    private static Properties baselines() throws IOException {
        Properties baselines = new Properties();
        try (InputStream in = EngineBench.class.getResourceAsStream(BASELINES)) {
            if (in != null) {
                baselines.load(in);
            }
        }
        return baselines;
    }
}
