// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * A prop in full.
 *
 * @param entity its id, positive, the same for as long as it exists
 * @param model what to draw, a name the World's scene or the client knows
 * @param placedBy the player who placed it
 */
public record PropState(long entity, String model, Pose pose, String placedBy) {
    static final int MAX_BYTES = 285;

    static PropState read(Reader in) throws MalformedMessage {
        return new PropState(
                in.varuint64(),
                in.string(Protocol.MAX_MODEL_BYTES),
                Pose.read(in),
                in.string(Protocol.MAX_PLAYER_BYTES));
    }

    void write(Writer out) {
        out.varuint64(entity);
        out.string(model, Protocol.MAX_MODEL_BYTES);
        pose.write(out);
        out.string(placedBy, Protocol.MAX_PLAYER_BYTES);
    }
}
