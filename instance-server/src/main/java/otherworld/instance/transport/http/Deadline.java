package otherworld.instance.transport.http;

import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A moment by which a connection must have moved on. It is put off far more often than it passes,
 * which costs a field then: the timer looks when it fires whether it still applies. Event loop
 * only.
 */
final class Deadline {
    private final EventExecutor loop;
    private final Runnable passed;
    private long atNs;
    private boolean on;
    private @Nullable TimerOf timer;

    private record TimerOf(io.netty.util.concurrent.Future<?> future, long atNs) {}

    /**
     * @param passed run once for each {@link #in}, unless it is put off or taken back before
     */
    Deadline(EventExecutor loop, Runnable passed) {
        this.loop = loop;
        this.passed = passed;
    }

    void in(long ms) {
        atNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        on = true;
        TimerOf running = timer;
        if (running != null && running.atNs() - atNs > 0) {
            running.future().cancel(false);
            running = null;
        }
        if (running == null) {
            schedule();
        }
    }

    /** No deadline until the next {@link #in}. */
    void off() {
        on = false;
        TimerOf running = timer;
        if (running != null) {
            running.future().cancel(false);
            timer = null;
        }
    }

    private void schedule() {
        long delayNs = atNs - System.nanoTime();
        timer = new TimerOf(loop.schedule(this::look, delayNs, TimeUnit.NANOSECONDS), atNs);
    }

    private void look() {
        timer = null;
        if (on && atNs - System.nanoTime() > 0) {
            schedule();
        } else if (on) {
            on = false;
            passed.run();
        }
    }
}
