package otherworld.tracing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.TraceContext;

/**
 * Spans go into a bounded queue without locks; one thread takes them out, in batches, and exports
 * them. Whatever the collector does, that thread alone waits for it; while it waits the queue
 * fills, and what has no room is dropped and counted.
 */
final class ExportingTracing implements Tracing {
    private static final Logger log = LoggerFactory.getLogger(ExportingTracing.class);
    private static final long CLOSE_MS = 2_000;

    /** Traces of others that are recorded since they ask for it, in a second. */
    private static final int ASKED_PER_SECOND = 5;

    private final TracingSettings.On settings;
    private final Origin origin;
    private final SpanCounts counts;
    private final Queue<Span> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final Asked asked = new Asked(ASKED_PER_SECOND);
    private final Thread thread;
    private volatile boolean closing;

    ExportingTracing(TracingSettings.On settings, Origin origin, SpanCounts counts) {
        this.settings = settings;
        this.origin = origin;
        this.counts = counts;
        thread = Thread.ofPlatform().daemon().name("traces").start(this::run);
    }

    @Override
    public boolean isOn() {
        return true;
    }

    @Override
    public Optional<TraceContext> begin() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        if (!samples(random.nextLong())) {
            return Optional.empty();
        }
        // The first half is not 0: a trace of zeros is none.
        return Optional.of(
                new TraceContext(
                        random.nextLong() | 1, random.nextLong(), Tracing.newSpanId(), true));
    }

    @Override
    public boolean samples(long random) {
        return settings.sampler().samples(random);
    }

    @Override
    public boolean samplesAsked() {
        return settings.sampler().regardsParents() && asked.take(System.nanoTime());
    }

    @Override
    public void ended(Span span) {
        int before = count.getAndIncrement();
        if (before >= settings.queue().spans()) {
            count.getAndDecrement();
            counts.dropped();
            return;
        }
        waiting.add(span);
        if (before + 1 == settings.queue().batch()) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long delayNs = settings.queue().delay().toNanos();
        // Made here, since it takes long, and with the first spans alone: nobody waits for it.
        try (SpanExporter exporter = new SpanExporter(settings, origin)) {
            while (!closing) {
                long untilNs = System.nanoTime() + delayNs;
                while (!closing
                        && count.get() < settings.queue().batch()
                        && System.nanoTime() - untilNs < 0) {
                    LockSupport.parkNanos(untilNs - System.nanoTime());
                }
                exportBatch(exporter, settings.timeout().toMillis());
            }
            long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MS);
            while (count.get() > 0 && System.nanoTime() - untilNs < 0) {
                long leftNs = untilNs - System.nanoTime();
                exportBatch(exporter, Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNs)));
            }
        } catch (RuntimeException | Error e) {
            log.error("No spans are exported any more", e);
        }
    }

    private void exportBatch(SpanExporter exporter, long timeoutMs) {
        List<Span> batch = new ArrayList<>();
        while (batch.size() < settings.queue().batch()) {
            Span span = waiting.poll();
            if (span == null) {
                break;
            }
            batch.add(span);
        }
        if (batch.isEmpty()) {
            return;
        }
        count.addAndGet(-batch.size());
        if (exporter.export(batch, timeoutMs)) {
            counts.exported(batch.size());
        } else {
            counts.failed(batch.size());
        }
    }
}
