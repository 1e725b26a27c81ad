// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * Removes what was placed.
 *
 * @param clientSequence as in {@link PlaceEntity}
 */
public record RemoveEntity(long clientSequence, long entity) implements ClientMessage {
    public static final int TYPE = 5;
    public static final int MAX_BYTES = 19;

    static RemoveEntity read(Reader in) throws MalformedMessage {
        return new RemoveEntity(in.varuint64(), in.varuint64());
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.varuint64(clientSequence);
        out.varuint64(entity);
    }
}
