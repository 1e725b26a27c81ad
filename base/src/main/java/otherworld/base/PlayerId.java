package otherworld.base;

/**
 * A player: the {@code sub} claim of the bearer token an OIDC issuer gave them.
 *
 * @param value 1 to {@value #MAX_LENGTH} printable ASCII characters without space
 */
public record PlayerId(String value) implements Comparable<PlayerId> {
    public static final int MAX_LENGTH = 128;

    public PlayerId {
        if (value.isEmpty()
                || value.length() > MAX_LENGTH
                || !value.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException(
                    "Player id must be 1 to %d printable ASCII characters without spaces, not '%s'"
                            .formatted(
                                    MAX_LENGTH,
                                    value.length() <= MAX_LENGTH
                                            ? value
                                            : value.substring(0, 32) + "…"));
        }
    }

    @Override
    public int compareTo(PlayerId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
