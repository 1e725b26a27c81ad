package otherworld.bots;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Latencies of one kind, from 1 µs to one hour, to three digits. Thread-safe. */
public final class Latency {
    private static final long MOST_US = 3_600_000_000L;

    private final ConcurrentHistogram histogram = new ConcurrentHistogram(MOST_US, 3);

    public void recordUs(long us) {
        histogram.recordValue(Math.clamp(us, 1, MOST_US));
    }

    /** As of now; empty if nothing was recorded. */
    public Summary summary() {
        Histogram now = histogram.copy();
        long count = now.getTotalCount();
        return new Summary(
                count,
                ms(now.getValueAtPercentile(50)),
                ms(now.getValueAtPercentile(95)),
                ms(now.getValueAtPercentile(99)),
                ms(count == 0 ? 0 : now.getMaxValue()));
    }

    private static double ms(long us) {
        return us / 1000.0;
    }

    /** Milliseconds; all 0 if {@code count} is. */
    public record Summary(long count, double p50Ms, double p95Ms, double p99Ms, double maxMs) {}
}
