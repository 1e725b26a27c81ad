package otherworld.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An event loop whose sockets are numbers: so many events are there to be read. */
class GatheringTest {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);
    private static final Duration SOON = Duration.ofSeconds(20);

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
        loops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }

    @Test
    void whatComesWhileLittleDoesIsReadAtOnce() {
        for (int i = 1; i <= 20; i++) {
            gathering.gather(PATIENCE_NS);
            sockets.come(1);
            int all = i;
            Awaitility.await().atMost(SOON).until(() -> sockets.read.get() == all);
        }
        assertThat(sockets.waits).hasPositiveValue();
    }

    @Test
    void manyAreReadWhenAskedForAndAllOfThem() {
        busy();
        for (int i = 0; i < 200; i++) {
            int before = sockets.read.get();
            sockets.come(50);
            gathering.gather(PATIENCE_NS);
            assertThat(sockets.read).hasValue(before + 50);
        }
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
            passes += sockets.passes.get() - before;
        }
        // Two each: one that reads, and one that finds nothing more. A slow machine rests too long.
        assertThat(passes).isBetween(200, 2_000);
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
        Awaitility.await().atMost(SOON).until(() -> sockets.read.get() == before + 7);
    }

    @Test
    void aLoopThatHasNoTimeIsNotWaitedForLongerThanPatience() throws InterruptedException {
        busy();
        Semaphore go = new Semaphore(0);
        var blocked = loops.submit(() -> go.acquireUninterruptibly());
        sockets.come(5);
        long startNs = System.nanoTime();
        gathering.gather(TimeUnit.MILLISECONDS.toNanos(5));
        assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(5_000_000);
        go.release();
        blocked.await();
        gathering.gather(PATIENCE_NS);
        assertThat(sockets.unread).hasValue(0);
    }

    private void busy() {
        sockets.come(50);
        gathering.gather(PATIENCE_NS);
        sockets.come(50);
        gathering.gather(PATIENCE_NS);
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
