package otherworld.tickets;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads something again for whoever misses a part of it: one read at a time, a pause after each,
 * and all who ask meanwhile share the next. So however many ask for what is not there, they neither
 * overload the source nor keep those out who ask for what has just come. Thread-safe.
 */
public final class SharedRefresh {
    private final Duration pause;
    private final Duration longest;
    private final Runnable read;
    private final ReentrantLock reading = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by `lock`.
    private @Nullable CompletableFuture<Void> next;
    // Guarded by `reading`.
    private long notBeforeNs = System.nanoTime();

    /**
     * @param pause between two reads
     * @param longest that a read takes
     * @param read keeps what came of it, and throws nothing
     */
    public SharedRefresh(Duration pause, Duration longest, Runnable read) {
        this.pause = pause;
        this.longest = longest;
        this.read = read;
    }

    /** Has it read from now on; does not wait. */
    public CompletableFuture<Void> begin() {
        lock.lock();
        try {
            if (next != null) {
                return next;
            }
            CompletableFuture<Void> asked = new CompletableFuture<>();
            next = asked;
            Thread.ofVirtual().name("refresh").start(() -> run(asked));
            return asked;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a read that begins after the call: the pause and two reads at most.
     *
     * @return false if it took longer, or the thread was interrupted
     */
    public boolean await() {
        Duration most = pause.plus(longest).plus(longest);
        try {
            begin().get(most.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void run(CompletableFuture<Void> asked) {
        reading.lock();
        try {
            long waitNs = notBeforeNs - System.nanoTime();
            if (waitNs > 0) {
                TimeUnit.NANOSECONDS.sleep(waitNs);
            }
            taken(); // who asks from now on may miss what comes later: theirs is another read
            read.run();
        } catch (InterruptedException e) {
            taken();
        } finally {
            notBeforeNs = System.nanoTime() + pause.toNanos();
            reading.unlock();
            asked.complete(null);
        }
    }

    private void taken() {
        lock.lock();
        try {
            next = null;
        } finally {
            lock.unlock();
        }
    }
}
