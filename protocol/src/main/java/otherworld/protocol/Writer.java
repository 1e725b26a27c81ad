package otherworld.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Writes the fields of messages into a byte array. Allocates nothing; reusable by {@link #wrap};
 * one thread at a time.
 *
 * <p>A value beyond its limit is an {@link IllegalArgumentException}, a full array an {@link
 * IndexOutOfBoundsException}: both are bugs of the caller, not input.
 */
public final class Writer {
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] buffer = new byte[0];
    private int position;
    private int version = Protocol.VERSION;

    /** Writes an item of a list. */
    interface Item<T> {
        void write(T item, Writer out);
    }

    public Writer wrap(byte[] buffer, int offset) {
        this.buffer = buffer;
        this.position = offset;
        return this;
    }

    /** Which version the peer speaks from here on; {@link Protocol#VERSION} until it is said. */
    public void speak(int version) {
        this.version = version;
    }

    int version() {
        return version;
    }

    /** Where the next byte goes, from the start of the array. */
    public int position() {
        return position;
    }

    /** How many bytes a varuint or varuint64 takes. */
    static int bytes(long value) {
        return (63 - Long.numberOfLeadingZeros(value | 1)) / 7 + 1;
    }

    /** How many bytes a string takes. */
    static int bytes(String value) {
        int utf8 = Text.utf8Bytes(value);
        return bytes(utf8) + utf8;
    }

    public void u8(int value) {
        range(value, 0xff);
        buffer[position++] = (byte) value;
    }

    public void u16(int value) {
        range(value, 0xffff);
        buffer[position++] = (byte) value;
        buffer[position++] = (byte) (value >>> 8);
    }

    /** The 32 bits as they are. */
    public void u32(int value) {
        i32(value);
    }

    public void flag(boolean value) {
        buffer[position++] = (byte) (value ? 1 : 0);
    }

    public void varuint(int value) {
        range(value, Integer.MAX_VALUE);
        leb128(value);
    }

    public void index(int value) {
        range(value, Protocol.MAX_INDEXES - 1);
        leb128(value);
    }

    public void varuint64(long value) {
        range(value, Long.MAX_VALUE);
        leb128(value);
    }

    public void f32(float value) {
        if (!Float.isFinite(value)) {
            throw new IllegalArgumentException(value + " is not finite");
        }
        i32(Float.floatToRawIntBits(value));
    }

    /** The bits of {@link Rotation}. */
    public void rotation(int bits) {
        i32(bits);
    }

    void i32(int bits) {
        INT.set(buffer, position, bits);
        position += Integer.BYTES;
    }

    /** UTF-8; a lone surrogate and U+0000 become {@code ?}. */
    public void string(String value, int maxBytes) {
        int bytes = Text.utf8Bytes(value);
        if (bytes > maxBytes) {
            throw new IllegalArgumentException(
                    "String of %d bytes is longer than %d".formatted(bytes, maxBytes));
        }
        varuint(bytes);
        position = Text.putUtf8(value, buffer, position);
    }

    void rest(Rest value, int maxBytes) {
        range(value.length(), maxBytes);
        value.copyTo(buffer, position);
        position += value.length();
    }

    /** The count of a list; its items must follow. */
    public void count(int items, int maxItems) {
        if (items > maxItems) {
            throw new IllegalArgumentException(
                    "List of %d is longer than %d".formatted(items, maxItems));
        }
        varuint(items);
    }

    <T> void list(List<T> items, int maxItems, Item<T> item) {
        int count = items.size();
        count(count, maxItems);
        for (int i = 0; i < count; i++) { // by index: an iterator would be an allocation
            item.write(items.get(i), this);
        }
    }

    private void leb128(long value) {
        long rest = value;
        while (rest > 0x7f) {
            buffer[position++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        buffer[position++] = (byte) rest;
    }

    private static void range(long value, long most) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException("%d is not 0 to %d".formatted(value, most));
        }
    }
}
