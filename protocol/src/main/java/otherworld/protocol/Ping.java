// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * Asks for a {@link Pong} with the same values; also keeps a quiet connection from being {@code
 * IDLE}.
 */
public record Ping(int nonce, long clientTimeMs) implements ClientMessage {
    public static final int TYPE = 6;
    public static final int MAX_BYTES = 15;

    static Ping read(Reader in) throws MalformedMessage {
        return new Ping(in.varuint(), in.varuint64());
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.varuint(nonce);
        out.varuint64(clientTimeMs);
    }
}
