// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * A part of an avatar's body that its client tracks.
 *
 * @param dx metres from the root, along the world's axes
 * @param rotation in the world, as the root's
 */
public record JointPose(Joint joint, float dx, float dy, float dz, int rotation) {
    static final int MAX_BYTES = 17;

    static JointPose read(Reader in) throws MalformedMessage {
        return new JointPose(Joint.read(in), in.f32(), in.f32(), in.f32(), in.rotation());
    }

    void write(Writer out) {
        out.u8(joint.code());
        out.f32(dx);
        out.f32(dy);
        out.f32(dz);
        out.rotation(rotation);
    }

    /** The same without records, for hot paths. */
    public static void write(Writer out, Joint joint, float dx, float dy, float dz, int rotation) {
        out.u8(joint.code());
        out.f32(dx);
        out.f32(dy);
        out.f32(dz);
        out.rotation(rotation);
    }

    /** Its length on the wire. */
    public static int bytes() {
        return 17;
    }
}
