package otherworld.crds;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import otherworld.base.Durations;

/**
 * What the schema bounds is bounded here too: a World may have been stored under another schema.
 */
final class Bounds {
    private Bounds() {}

    /**
     * @throws IllegalArgumentException if it is absent
     */
    static <T> T given(String field, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(field + " must be given");
        }
        return value;
    }

    /**
     * @throws IllegalArgumentException if {@code value} is not within them
     */
    static Integer within(String field, Integer value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "%s %d must be from %d to %d".formatted(field, value, min, max));
        }
        return value;
    }

    /**
     * @throws IllegalArgumentException if {@code text} is no duration within them
     */
    static String within(String field, String text, Duration min, Duration max) {
        Duration value;
        try {
            value = Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s %s".formatted(field, e.getMessage()), e);
        }
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    "%s %s must be from %s to %s"
                            .formatted(field, text, Durations.format(min), Durations.format(max)));
        }
        return text;
    }
}
