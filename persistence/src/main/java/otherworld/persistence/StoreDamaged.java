package otherworld.persistence;

/**
 * Something that was committed is missing or unreadable: until somebody has restored it, or decided
 * to go on without it, nothing can be loaded or acknowledged. The message says what, and the ways
 * out.
 */
public final class StoreDamaged extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StoreDamaged(String message) {
        super(message);
    }
}
