package otherworld.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import otherworld.local.process.ChildProcess;

/** What a process of a bench says in its log. */
final class LogLine {
    private LogLine() {}

    /**
     * The first line of a log that begins so.
     *
     * @throws IOException if it is not there within {@code limit}, or the process ends before
     */
    static String await(ChildProcess process, Path log, String beginning, Duration limit)
            throws IOException, InterruptedException {
        long endNs = System.nanoTime() + limit.toNanos();
        while (true) {
            String text = Files.readString(log, StandardCharsets.UTF_8);
            Optional<String> line =
                    text.substring(0, text.lastIndexOf('\n') + 1)
                            .lines()
                            .filter(said -> said.startsWith(beginning))
                            .findFirst();
            if (line.isPresent()) {
                return line.get();
            }
            if (!process.isAlive() || System.nanoTime() > endNs) {
                throw new IOException(
                        "%s did not say '%s': %s".formatted(log, beginning, text.strip()));
            }
            Thread.sleep(20);
        }
    }
}
