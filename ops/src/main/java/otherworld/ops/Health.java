package otherworld.ops;

/** Answer of a health check, given on each request: it must not block. */
public sealed interface Health {
    /** All is well. */
    record Up() implements Health {}

    /**
     * Something is missing.
     *
     * @param reason what, and what to do; shown in the response's body
     */
    record Down(String reason) implements Health {}

    static Health up() {
        return new Up();
    }

    static Health down(String reason) {
        return new Down(reason);
    }
}
