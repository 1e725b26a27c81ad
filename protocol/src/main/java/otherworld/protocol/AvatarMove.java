// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/** An avatar that moved: {@link AvatarState} without what never changes. */
public record AvatarMove(int avatar, Pose pose, long sourceTimeMs) {
    static final int MAX_BYTES = 30;

    static AvatarMove read(Reader in) throws MalformedMessage {
        return new AvatarMove(in.varuint(), Pose.read(in), in.varuint64());
    }

    void write(Writer out) {
        out.varuint(avatar);
        pose.write(out);
        out.varuint64(sourceTimeMs);
    }

    /** The same without records, for hot paths. */
    public static void write(
            Writer out, int avatar, float x, float y, float z, int rotation, long sourceTimeMs) {
        out.varuint(avatar);
        Pose.write(out, x, y, z, rotation);
        out.varuint64(sourceTimeMs);
    }

    /** Its length on the wire. */
    public static int bytes(int avatar, long sourceTimeMs) {
        return Writer.bytes(avatar) + Pose.BYTES + Writer.bytes(sourceTimeMs);
    }
}
