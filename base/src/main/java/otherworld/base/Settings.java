package otherworld.base;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a process's configuration from its environment, collects every error instead of stopping at
 * the first, and can print what was read with secrets masked. A process reads all its values, then
 * calls {@link #check} once.
 *
 * <p>Not thread-safe: used at start by the main thread.
 */
public final class Settings {
    /** What stands before the host of a URL, to whom it is said. */
    private static final Pattern USER_INFO = Pattern.compile("(://)[^/?#@\\s]*@");

    /** A parameter of a URL, such as JDBC's, whose name says that its value is a secret. */
    private static final Pattern SECRET_PARAMETER =
            Pattern.compile(
                    "([?&;][^=&;\\s]*(?:password|passwd|secret|token|credential|apikey)[^=&;\\s]*=)[^&;\\s]*",
                    Pattern.CASE_INSENSITIVE);

    private final Map<String, String> environment;
    private final Map<String, String> read = new TreeMap<>();
    private final List<String> errors = new ArrayList<>();

    public Settings(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The settings have at least one error; the message has a line for each. */
    public static final class InvalidSettings extends RuntimeException {
        private static final long serialVersionUID = 1;

        InvalidSettings(List<String> errors) {
            super(String.join("\n", errors));
        }
    }

    public String text(String name, @Nullable String fallback) {
        return value(name, fallback, text -> text, "", false);
    }

    /** Like {@link #text}, but printed as {@code ***}. */
    public String secret(String name, @Nullable String fallback) {
        return value(name, fallback, text -> text, "", true);
    }

    public int integer(String name, @Nullable Integer fallback, int least, int most) {
        Integer number =
                value(
                        name,
                        fallback,
                        text -> {
                            int parsed = Integer.parseInt(text);
                            if (parsed < least || parsed > most) {
                                throw new IllegalArgumentException();
                            }
                            return parsed;
                        },
                        "a whole number from %d to %d".formatted(least, most),
                        false);
        return Objects.requireNonNullElse(number, least); // null: check() will refuse it
    }

    public boolean flag(String name, boolean fallback) {
        return value(
                name,
                fallback,
                text ->
                        switch (text) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> throw new IllegalArgumentException();
                        },
                "true or false",
                false);
    }

    public Duration duration(String name, @Nullable Duration fallback) {
        return value(name, fallback, Durations::parse, Durations.FORMAT, false);
    }

    /** A value of any type; {@code parse} refuses with an {@link IllegalArgumentException}. */
    public <T> T parsed(
            String name, @Nullable T fallback, Function<String, T> parse, String expected) {
        return value(name, fallback, parse, expected, false);
    }

    /** Adds an error that concerns more than one value. */
    public void error(String message) {
        errors.add(message);
    }

    /**
     * @throws InvalidSettings with every error found so far, one a line
     */
    public void check() {
        if (!errors.isEmpty()) {
            throw new InvalidSettings(errors);
        }
    }

    /** A text with the secrets masked that URLs in it may have: for logs and messages. */
    public static String withoutSecrets(String text) {
        String hosts = USER_INFO.matcher(text).replaceAll("$1***@");
        return SECRET_PARAMETER.matcher(hosts).replaceAll("$1***");
    }

    /** Every value read, one {@code NAME=value} a line, sorted, secrets masked. */
    public String describe() {
        StringBuilder lines = new StringBuilder();
        read.forEach((name, value) -> lines.append(name).append('=').append(value).append('\n'));
        return lines.toString();
    }

    // A value that is missing or wrong is an error for check(); until then a harmless null stands
    // for it.
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private <T> T value(
            String name,
            @Nullable T fallback,
            Function<String, T> parse,
            String expected,
            boolean secret) {
        String text = environment.get(name);
        if (text == null || text.isEmpty()) {
            if (fallback == null) {
                errors.add(
                        "%s is not set%s"
                                .formatted(name, expected.isEmpty() ? "" : ": give " + expected));
                return null;
            }
            read.put(name, shown(fallback.toString(), secret));
            return fallback;
        }
        String shown = shown(text, secret);
        read.put(name, shown);
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            String reason =
                    e.getMessage() == null || e instanceof NumberFormatException
                            ? ""
                            : " (" + withoutSecrets(e.getMessage()) + ")";
            errors.add("%s='%s' must be %s%s".formatted(name, shown, expected, reason));
            return fallback;
        }
    }

    private static String shown(String text, boolean secret) {
        return secret ? "***" : withoutSecrets(text);
    }
}
