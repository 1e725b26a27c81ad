// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * An entity in full.
 *
 * @param index what it is called from here on with this client
 * @param entity its id, positive, the same for as long as it exists
 * @param owner the player whose avatar it is, or who placed it
 * @param model what to draw, a name the World's scene or the client knows; empty: the client's
 *     choice
 * @param joints the joints that are tracked: bit n for code n + 1; only then {@link EntityUpdate}
 *     tells them
 */
public record EntityState(
        int index,
        long entity,
        EntityKind kind,
        String owner,
        String model,
        Pose pose,
        int joints) {
    static final int MAX_BYTES = 289;

    static EntityState read(Reader in) throws MalformedMessage {
        return new EntityState(
                in.index(),
                in.varuint64(),
                EntityKind.read(in),
                in.string(Protocol.MAX_PLAYER_BYTES),
                in.string(Protocol.MAX_MODEL_BYTES),
                Pose.read(in),
                in.u8());
    }

    void write(Writer out) {
        out.index(index);
        out.varuint64(entity);
        out.u8(kind.code());
        out.string(owner, Protocol.MAX_PLAYER_BYTES);
        out.string(model, Protocol.MAX_MODEL_BYTES);
        pose.write(out);
        out.u8(joints);
    }

    /** The same without records, for hot paths. */
    public static void write(
            Writer out,
            int index,
            long entity,
            EntityKind kind,
            String owner,
            String model,
            float x,
            float y,
            float z,
            int rotation,
            int joints) {
        out.index(index);
        out.varuint64(entity);
        out.u8(kind.code());
        out.string(owner, Protocol.MAX_PLAYER_BYTES);
        out.string(model, Protocol.MAX_MODEL_BYTES);
        Pose.write(out, x, y, z, rotation);
        out.u8(joints);
    }

    /** Its length on the wire. */
    public static int bytes(int index, long entity, String owner, String model) {
        return 18
                + Writer.bytes(index)
                + Writer.bytes(entity)
                + Writer.bytes(owner)
                + Writer.bytes(model);
    }
}
