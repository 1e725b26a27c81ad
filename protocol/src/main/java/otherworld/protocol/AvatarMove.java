package otherworld.protocol;

/** An avatar that moved: {@link AvatarState} without what never changes. */
public record AvatarMove(int avatar, Pose pose, long sourceTimeMs) {
    static final int MAX_BYTES = Sizes.VARUINT + Pose.BYTES + Sizes.VARUINT64;

    static AvatarMove read(Reader in) throws MalformedMessage {
        return new AvatarMove(in.varuint(), Pose.read(in), in.varuint64());
    }

    /** Its length on the wire. */
    public static int bytes(int avatar, long sourceTimeMs) {
        return Sizes.varuint(avatar) + Pose.BYTES + Sizes.varuint(sourceTimeMs);
    }

    void write(Writer out) {
        write(out, avatar, pose.x(), pose.y(), pose.z(), pose.rotation(), sourceTimeMs);
    }

    /** The same without records, for hot paths. */
    public static void write(
            Writer out, int avatar, float x, float y, float z, int rotation, long sourceTimeMs) {
        out.varuint(avatar);
        Pose.write(out, x, y, z, rotation);
        out.varuint64(sourceTimeMs);
    }
}
