// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/** The answer to a {@link Ping}. */
public record Pong(int nonce, long clientTimeMs, long serverTimeMs) implements ServerMessage {
    public static final int TYPE = 72;
    public static final int MAX_BYTES = 24;

    static Pong read(Reader in) throws MalformedMessage {
        return new Pong(in.varuint(), in.varuint64(), in.varuint64());
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.varuint(nonce);
        out.varuint64(clientTimeMs);
        out.varuint64(serverTimeMs);
    }
}
