// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * Where the player's avatar is now; the client has moved it already.
 *
 * @param sequence grows with each of a connection
 * @param clientTimeMs the sender's clock; echoed to receivers as {@code sourceTimeMs}
 */
public record MoveIntent(int sequence, Pose pose, long clientTimeMs) implements ClientMessage {
    public static final int TYPE = 2;
    public static final int MAX_BYTES = 31;

    static MoveIntent read(Reader in) throws MalformedMessage {
        return new MoveIntent(in.varuint(), Pose.read(in), in.varuint64());
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.varuint(sequence);
        pose.write(out);
        out.varuint64(clientTimeMs);
    }
}
