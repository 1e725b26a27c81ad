package otherworld.instance.loop;

/** A rate limit: so many at once, so many per second in the long run. One thread at a time. */
public final class TokenBucket {
    private final int burst;
    private final double perNs;
    private double tokens;
    private long lastNs;

    public TokenBucket(int perSecond, int burst, long nowNs) {
        this.burst = burst;
        this.perNs = perSecond / 1e9;
        this.tokens = burst;
        this.lastNs = nowNs;
    }

    /** True if there is one left, which is taken. */
    public boolean take(long nowNs) {
        tokens = Math.min(burst, tokens + (nowNs - lastNs) * perNs);
        lastNs = nowNs;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
