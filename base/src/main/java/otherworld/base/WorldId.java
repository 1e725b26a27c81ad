package otherworld.base;

import java.util.regex.Pattern;

/**
 * Identity of a World everywhere outside Kubernetes: Redis hash tag, SQL key, ticket audience, URL
 * segment. It is the World's {@code persistence.id}, by default {@code <namespace>.<name>}; it
 * begins with the World's namespace and a dot, so that no other namespace can have it, and never
 * changes, so a World that is deleted and created again finds its state.
 *
 * @param value 1 to {@value #MAX_LENGTH} characters of lower-case letters, digits, {@code -} and
 *     {@code .}, starting and ending with a letter or digit
 */
public record WorldId(String value) implements Comparable<WorldId> {
    public static final int MAX_LENGTH = 104; // a namespace (63), a dot, a World name (40)
    public static final String PATTERN = "[a-z0-9]([-.a-z0-9]*[a-z0-9])?";

    private static final Pattern VALID = Pattern.compile(PATTERN);

    public WorldId {
        if (value.length() > MAX_LENGTH || !VALID.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "World id '%s' must be 1 to %d characters of a-z, 0-9, '-' and '.', starting and ending with a letter or digit"
                            .formatted(value, MAX_LENGTH));
        }
    }

    @Override
    public int compareTo(WorldId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
