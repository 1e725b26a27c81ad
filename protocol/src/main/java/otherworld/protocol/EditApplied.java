// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * The edit is in the World, and others see it. Not yet durable.
 *
 * @param entity for {@link PlaceEntity} its new id
 */
public record EditApplied(long epoch, long clientSequence, long entity) implements ServerMessage {
    public static final int TYPE = 69;
    public static final int MAX_BYTES = 28;

    static EditApplied read(Reader in) throws MalformedMessage {
        return new EditApplied(in.varuint64(), in.varuint64(), in.varuint64());
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.varuint64(epoch);
        out.varuint64(clientSequence);
        out.varuint64(entity);
    }
}
