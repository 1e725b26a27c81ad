package otherworld.http.websocket;

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
