package otherworld.protocol.schema;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import otherworld.protocol.schema.Schema.CodeOf;
import otherworld.protocol.schema.Schema.Encoding;
import otherworld.protocol.schema.Schema.Field;
import otherworld.protocol.schema.Schema.ListOf;
import otherworld.protocol.schema.Schema.PartOf;
import otherworld.protocol.schema.Schema.Plain;
import otherworld.protocol.schema.Schema.Rest;
import otherworld.protocol.schema.Schema.Struct;
import otherworld.protocol.schema.Schema.Text;

/** Makes valid bytes of a message from the schema, sharing no code with the codecs. */
public final class SampleEncoder {
    /** One to four bytes each; the last is a byte order mark, which some decoders swallow. */
    private static final String[][] CHARACTERS = {{"a"}, {"é"}, {"漢", "\ufeff"}, {"🪑"}};

    private final Random random;
    private final Size size;

    /** Path of the one field that is made one longer than its limit, e.g. avatars.player. */
    private final String overlong;

    /** Whose bytes they are. */
    private final int version;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** How large numbers, texts and lists are. */
    public enum Size {
        LEAST,
        ANY,
        MOST
    }

    public SampleEncoder(Schema schema, Random random, Size size, String overlong) {
        this(random, size, overlong, schema.version());
    }

    public SampleEncoder(Random random, Size size, String overlong, int version) {
        this.version = version;
        this.random = random;
        this.size = size;
        this.overlong = overlong;
    }

    public byte[] encode(Struct message) {
        out.reset();
        out.write(message.type());
        fields(message, "");
        return out.toByteArray();
    }

    private void fields(Struct struct, String prefix) {
        for (Field field : struct.fields()) {
            if (struct.beginsWithVersion() && field.equals(struct.fields().getFirst())) {
                little(version, 2);
            } else if (field.span().has(version)) {
                value(field.encoding(), prefix + field.name());
            }
        }
    }

    private void value(Encoding encoding, String path) {
        switch (encoding) {
            case Plain plain -> plain(plain);
            case Text text -> {
                int least = text.kind().equals("name") ? 1 : 0;
                byte[] utf8 = utf8(count(least, text.max(), path));
                leb128(utf8.length);
                out.writeBytes(utf8);
            }
            case ListOf list -> {
                int count = count(0, list.max(), path);
                leb128(count);
                for (int i = 0; i < count; i++) {
                    value(list.item(), path);
                }
            }
            case PartOf part -> fields(part.part(), path + ".");
            case Rest rest -> {
                byte[] bytes = new byte[count(0, rest.max(), path)];
                random.nextBytes(bytes);
                out.writeBytes(bytes);
            }
            case CodeOf code -> out.write(1 + random.nextInt(code.codes().count(version)));
        }
    }

    private void plain(Plain plain) {
        switch (plain) {
            case U8 -> out.write((int) number(0xff));
            case U16 -> little(number(0xffff), 2);
            case U32 -> little(number(0xffff_ffffL), 4);
            case INDEX -> leb128(number(1023));
            case FLAG -> out.write((int) number(1));
            case VARUINT -> leb128(number(Integer.MAX_VALUE));
            case VARUINT64 -> leb128(number64());
            case F32 -> little(Float.floatToIntBits(coordinate()), 4);
            case POSE -> {
                for (int i = 0; i < 3; i++) {
                    little(Float.floatToIntBits(coordinate()), 4);
                }
                rotation();
            }
            case ROTATION -> rotation();
        }
    }

    private void rotation() {
        int rotation = random.nextInt(4);
        for (int i = 0; i < 3; i++) {
            rotation = rotation << 10 | random.nextInt(1023);
        }
        little(rotation, 4);
    }

    private int count(int least, int limit, String path) {
        if (overlong.equals(path)) {
            return limit + 1;
        }
        return switch (size) {
            case LEAST -> overlong.startsWith(path + ".") ? 1 : least;
            case ANY -> random.nextInt(least, random.nextInt(4) == 0 ? limit + 1 : 5);
            case MOST -> limit;
        };
    }

    /** Exactly {@code bytes} of UTF-8. */
    private byte[] utf8(int bytes) {
        StringBuilder text = new StringBuilder();
        int left = bytes;
        while (left > 0) {
            int width = size == Size.ANY ? 1 + random.nextInt(Math.min(4, left)) : 1;
            String[] wide = CHARACTERS[width - 1];
            text.append(wide[random.nextInt(wide.length)]);
            left -= width;
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private long number(long most) {
        return switch (size) {
            case LEAST -> 0;
            case MOST -> most;
            case ANY -> random.nextLong(most + 1) >>> random.nextInt(32);
        };
    }

    private long number64() {
        return switch (size) {
            case LEAST -> 0;
            case MOST -> Long.MAX_VALUE;
            case ANY -> (random.nextLong() & Long.MAX_VALUE) >>> random.nextInt(63);
        };
    }

    private float coordinate() {
        return size == Size.MOST ? Float.MAX_VALUE : (random.nextFloat() - 0.5f) * 1000;
    }

    private void leb128(long value) {
        long rest = value;
        do {
            long next = rest >>> 7;
            out.write((int) (rest & 0x7f) + (next == 0 ? 0 : 0x80));
            rest = next;
        } while (rest != 0);
    }

    private void little(long value, int bytes) {
        out.write(
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array(),
                0,
                bytes);
    }
}
