package otherworld.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import otherworld.protocol.MalformedMessage.Reason;

/**
 * Reads the fields of one message from a byte array, never beyond the message. Reusable by {@link
 * #wrap}; one thread at a time.
 */
public final class Reader {
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] buffer = new byte[0];
    private int position;
    private int end;
    private int version = Protocol.VERSION;

    /** Reads an item of a list. */
    interface Item<T> {
        T read(Reader in) throws MalformedMessage;
    }

    /**
     * @throws IndexOutOfBoundsException if {@code offset} and {@code length} are not within {@code
     *     buffer}
     */
    public Reader wrap(byte[] buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        this.buffer = buffer;
        this.position = offset;
        this.end = offset + length;
        return this;
    }

    /** Which version the peer speaks from here on; {@link Protocol#VERSION} until it is said. */
    public void speak(int version) {
        this.version = version;
    }

    int version() {
        return version;
    }

    public int remaining() {
        return end - position;
    }

    public int u8() throws MalformedMessage {
        return buffer[advance(1)] & 0xff;
    }

    public int u16() throws MalformedMessage {
        int at = advance(2);
        return (buffer[at] & 0xff) | (buffer[at + 1] & 0xff) << 8;
    }

    /** The 32 bits as they are. */
    public int u32() throws MalformedMessage {
        return i32();
    }

    public boolean flag() throws MalformedMessage {
        return switch (u8()) {
            case 0 -> false;
            case 1 -> true;
            default -> throw Reason.BAD_FLAG.exception();
        };
    }

    /** 0 to 2^31 − 1. */
    public int varuint() throws MalformedMessage {
        long value = leb128(5);
        if (value > Integer.MAX_VALUE) {
            throw Reason.NUMBER_TOO_LARGE.exception();
        }
        return (int) value;
    }

    /** 0 to {@link Protocol#MAX_INDEXES} − 1. */
    public int index() throws MalformedMessage {
        int index = varuint();
        if (index >= Protocol.MAX_INDEXES) {
            throw Reason.NUMBER_TOO_LARGE.exception();
        }
        return index;
    }

    /** 0 to 2^63 − 1. */
    public long varuint64() throws MalformedMessage {
        return leb128(9);
    }

    /** Finite. */
    public float f32() throws MalformedMessage {
        float value = Float.intBitsToFloat(i32());
        if (!Float.isFinite(value)) {
            throw Reason.NOT_FINITE.exception();
        }
        return value;
    }

    /** The bits of {@link Rotation}. */
    public int rotation() throws MalformedMessage {
        int bits = i32();
        if (!Rotation.isValid(bits)) {
            throw Reason.BAD_ROTATION.exception();
        }
        return bits;
    }

    /** Four bytes as they are. */
    int i32() throws MalformedMessage {
        return (int) INT.get(buffer, advance(4));
    }

    /** Without U+0000, which not every language can keep in its strings. */
    public String string(int maxBytes) throws MalformedMessage {
        String string = text(maxBytes);
        if (string.indexOf('\0') >= 0) {
            throw Reason.HAS_NUL.exception();
        }
        return string;
    }

    /** A string of one character at least, none of them a control character (C0, DEL, C1). */
    public String name(int maxBytes) throws MalformedMessage {
        String name = text(maxBytes);
        if (!Text.isName(name)) {
            throw Reason.BAD_NAME.exception();
        }
        return name;
    }

    <T> List<T> list(int maxItems, Item<T> item) throws MalformedMessage {
        int count = bounded(maxItems, Reason.LIST_TOO_LONG);
        if (count == 0) {
            return List.of();
        }
        if (count > remaining()) { // each item takes at least a byte: allocate nothing for a lie
            throw Reason.TRUNCATED.exception();
        }
        List<T> items = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            items.add(item.read(this));
        }
        return Collections.unmodifiableList(items);
    }

    /** All that is left of the message. */
    Rest rest(int maxBytes) throws MalformedMessage {
        if (remaining() > maxBytes) {
            throw Reason.TOO_LONG.exception();
        }
        Rest rest = Rest.copyOf(buffer, position, remaining());
        position = end;
        return rest;
    }

    /** This reader, if the peer's version has the type that was read. */
    Reader spoken(int since, int until) throws MalformedMessage {
        if (version < since || version > until) {
            throw Reason.UNKNOWN_TYPE.exception();
        }
        return this;
    }

    /** This reader, its type byte read, if the message is no longer than its type allows. */
    Reader limited(int maxMessageBytes) throws MalformedMessage {
        if (remaining() + 1 > maxMessageBytes) {
            throw Reason.TOO_LONG.exception();
        }
        return this;
    }

    void skipRest() {
        position = end;
    }

    void end() throws MalformedMessage {
        if (position != end) {
            throw Reason.TRAILING_BYTES.exception();
        }
    }

    private int bounded(int max, Reason tooLong) throws MalformedMessage {
        int count = varuint();
        if (count > max) {
            throw tooLong.exception();
        }
        return count;
    }

    private String text(int maxBytes) throws MalformedMessage {
        int length = bounded(maxBytes, Reason.STRING_TOO_LONG);
        int at = advance(length);
        for (int i = at; i < at + length; i++) {
            if (buffer[i] < 0) {
                return utf8(at, length);
            }
        }
        return new String(buffer, at, length, StandardCharsets.ISO_8859_1);
    }

    private String utf8(int at, int length) throws MalformedMessage {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(buffer, at, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Reason.NOT_UTF8.exception();
        }
    }

    private long leb128(int maxBytes) throws MalformedMessage {
        long value = 0;
        for (int i = 0; i < maxBytes; i++) {
            int next = u8();
            value |= (long) (next & 0x7f) << (7 * i);
            if (next < 0x80) {
                if (next == 0 && i > 0) {
                    throw Reason.NUMBER_NOT_SHORTEST.exception();
                }
                return value;
            }
        }
        throw Reason.NUMBER_TOO_LARGE.exception();
    }

    private int advance(int bytes) throws MalformedMessage {
        int at = position;
        if (bytes > end - at) {
            throw Reason.TRUNCATED.exception();
        }
        position = at + bytes;
        return at;
    }
}
