// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * Moves what was placed.
 *
 * @param clientSequence as in {@link PlaceEntity}
 */
public record MoveEntity(long clientSequence, long entity, Pose pose) implements ClientMessage {
    public static final int TYPE = 4;
    public static final int MAX_BYTES = 35;

    static MoveEntity read(Reader in) throws MalformedMessage {
        return new MoveEntity(in.varuint64(), in.varuint64(), Pose.read(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.varuint64(clientSequence);
        out.varuint64(entity);
        pose.write(out);
    }
}
