package otherworld.ledger;

/**
 * Redis did not answer in time, or refused. Whether a change was made is unknown: the same call may
 * be made again.
 */
public final class LedgerUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    public LedgerUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
