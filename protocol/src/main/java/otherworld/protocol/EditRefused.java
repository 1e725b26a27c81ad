// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * The edit changed nothing.
 *
 * @param detail for people; cut at its limit
 */
public record EditRefused(long clientSequence, RefusalReason reason, String detail)
        implements ServerMessage {
    public static final int TYPE = 71;
    public static final int MAX_BYTES = 269;

    public EditRefused {
        detail = Text.cut(detail, Protocol.MAX_DETAIL_BYTES);
    }

    static EditRefused read(Reader in) throws MalformedMessage {
        return new EditRefused(
                in.varuint64(), RefusalReason.read(in), in.string(Protocol.MAX_DETAIL_BYTES));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.varuint64(clientSequence);
        out.u8(reason.code());
        out.string(detail, Protocol.MAX_DETAIL_BYTES);
    }
}
