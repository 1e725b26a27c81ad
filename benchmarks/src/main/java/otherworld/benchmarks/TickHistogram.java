package otherworld.benchmarks;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The buckets of one histogram in a Prometheus text page.
 *
 * @param cumulative count of observations up to each bound, in the metric's unit
 */
record TickHistogram(Map<Double, Long> cumulative) {
    static TickHistogram parse(String page, String name) {
        Pattern line =
                Pattern.compile(
                        "^%s_bucket\\{.*le=\"([^\"]+)\".*} ([0-9.eE+]+)$"
                                .formatted(Pattern.quote(name)),
                        Pattern.MULTILINE);
        Map<Double, Long> cumulative = new TreeMap<>();
        Matcher matcher = line.matcher(page);
        while (matcher.find()) {
            double bound =
                    matcher.group(1).equals("+Inf")
                            ? Double.POSITIVE_INFINITY
                            : Double.parseDouble(matcher.group(1));
            cumulative.merge(bound, (long) Double.parseDouble(matcher.group(2)), Long::sum);
        }
        return new TickHistogram(cumulative);
    }

    /** What was observed after {@code before}. */
    TickHistogram since(TickHistogram before) {
        Map<Double, Long> difference = new TreeMap<>();
        cumulative.forEach(
                (bound, n) -> difference.put(bound, n - before.cumulative.getOrDefault(bound, 0L)));
        return new TickHistogram(difference);
    }

    long count() {
        return cumulative.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    /**
     * Interpolated within its bucket, as Prometheus does; the last finite bound if it lies beyond;
     * empty without observations.
     */
    OptionalDouble percentile(double percent) {
        long count = count();
        if (count == 0) {
            return OptionalDouble.empty();
        }
        double rank = count * percent / 100;
        double lower = 0;
        long below = 0;
        for (Map.Entry<Double, Long> bucket : cumulative.entrySet()) {
            if (bucket.getValue() >= rank) {
                if (bucket.getKey().isInfinite()) {
                    return OptionalDouble.of(lower);
                }
                double share = (rank - below) / Math.max(1, bucket.getValue() - below);
                return OptionalDouble.of(lower + (bucket.getKey() - lower) * share);
            }
            lower = bucket.getKey();
            below = bucket.getValue();
        }
        return OptionalDouble.of(lower);
    }
}
