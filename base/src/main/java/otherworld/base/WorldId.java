package otherworld.base;

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

    public WorldId {
        if (value.length() > MAX_LENGTH || !isValid(value)) {
            throw new IllegalArgumentException(
                    "World id '%s' must be 1 to %d characters of a-z, 0-9, '-' and '.', starting and ending with a letter or digit"
                            .formatted(value, MAX_LENGTH));
        }
    }

    /** Whether it is as {@link #PATTERN} has it: asked for each request of a player. */
    private static boolean isValid(String value) {
        int last = value.length() - 1;
        if (last < 0 || !isAlphanumeric(value.charAt(0)) || !isAlphanumeric(value.charAt(last))) {
            return false;
        }
        for (int i = 1; i < last; i++) {
            char c = value.charAt(i);
            if (!isAlphanumeric(c) && c != '-' && c != '.') {
                return false;
            }
        }
        return true;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
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
