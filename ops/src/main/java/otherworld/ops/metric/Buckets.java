package otherworld.ops.metric;

/**
 * Upper bounds of a histogram's buckets, in its unit, and why these.
 *
 * @param reason for people, ends up in docs/metrics.md
 */
@SuppressWarnings("ArrayRecordComponent") // written once, by catalogues alone
public record Buckets(String reason, double... bounds) {
    public Buckets {
        for (int i = 1; i < bounds.length; i++) {
            if (bounds[i] <= bounds[i - 1]) {
                throw new IllegalArgumentException(
                        "buckets must rise: %s after %s".formatted(bounds[i], bounds[i - 1]));
            }
        }
    }

    @Override
    public double[] bounds() {
        return bounds.clone();
    }
}
