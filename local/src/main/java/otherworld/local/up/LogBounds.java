package otherworld.local.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.local.process.LogFiles;

/**
 * Keeps every log of the cluster within bounds while it runs, the supervisor's own included. One
 * virtual thread, which ends with the process.
 */
final class LogBounds {
    private static final Logger log = LoggerFactory.getLogger(LogBounds.class);
    private static final Duration EVERY = Duration.ofSeconds(10);

    private LogBounds() {}

    /** Watches all {@code *.log} of the folder. */
    static void watch(Path folder) {
        Thread.ofVirtual()
                .name("log-bounds")
                .start(() -> {
                    while (true) {
                        try {
                            Thread.sleep(EVERY);
                            bound(folder);
                        } catch (IOException | UncheckedIOException e) {
                            // A full disk, most likely: the next round may fare better.
                            log.warn("Logs in {} could not be put aside: {}", folder, e.toString());
                        } catch (InterruptedException e) {
                            return;
                        }
                    }
                });
    }

    static void bound(Path folder) throws IOException {
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder, "*.log")) {
            logs.forEach(LogFiles::bound);
        }
    }
}
