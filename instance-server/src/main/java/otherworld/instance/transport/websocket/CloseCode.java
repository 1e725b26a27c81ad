package otherworld.instance.transport.websocket;

import otherworld.protocol.GoodbyeReason;

/** Why a WebSocket ends, as RFC 6455, section 7.4, numbers it; docs/protocol.md lists these. */
public enum CloseCode {
    NORMAL(1000),
    GOING_AWAY(1001),
    PROTOCOL_ERROR(1002),
    UNSUPPORTED_DATA(1003),
    INVALID_PAYLOAD(1007),
    POLICY(1008),
    TOO_BIG(1009),
    INTERNAL(1011);

    private final int number;

    CloseCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** The code behind a Goodbye whose own reason says more. */
    public static CloseCode of(GoodbyeReason reason) {
        return switch (reason) {
            case LEFT, REPLACED, SESSION_ENDED -> NORMAL;
            case CLOSING -> GOING_AWAY;
            case MALFORMED -> PROTOCOL_ERROR;
            case INTERNAL -> INTERNAL;
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
                    POLICY;
        };
    }

    /** Whether a client may send this number. */
    static boolean maySend(int number) {
        boolean defined =
                number >= 1000
                        && number <= 1014
                        && number != 1004
                        && number != 1005
                        && number != 1006;
        return defined || (number >= 3000 && number <= 4999);
    }
}
