package otherworld.http;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's half of {@link Gathering}: its sockets are read by {@code io}, and this says
 * when. All but {@link #ask}, {@link #isAsked} and {@link #wakeup} is the loop's thread's.
 */
final class GatheringIoHandler implements IoHandler {
    /** Who is never asked reads after this, and from then on whenever something comes. */
    static final long LONGEST_REST_NS = TimeUnit.MILLISECONDS.toNanos(20);

    /** From one time it is asked to the next: fewer are not worth resting for. */
    static final int FEW = 4;

    /** What comes while others are read is read too, but not without end: tasks have their turn. */
    private static final int MOST_PASSES = 4;

    private final IoHandler io;
    private final List<GatheringIoHandler> loops;
    private final WithoutWaiting withoutWaiting = new WithoutWaiting();

    private volatile @Nullable Thread loop;
    private volatile @Nullable Thread asking;

    /** Waits in {@code io}, which tells of whatever comes. */
    private volatile boolean waiting;

    /** Waits here, whatever comes to sockets. */
    private volatile boolean resting;

    /** When it was asked last. */
    private volatile long askedNs = System.nanoTime() - LONGEST_REST_NS;

    private boolean busy;

    /** Events since it was asked at this time. */
    private int found;

    private long foundSinceNs;
    private long gatheredNs;

    GatheringIoHandler(IoHandler io, List<GatheringIoHandler> loops) {
        this.io = io;
        this.loops = loops;
    }

    /** Any thread. */
    void ask(Thread by) {
        askedNs = System.nanoTime();
        asking = by;
        if (waiting || loop == null) {
            asking = null; // there is nothing to read
        } else if (resting) {
            LockSupport.unpark(loop);
        }
    }

    /** Any thread. */
    boolean isAsked() {
        return asking != null;
    }

    @Override
    public void initialize() {
        loop = Thread.currentThread();
        io.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        if (asking != null) {
            return gather(context);
        }
        if (!busy) {
            return await(context);
        }
        long restedNs = System.nanoTime() - gatheredNs;
        if (restedNs >= LONGEST_REST_NS) {
            busy = false;
            return await(context);
        }
        if (context.canBlock()) {
            rest(context, LONGEST_REST_NS - restedNs);
        }
        return 0; // what it was woken for is a task, or is asked for next
    }

    private int await(IoHandlerContext context) {
        waiting = true;
        // Either sees what the other has just written.
        int events = asking == null ? io.run(context) : 0;
        waiting = false;
        count(events);
        return events;
    }

    /** Much has come, and who is to be asked for it will be: what comes from here on can wait. */
    private void count(int events) {
        long asked = askedNs;
        if (asked != foundSinceNs) {
            foundSinceNs = asked;
            found = 0;
        }
        found += events;
        if (found > FEW) {
            gatheredNs = System.nanoTime();
            busy = gatheredNs - asked < LONGEST_REST_NS;
        }
    }

    private void rest(IoHandlerContext context, long longestNs) {
        resting = true;
        // Whoever asks, or adds a task, before this is seen here, and after it wakes this thread.
        if (asking == null && context.canBlock()) {
            LockSupport.parkNanos(this, Math.min(longestNs, nextTaskNs(context)));
        }
        resting = false;
    }

    private static long nextTaskNs(IoHandlerContext context) {
        return context.deadlineNanos() == -1
                ? Long.MAX_VALUE
                : context.delayNanos(System.nanoTime());
    }

    private int gather(IoHandlerContext context) {
        int events = 0;
        for (int pass = 0; pass < MOST_PASSES; pass++) {
            int more = io.run(withoutWaiting.of(context));
            events += more;
            if (more == 0) {
                break;
            }
        }
        busy = events > FEW;
        gatheredNs = System.nanoTime();
        Thread by = asking;
        asking = null;
        LockSupport.unpark(by);
        return events;
    }

    @Override
    public void wakeup() {
        io.wakeup();
        if (resting) {
            LockSupport.unpark(loop);
        }
    }

    @Override
    public void prepareToDestroy() {
        loops.remove(this);
        io.prepareToDestroy();
    }

    @Override
    public void destroy() {
        loops.remove(this);
        asking = null;
        io.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return io.register(handle);
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return io.isCompatible(type);
    }

    /** A loop's context in which there is always something else to do. */
    private static final class WithoutWaiting implements IoHandlerContext {
        private @Nullable IoHandlerContext context;

        IoHandlerContext of(IoHandlerContext loop) {
            context = loop;
            return this;
        }

        private IoHandlerContext context() {
            IoHandlerContext now = context;
            if (now == null) {
                throw new IllegalStateException("asked outside of run");
            }
            return now;
        }

        @Override
        public boolean canBlock() {
            return false;
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            return context().delayNanos(currentTimeNanos);
        }

        @Override
        public long deadlineNanos() {
            return context().deadlineNanos();
        }

        @Override
        public void reportActiveIoTime(long activeNanos) {
            context().reportActiveIoTime(activeNanos);
        }

        @Override
        public boolean shouldReportActiveIoTime() {
            return context().shouldReportActiveIoTime();
        }
    }
}
