package otherworld.protocol;

/**
 * Where something is, in metres, y up, and how it is turned.
 *
 * @param rotation 32 bits of {@link Rotation}: quantised once, then passed on as it is
 */
public record Pose(float x, float y, float z, int rotation) {
    public static final int BYTES = 16;

    public static final Pose ORIGIN = new Pose(0, 0, 0, Rotation.IDENTITY);

    static Pose read(Reader in) throws MalformedMessage {
        return new Pose(in.f32(), in.f32(), in.f32(), in.rotation());
    }

    void write(Writer out) {
        write(out, x, y, z, rotation);
    }

    /** The same without a record, for hot paths. */
    public static void write(Writer out, float x, float y, float z, int rotation) {
        out.f32(x);
        out.f32(y);
        out.f32(z);
        out.i32(rotation);
    }
}
