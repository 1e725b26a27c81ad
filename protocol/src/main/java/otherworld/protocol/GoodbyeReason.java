// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

import otherworld.protocol.MalformedMessage.Reason;

/** Why a connection ends. Codes are stable. */
public enum GoodbyeReason {
    /** The player asked for it. */
    LEFT(1),
    /** A newer connection of the same player has the seat. */
    REPLACED(2),
    /** A message was not one of this protocol. */
    MALFORMED(3),
    /** The client did not read fast enough. */
    TOO_SLOW(4),
    /** Nothing was heard of the client. */
    IDLE(5),
    /** No {@link Hello} in time. */
    HELLO_TIMEOUT(6),
    /** The server speaks none of the versions of {@link Hello}. */
    VERSION_UNSUPPORTED(7),
    /** The ticket was good for seconds, which are over. */
    TICKET_EXPIRED(8),
    /** Not signed by the matchmaker, or altered. */
    TICKET_FORGED(9),
    /** The ticket was used before. */
    TICKET_REPLAYED(10),
    /** A later ticket for the seat is out. */
    TICKET_SUPERSEDED(11),
    /** The ticket is for another instance. */
    TICKET_WRONG_INSTANCE(12),
    /** There is no seat of that number. */
    INSTANCE_FULL(13),
    /** The seat is no longer held for this player. */
    SESSION_ENDED(14),
    /** The seat could not be claimed now; try again. */
    LEDGER_UNAVAILABLE(15),
    /** The instance does not host yet; try again. */
    NOT_READY(16),
    /** The instance admits nobody new; ask the matchmaker. */
    CORDONED(17),
    /** The instance has lost touch with its database; try again. */
    FROZEN(18),
    /** The instance stops; resume through the matchmaker. */
    CLOSING(19),
    /** Too many messages. */
    RATE_LIMITED(20),
    /** A fault of the server; its log has it. */
    INTERNAL(21);

    private static final GoodbyeReason[] BY_CODE = new GoodbyeReason[values().length + 1];

    static {
        for (GoodbyeReason value : values()) {
            BY_CODE[value.code] = value;
        }
    }

    private final int code;

    GoodbyeReason(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    static GoodbyeReason read(Reader in) throws MalformedMessage {
        int code = in.u8();
        if (code == 0 || code > 21) {
            throw Reason.UNKNOWN_CODE.exception();
        }
        return BY_CODE[code];
    }

    /** The same where versions are not agreed. */
    static GoodbyeReason read(Reader in, GoodbyeReason unknown) throws MalformedMessage {
        int code = in.u8();
        return code == 0 || code >= BY_CODE.length ? unknown : BY_CODE[code];
    }
}
