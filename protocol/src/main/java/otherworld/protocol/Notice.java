// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * Something about the whole instance.
 *
 * @param detail for people; cut at its limit
 */
public record Notice(NoticeKind kind, String detail) implements ServerMessage {
    public static final int TYPE = 73;
    public static final int MAX_BYTES = 260;

    public Notice {
        detail = Text.cut(detail, Protocol.MAX_DETAIL_BYTES);
    }

    static Notice read(Reader in) throws MalformedMessage {
        return new Notice(NoticeKind.read(in), in.string(Protocol.MAX_DETAIL_BYTES));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.u8(kind.code());
        out.string(detail, Protocol.MAX_DETAIL_BYTES);
    }
}
