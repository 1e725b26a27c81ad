package otherworld.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An event loop whose sockets are numbers: so many events are there to be read. */
class GatheringTest {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    private final Sockets sockets = new Sockets();
    private final Gathering gathering = new Gathering();
    private final IoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, gathering.around(_ -> sockets));

    @BeforeEach
    void start() {
        loops.submit(() -> {}).awaitUninterruptibly();
    }

    @AfterEach
    void end() {
        loops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS).awaitUninterruptibly(20_000);
    }

    @Test
    void whatComesWhileLittleDoesIsReadAtOnce() {
        for (int i = 1; i <= 20; i++) {
            gathering.gather(PATIENCE_NS);
            sockets.come(1);
            int all = i;
            await(() -> sockets.read.get() == all);
        }
        assertThat(sockets.waits).hasPositiveValue();
    }

    @Test
    void manyAreReadWhenAskedForAndAllOfThem() {
        busy();
        int byThen = 0;
        for (int i = 0; i < 200; i++) {
            int all = sockets.read.get() + 50;
            sockets.come(50);
            gathering.gather(PATIENCE_NS);
            byThen += sockets.read.get() == all ? 1 : 0;
            await(() -> sockets.read.get() == all);
        }
        // Where a machine stands still, the loop has rested long enough, and is reading by itself.
        assertThat(byThen).isGreaterThan(100);
    }

    @Test
    void aBusyLoopIsNotWokenByEachMessage() {
        busy();
        int passes = 0;
        for (int i = 0; i < 100; i++) {
            int before = sockets.passes.get();
            for (int n = 0; n < 50; n++) {
                sockets.come(1);
            }
            gathering.gather(PATIENCE_NS);
            await(() -> sockets.unread.get() == 0);
            passes += sockets.passes.get() - before;
        }
        // Two each: one that reads, and one that finds nothing more. A slow machine rests too long.
        assertThat(passes).isBetween(100, 2_000);
    }

    @Test
    void whoWaitsIsWokenByTheFirstFewAlone() {
        int passes = 0;
        for (int i = 0; i < 100; i++) {
            gathering.gather(PATIENCE_NS);
            gathering.gather(PATIENCE_NS); // nothing came since: it waits
            int before = sockets.passes.get();
            for (int n = 0; n < 50; n++) {
                sockets.come(1);
                long untilNs = System.nanoTime() + 50_000;
                while (sockets.unread.get() > 0 && System.nanoTime() < untilNs) {
                    Thread.onSpinWait();
                }
            }
            passes += sockets.passes.get() - before;
        }
        assertThat(passes).isBetween(100, 2_000); // of 5,000
    }

    @Test
    void aTaskWakesALoopThatRestsAndTimersGoOff() {
        busy();
        for (int i = 0; i < 200; i++) {
            sockets.come(50);
            gathering.gather(PATIENCE_NS);
            assertThat(loops.submit(() -> 1).awaitUninterruptibly(20_000)).isTrue();
        }
        assertThat(loops.schedule(() -> 1, 5, TimeUnit.MILLISECONDS).awaitUninterruptibly(20_000))
                .isTrue();
    }

    @Test
    void whoIsNotAskedAnyMoreReadsByItself() {
        busy();
        int before = sockets.read.get();
        sockets.come(7);
        await(() -> sockets.read.get() == before + 7);
    }

    @Test
    void aLoopThatHasNoTimeIsNotWaitedForLongerThanPatience() throws InterruptedException {
        busy();
        Semaphore started = new Semaphore(0);
        Semaphore go = new Semaphore(0);
        var blocked =
                loops.submit(() -> {
                    started.release();
                    go.acquireUninterruptibly();
                });
        try {
            started.acquire();
            sockets.come(5);
            long startNs = System.nanoTime();
            gathering.gather(TimeUnit.MILLISECONDS.toNanos(5));
            assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(5_000_000);
        } finally {
            go.release();
        }
        blocked.await();
        gathering.gather(PATIENCE_NS);
        await(() -> sockets.unread.get() == 0);
    }

    /** Without a pause in which the loop would have rested long enough. */
    private static void await(BooleanSupplier done) {
        long untilNs = System.nanoTime() + PATIENCE_NS;
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(untilNs);
            LockSupport.parkNanos(20_000);
        }
    }

    private void busy() {
        gathering.gather(PATIENCE_NS);
        sockets.come(50);
        await(() -> sockets.read.get() == 50);
    }

    private static final class Sockets implements IoHandler {
        final AtomicInteger unread = new AtomicInteger();
        final AtomicInteger read = new AtomicInteger();
        final AtomicInteger passes = new AtomicInteger();
        final AtomicInteger waits = new AtomicInteger();
        private final Semaphore woken = new Semaphore(0);

        void come(int events) {
            unread.addAndGet(events);
            woken.release();
        }

        @Override
        public int run(IoHandlerContext context) {
            passes.incrementAndGet();
            try {
                if (context.canBlock()) {
                    waits.incrementAndGet();
                    long most = TimeUnit.SECONDS.toNanos(1);
                    long ns =
                            context.deadlineNanos() == -1
                                    ? most
                                    : Math.min(most, context.delayNanos(System.nanoTime()));
                    boolean _ = woken.tryAcquire(ns, TimeUnit.NANOSECONDS);
                } else {
                    woken.drainPermits();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            int events = unread.getAndSet(0);
            read.addAndGet(events);
            return events;
        }

        @Override
        public IoRegistration register(IoHandle handle) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void wakeup() {
            woken.release();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> type) {
            return false;
        }
    }
}
