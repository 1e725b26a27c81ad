package otherworld.instance.store;

import java.nio.ByteBuffer;

/**
 * What a player was answered to an edit that was applied, as it is committed with the edit: version
 * (1 byte), entity (8 bytes, big-endian). A resend after a crash is answered with it.
 */
public record EditAnswer(long entity) {
    private static final byte VERSION = 1;

    public byte[] encode() {
        return ByteBuffer.allocate(1 + Long.BYTES).put(VERSION).putLong(entity).array();
    }

    /**
     * @throws IllegalArgumentException if {@code bytes} are not an answer this program can read
     */
    public static EditAnswer decode(byte[] bytes) {
        if (bytes.length != 1 + Long.BYTES || bytes[0] != VERSION) {
            throw new IllegalArgumentException(
                    "Edit answer of %d bytes is not of version %d"
                            .formatted(bytes.length, VERSION));
        }
        return new EditAnswer(ByteBuffer.wrap(bytes).getLong(1));
    }
}
