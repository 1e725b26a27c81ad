package otherworld.http;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A moment by which a connection must have moved on. It is put off far more often than it passes,
 * which costs a field then: the timer looks when it fires whether it still applies. Event loop
 * only.
 */
final class Deadline {
    private final Channel channel;
    private final Runnable passed;
    private long atNs;
    private boolean on;
    private @Nullable TimerOf timer;

    private record TimerOf(io.netty.util.concurrent.Future<?> future, long atNs) {}

    /**
     * @param channel whose event loop keeps it
     * @param passed run once for each {@link #in}, unless it is put off or taken back before
     */
    Deadline(Channel channel, Runnable passed) {
        this.channel = channel;
        this.passed = passed;
    }

    void in(Duration time) {
        atNs = System.nanoTime() + time.toNanos();
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
        timer =
                new TimerOf(
                        channel.eventLoop().schedule(this::look, delayNs, TimeUnit.NANOSECONDS),
                        atNs);
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
