// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * The server did not accept a {@link MoveIntent}: the avatar is at {@code pose}.
 *
 * @param lastSequence the last {@link MoveIntent} that was considered; later ones stand on the
 *     corrected pose
 */
public record PositionCorrection(
        long epoch, int tick, int lastSequence, Pose pose, CorrectionReason reason)
        implements ServerMessage {
    public static final int TYPE = 67;
    public static final int MAX_BYTES = 37;

    static PositionCorrection read(Reader in) throws MalformedMessage {
        return new PositionCorrection(
                in.varuint64(),
                in.varuint(),
                in.varuint(),
                Pose.read(in),
                CorrectionReason.read(in));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.varuint64(epoch);
        out.varuint(tick);
        out.varuint(lastSequence);
        pose.write(out);
        out.u8(reason.code());
    }
}
