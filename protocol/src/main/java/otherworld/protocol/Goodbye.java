// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * The last message of a connection.
 *
 * @param retryAfterMs when to try again at the earliest; 0 for at once where trying again makes
 *     sense
 * @param detail for people; cut at its limit
 */
public record Goodbye(GoodbyeReason reason, int retryAfterMs, String detail)
        implements ServerMessage {
    public static final int TYPE = 74;
    public static final int MAX_BYTES = 4096;

    public Goodbye {
        detail = Text.cut(detail, Protocol.MAX_DETAIL_BYTES);
    }

    static Goodbye read(Reader in) throws MalformedMessage {
        Goodbye read =
                new Goodbye(
                        GoodbyeReason.read(in, GoodbyeReason.INTERNAL),
                        in.varuint(),
                        in.string(Protocol.MAX_DETAIL_BYTES));
        in.skipRest(); // what a later version says behind its fields
        return read;
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.u8(reason.code());
        out.varuint(retryAfterMs);
        out.string(detail, Protocol.MAX_DETAIL_BYTES);
    }
}
