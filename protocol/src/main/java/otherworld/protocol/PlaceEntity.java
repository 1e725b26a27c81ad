// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * Creates an entity that a player may build with: a prop, or a collider, as its model says.
 *
 * @param clientSequence the player's own number of the edit, positive, growing by 1 with each new
 *     edit of the player in this instance; the same when the edit is sent again
 * @param model what it looks like: any name that clients agree on
 */
public record PlaceEntity(long clientSequence, String model, Pose pose) implements ClientMessage {
    public static final int TYPE = 3;
    public static final int MAX_BYTES = 156;

    static PlaceEntity read(Reader in) throws MalformedMessage {
        return new PlaceEntity(in.varuint64(), in.name(Protocol.MAX_MODEL_BYTES), Pose.read(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.varuint64(clientSequence);
        out.string(model, Protocol.MAX_MODEL_BYTES);
        pose.write(out);
    }
}
