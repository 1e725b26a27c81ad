package otherworld.local.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for a child to answer. */
public final class Await {
    private static final long FIRST_PAUSE_MS = 10;
    private static final long LONGEST_PAUSE_MS = 100;

    private Await() {}

    /**
     * Returns once {@code ready} is true.
     *
     * @throws StartFailed if {@code child} ends first, or {@code limit} passes, with the end of its
     *     log
     */
    public static void ready(ChildProcess child, Path log, Duration limit, BooleanSupplier ready) {
        long deadline = System.nanoTime() + limit.toNanos();
        long pauseMs = FIRST_PAUSE_MS;
        while (!ready.getAsBoolean()) {
            if (!child.isAlive()) {
                throw StartFailed.withLog(
                        "%s ended with exit code %d while it started"
                                .formatted(child.name(), child.onExit().join()),
                        log);
            }
            if (System.nanoTime() > deadline) {
                throw StartFailed.withLog(
                        "%s did not answer within %d s".formatted(child.name(), limit.toSeconds()),
                        log);
            }
            try {
                Thread.sleep(pauseMs);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StartFailed("Interrupted while " + child.name() + " started", e);
            }
            pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
        }
    }
}
