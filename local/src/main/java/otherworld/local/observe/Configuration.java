package otherworld.local.observe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Configuration files with {@code ${NAMES}} of what only a start knows. */
final class Configuration {
    private static final Pattern NAME = Pattern.compile("\\$\\{([a-zA-Z]+)}");

    private Configuration() {}

    /**
     * @param resource beside this class
     * @param values numbers, texts, and lists of them, as YAML
     */
    static String of(String resource, Map<String, Object> values) {
        try (InputStream in = Configuration.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + " is missing on the class path");
            }
            String template = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return NAME.matcher(template).replaceAll(found -> value(values, found.group(1)));
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + resource, e);
        }
    }

    private static String value(Map<String, Object> values, String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no value for ${" + name + "}");
        }
        return Matcher.quoteReplacement(yaml(value));
    }

    private static String yaml(Object value) {
        return switch (value) {
            case Number number -> number.toString();
            case List<?> all ->
                    all.stream()
                            .map(Configuration::yaml)
                            .collect(Collectors.joining(", ", "[", "]"));
            // A single quote is doubled; nothing else is special between single quotes.
            default -> "'" + value.toString().replace("'", "''") + "'";
        };
    }
}
