package otherworld.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs commands of a checkout and times them.
 *
 * @param work for their output
 * @param environment added to this process's own
 */
record Checkout(Path root, Path work, Map<String, String> environment) {
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(30);

    /** {@code ./otherworld}; returns the seconds it took. */
    double otherworld(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(root.resolve("otherworld").toString());
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
                        .directory(root.toFile())
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
                        "%s took more than %s".formatted(String.join(" ", command), COMMAND_LIMIT));
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
