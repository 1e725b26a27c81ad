package otherworld.protocol;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/** All that is left of a message, unread: its own bytes, which do not change. */
public final class Rest {
    public static final Rest NONE = new Rest(new byte[0]);

    private final byte[] bytes;

    private Rest(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Rest copyOf(byte[] buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        return new Rest(Arrays.copyOfRange(buffer, offset, offset + length));
    }

    public int length() {
        return bytes.length;
    }

    public void copyTo(byte[] buffer, int offset) {
        System.arraycopy(bytes, 0, buffer, offset, bytes.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Rest rest && Arrays.equals(bytes, rest.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** In hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
