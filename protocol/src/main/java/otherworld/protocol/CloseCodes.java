package otherworld.protocol;

/** How a WebSocket ends behind a Goodbye; docs/protocol.md, WebSocket, has the table. */
public final class CloseCodes {
    private CloseCodes() {}

    /** What follows it where a WebSocket ends (RFC 6455, section 7.4). */
    public static int of(GoodbyeReason reason) {
        return switch (reason) {
            case LEFT, REPLACED, SESSION_ENDED -> 1000;
            case CLOSING -> 1001;
            case MALFORMED -> 1002;
            case INTERNAL -> 1011;
            case TOO_SLOW,
                    IDLE,
                    HELLO_TIMEOUT,
                    VERSION_UNSUPPORTED,
                    TICKET_EXPIRED,
                    TICKET_FORGED,
                    TICKET_REPLAYED,
                    TICKET_SUPERSEDED,
                    TICKET_WRONG_INSTANCE,
                    INSTANCE_FULL,
                    LEDGER_UNAVAILABLE,
                    NOT_READY,
                    CORDONED,
                    FROZEN,
                    RATE_LIMITED ->
                    1008;
        };
    }
}
