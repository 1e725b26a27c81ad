package otherworld.base;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them in a World and in settings: {@code 500ms}, {@code 30s}, {@code
 * 5m}, {@code 1h30m}.
 */
public final class Durations {
    public static final String FORMAT = "a duration such as 500ms, 30s, 5m or 1h30m";

    /** The same rule as a CRD pattern; at least one part, largest unit first. */
    public static final String PATTERN =
            "^([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?([0-9]{1,6}ms)?$";

    private static final Pattern VALID = Pattern.compile(PATTERN);

    private Durations() {}

    /**
     * @throws IllegalArgumentException if {@code text} is not {@link #FORMAT}
     */
    public static Duration parse(String text) {
        Matcher parts = VALID.matcher(text);
        if (text.isEmpty() || !parts.matches()) {
            throw new IllegalArgumentException("'%s' is not %s".formatted(text, FORMAT));
        }
        return Duration.ofHours(part(parts, 1, 1))
                .plusMinutes(part(parts, 2, 1))
                .plusSeconds(part(parts, 3, 1))
                .plusMillis(part(parts, 4, 2));
    }

    /**
     * What {@link #parse} reads back, largest unit first; {@code 0s} for zero; finer than 1 ms is
     * dropped.
     */
    public static String format(Duration duration) {
        StringBuilder text = new StringBuilder();
        append(text, duration.toHours(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        append(text, duration.toMillisPart(), "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static long part(Matcher parts, int group, int unitLength) {
        String text = parts.group(group);
        return text == null ? 0 : Long.parseLong(text.substring(0, text.length() - unitLength));
    }

    private static void append(StringBuilder text, long count, String unit) {
        if (count != 0) {
            text.append(count).append(unit);
        }
    }
}
