package otherworld.persistence;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What a prop is, as an entity's body. Encoding, little-endian: version (1 byte, {@value
 * #VERSION}), x, y, z (3 floats, metres), rotation (4 bytes, as the protocol packs it), then model
 * and placer, each a length in bytes (2 bytes) and UTF-8. A later version keeps reading this one.
 *
 * @param model what to draw
 * @param placedBy the player who placed it
 */
public record PropBody(String model, float x, float y, float z, int rotation, String placedBy) {
    public static final int VERSION = 1;

    private static final int FIXED_BYTES = 1 + 3 * Float.BYTES + Integer.BYTES + 2 * Short.BYTES;

    /** At most {@link EntityPatch#MAX_BODY_BYTES} for any model and player the protocol allows. */
    public byte[] encode() {
        byte[] modelBytes = model.getBytes(StandardCharsets.UTF_8);
        byte[] placerBytes = placedBy.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out =
                ByteBuffer.allocate(FIXED_BYTES + modelBytes.length + placerBytes.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) VERSION).putFloat(x).putFloat(y).putFloat(z).putInt(rotation);
        out.putShort((short) modelBytes.length).put(modelBytes);
        out.putShort((short) placerBytes.length).put(placerBytes);
        return out.array();
    }

    /**
     * @throws IllegalArgumentException if {@code body} is not the encoding of a prop
     */
    public static PropBody decode(byte[] body) {
        ByteBuffer in = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
        try {
            int version = in.get();
            if (version != VERSION) {
                throw new IllegalArgumentException(
                        "Prop body of version %d: this program reads %d"
                                .formatted(version, VERSION));
            }
            float x = in.getFloat();
            float y = in.getFloat();
            float z = in.getFloat();
            int rotation = in.getInt();
            String model = text(in);
            PropBody prop = new PropBody(model, x, y, z, rotation, text(in));
            if (in.hasRemaining()) {
                throw new IllegalArgumentException(
                        "Prop body has %d bytes left over".formatted(in.remaining()));
            }
            return prop;
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException(
                    "Prop body of %d bytes ends early".formatted(body.length), e);
        }
    }

    private static String text(ByteBuffer in) {
        int length = Short.toUnsignedInt(in.getShort());
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
