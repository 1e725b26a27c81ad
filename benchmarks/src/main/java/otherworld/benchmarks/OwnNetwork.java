package otherworld.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import otherworld.local.process.Programs;

/** Runs a part of a bench in a network namespace of its own, as root of it. */
final class OwnNetwork {
    private OwnNetwork() {}

    /**
     * Returns when it has ended. It gets the project's folder, a folder for logs, the seed and the
     * seconds as arguments, and says on stdout what it found.
     *
     * @throws IOException if this machine has no such namespaces, or it failed; the message says
     *     which
     */
    static void run(Bench.Request request, Class<?> main, Path output, Duration limit)
            throws IOException, InterruptedException {
        for (String program : List.of("unshare", "ip", "id")) {
            if (Programs.find(program).isEmpty()) {
                throw new IOException("no " + program + " on PATH");
            }
        }
        Process process =
                new ProcessBuilder(command(request, main))
                        .redirectOutput(output.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("it took over " + limit.toMinutes() + " minutes");
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        if (process.exitValue() != 0) {
            throw new IOException("it ended with " + process.exitValue());
        }
    }

    private static List<String> command(Bench.Request request, Class<?> main) {
        List<String> command = new ArrayList<>(List.of("unshare", "--net"));
        if (!"root".equals(System.getProperty("user.name"))) {
            command.add("--map-root-user");
        }
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Dotherworld.root=" + request.root(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName(),
                        request.root().toString(),
                        request.work().toString(),
                        Long.toString(request.seed()),
                        Long.toString(request.time().toSeconds())));
        return command;
    }
}
