package otherworld.e2e.faults;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import otherworld.local.process.Signal;

/**
 * A process that gets a share of a core's time, in slices, as by a container's CPU limit: stopped
 * for the rest of each period.
 */
final class Throttled implements Fault.Held {
    private final long pid;
    private final Thread throttle;

    /**
     * @param period in which it runs for {@code share} of the time
     */
    Throttled(long pid, Duration period, double share) {
        this.pid = pid;
        long runNs = (long) (period.toNanos() * share);
        long restNs = period.toNanos() - runNs;
        this.throttle =
                Thread.ofPlatform()
                        .name("throttle")
                        .start(() -> {
                            try {
                                while (Signal.STOP.toProcess(pid)) {
                                    TimeUnit.NANOSECONDS.sleep(restNs);
                                    Signal.CONTINUE.toProcess(pid);
                                    TimeUnit.NANOSECONDS.sleep(runNs);
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    @Override
    public void close() throws InterruptedException {
        throttle.interrupt();
        throttle.join();
        Signal.CONTINUE.toProcess(pid);
    }
}
