package otherworld.local.node;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a log is asked for: the options of {@code kubectl logs}.
 *
 * @param tailLines only the last so many lines
 * @param limitBytes end after so many bytes
 * @param since only lines stored at or after this
 * @param timestamps put each line's time before it
 */
record LogQuery(
        boolean follow,
        boolean timestamps,
        OptionalLong tailLines,
        OptionalLong limitBytes,
        @Nullable Instant since) {

    /**
     * @throws IllegalArgumentException with a message for the person who asked
     */
    static LogQuery of(Map<String, String> parameters, Instant now) {
        if (flag(parameters, "previous")) {
            throw new IllegalArgumentException(
                    "previous: containers are not restarted here, there is only one log");
        }
        Instant since = null;
        OptionalLong sinceSeconds = number(parameters, "sinceSeconds");
        if (sinceSeconds.isPresent()) {
            since = now.minus(Duration.ofSeconds(sinceSeconds.getAsLong()));
        } else if (parameters.containsKey("sinceTime")) {
            try {
                since = Instant.parse(parameters.get("sinceTime"));
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(
                        "sinceTime: '%s' is no RFC 3339 time"
                                .formatted(parameters.get("sinceTime")),
                        e);
            }
        }
        return new LogQuery(
                flag(parameters, "follow"),
                flag(parameters, "timestamps"),
                number(parameters, "tailLines"),
                number(parameters, "limitBytes"),
                since);
    }

    private static boolean flag(Map<String, String> parameters, String name) {
        String value = parameters.get(name);
        return value != null && (value.isEmpty() || value.equals("true") || value.equals("1"));
    }

    private static OptionalLong number(Map<String, String> parameters, String name) {
        String value = parameters.get(name);
        if (value == null) {
            return OptionalLong.empty();
        }
        try {
            long number = Long.parseLong(value);
            if (number < 0) {
                throw new IllegalArgumentException(name + ": " + value + " is below 0");
            }
            return OptionalLong.of(number);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + ": '" + value + "' is no number", e);
        }
    }
}
