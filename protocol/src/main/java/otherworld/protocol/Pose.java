package otherworld.protocol;

import otherworld.protocol.MalformedMessage.Reason;

/**
 * Where something is, in metres, y up, and how it is turned.
 *
 * @param rotation 32 bits of {@link Rotation}: quantised once, then passed on as it is
 */
public record Pose(float x, float y, float z, int rotation) {
    public static final int BYTES = 16;

    public static final Pose ORIGIN = new Pose(0, 0, 0, Rotation.IDENTITY);

    static Pose read(Reader in) throws MalformedMessage {
        float x = in.f32();
        float y = in.f32();
        float z = in.f32();
        int rotation = in.i32();
        if (!Rotation.isValid(rotation)) {
            throw Reason.BAD_ROTATION.exception();
        }
        return new Pose(x, y, z, rotation);
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
