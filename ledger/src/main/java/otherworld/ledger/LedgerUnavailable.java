package otherworld.ledger;

/**
 * Redis did not answer in time, or refused. Whether a change was made is unknown: the same call may
 * be made again.
 */
public final class LedgerUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final RedisTrouble trouble;

    public LedgerUnavailable(RedisTrouble trouble, String message, Throwable cause) {
        super(message, cause);
        this.trouble = trouble;
    }

    /** Of what kind. */
    public RedisTrouble trouble() {
        return trouble;
    }

    /** Says who refused, what it said, and what to do. */
    static LedgerUnavailable of(String address, Throwable failure) {
        RedisTrouble trouble = RedisTrouble.of(failure);
        return new LedgerUnavailable(
                trouble,
                "Redis at %s: %s (%s)"
                        .formatted(address, RedisTrouble.cause(failure), trouble.hint()),
                failure);
    }
}
