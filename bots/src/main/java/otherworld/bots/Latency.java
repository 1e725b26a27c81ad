package otherworld.bots;

import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Latencies of one kind, from 1 µs to one hour, to three digits. Thread-safe. */
public final class Latency {
    private static final long MOST_US = 3_600_000_000L;

    private volatile ConcurrentHistogram histogram = new ConcurrentHistogram(MOST_US, 3);
    private final LongAdder never = new LongAdder();

    /** What {@link #latelyP99Ms} has told of; owned by who asks it. */
    private final Histogram told = new Histogram(MOST_US, 3);

    public void recordUs(long us) {
        histogram.recordValue(Math.clamp(us, 1, MOST_US));
    }

    /** What was waited for never came: it counts as infinitely late. */
    public void recordNever() {
        never.increment();
    }

    /** Forgets what was recorded. For the thread that asks {@link #latelyP99Ms}. */
    void reset() {
        told.reset();
        histogram = new ConcurrentHistogram(MOST_US, 3);
        never.reset();
    }

    /** As of now; empty if nothing was recorded. */
    public Summary summary() {
        Histogram now = histogram.copy();
        long lost = never.sum();
        long count = now.getTotalCount() + lost;
        return new Summary(
                count,
                percentile(now, count, 50),
                percentile(now, count, 95),
                percentile(now, count, 99),
                count == 0 ? 0 : lost > 0 ? Double.POSITIVE_INFINITY : ms(now.getMaxValue()),
                lost);
    }

    /**
     * The 99th percentile in milliseconds of what was recorded since it was asked last, or {@link
     * #reset}; 0 if nothing was. One thread may ask.
     */
    double latelyP99Ms() {
        Histogram since = histogram.copy();
        since.subtract(told);
        told.add(since);
        return since.getTotalCount() == 0 ? 0 : ms(since.getValueAtPercentile(99));
    }

    /** Of {@code count} values, of which those that the histogram lacks are infinite. */
    private static double percentile(Histogram finite, long count, double percent) {
        if (count == 0) {
            return 0;
        }
        double ofFinite = percent * count / finite.getTotalCount();
        return ofFinite > 100
                ? Double.POSITIVE_INFINITY
                : ms(finite.getValueAtPercentile(ofFinite));
    }

    private static double ms(long us) {
        return us / 1000.0;
    }

    /**
     * Milliseconds; all 0 if {@code count} is.
     *
     * @param count what came and what never did
     * @param never what never came: infinite in the percentiles
     */
    public record Summary(
            long count, double p50Ms, double p95Ms, double p99Ms, double maxMs, long never) {}
}
