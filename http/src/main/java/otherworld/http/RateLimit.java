package otherworld.http;

import java.util.function.LongSupplier;

/**
 * A token bucket for each caller. A caller who was not heard of for long is forgotten, which gives
 * them a full bucket again. Thread-safe.
 */
public final class RateLimit<K> {
    private final double ratePerNs;
    private final int burst;
    private final LongSupplier nanoClock;
    private final RecentMap<K, Bucket> buckets;

    /**
     * @param callers that are kept in mind, up to twice as many
     */
    public RateLimit(int ratePerSecond, int burst, int callers, LongSupplier nanoClock) {
        ratePerNs = ratePerSecond / 1e9;
        this.burst = burst;
        this.nanoClock = nanoClock;
        buckets = new RecentMap<>(callers);
    }

    /** Takes one token of {@code caller}; false if there is none. */
    public boolean tryTake(K caller) {
        long now = nanoClock.getAsLong();
        return buckets.computeIfAbsent(caller, _ -> new Bucket(burst, now))
                .tryTake(now, ratePerNs, burst);
    }

    private static final class Bucket {
        private double tokens;
        private long refilledNs;

        Bucket(double tokens, long now) {
            this.tokens = tokens;
            refilledNs = now;
        }

        synchronized boolean tryTake(long now, double ratePerNs, int burst) {
            tokens = Math.min(burst, tokens + Math.max(0, now - refilledNs) * ratePerNs);
            refilledNs = now;
            if (tokens < 1) {
                return false;
            }
            tokens -= 1;
            return true;
        }
    }
}
