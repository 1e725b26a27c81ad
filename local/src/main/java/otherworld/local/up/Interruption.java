package otherworld.local.up;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What Ctrl-C, SIGTERM and SIGHUP do to an {@code up} that is under way: whoever interrupts it
 * wants what it began gone.
 */
final class Interruption implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final AtomicBoolean over = new AtomicBoolean();

    private Interruption() {}

    /** Until this is closed, the end of this JVM ends {@code supervisor} too, in order. */
    static Interruption stops(ProcessHandle supervisor) {
        Interruption interruption = new Interruption();
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> interruption.stop(supervisor), "up was interrupted"));
        return interruption;
    }

    private void stop(ProcessHandle supervisor) {
        if (over.getAndSet(true) || !supervisor.isAlive()) {
            return;
        }
        System.err.println("\notherworld up: interrupted; stopping what it began");
        supervisor.destroy();
        try {
            supervisor.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            System.err.println("otherworld up: everything it had started is stopped");
        } catch (TimeoutException e) {
            System.err.printf(
                    "otherworld up: it is still stopping after %d s; see ./otherworld status%n",
                    LIMIT.toSeconds());
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        over.set(true);
    }
}
