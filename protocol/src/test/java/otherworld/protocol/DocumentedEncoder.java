package otherworld.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import otherworld.protocol.ProtocolDocument.Field;
import otherworld.protocol.ProtocolDocument.Layout;

/**
 * Makes valid bytes of a message from its line in the document, sharing no code with the codecs.
 */
final class DocumentedEncoder {
    private static final Pattern BOUNDED = Pattern.compile("(string|name|list)\\((\\d+)\\) ?(.*)");

    private final ProtocolDocument document;
    private final Random random;
    private final Size size;

    /** Path of the one field that is made one longer than its limit, e.g. avatars.player. */
    private final String overlong;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    enum Size {
        LEAST,
        ANY,
        MOST
    }

    DocumentedEncoder(ProtocolDocument document, Random random, Size size, String overlong) {
        this.document = document;
        this.random = random;
        this.size = size;
        this.overlong = overlong;
    }

    byte[] encode(Layout message) {
        out.reset();
        out.write(message.type());
        fields(message, "");
        return out.toByteArray();
    }

    private void fields(Layout layout, String prefix) {
        for (Field field : layout.fields()) {
            // Version 1 only: another Hello has no further fields.
            if (field.name().equals("version")) {
                little(1, 2);
            } else {
                value(field.type(), prefix + field.name());
            }
        }
    }

    private void value(String type, String path) {
        Layout part = document.parts().get(type);
        switch (type) {
            case "u8" -> out((int) number(0xff));
            case "u16" -> little(number(0xffff), 2);
            case "flag" -> out((int) number(1));
            case "varuint" -> leb128(number(Integer.MAX_VALUE));
            case "varuint64" -> leb128(number64());
            case "svarint" -> leb128(number(0x1_0000_0000L - 1) & 0xffff_ffffL);
            case "f32" -> little(Float.floatToIntBits(coordinate()), 4);
            case "pose" -> {
                for (int i = 0; i < 3; i++) {
                    little(Float.floatToIntBits(coordinate()), 4);
                }
                int rotation = random.nextInt(4);
                for (int i = 0; i < 3; i++) {
                    rotation = rotation << 10 | random.nextInt(1023);
                }
                little(rotation, 4);
            }
            default -> {
                Matcher bounded = BOUNDED.matcher(type);
                if (bounded.matches()) {
                    bounded(
                            !bounded.group(1).equals("list"),
                            bounded.group(1).equals("name") ? 1 : 0,
                            Integer.parseInt(bounded.group(2)),
                            bounded.group(3),
                            path);
                } else if (part != null) {
                    fields(part, path + ".");
                } else {
                    out.write(
                            1
                                    + random.nextInt(
                                            document.codes().getOrDefault(type, Map.of()).size()));
                }
            }
        }
    }

    private void bounded(boolean string, int least, int limit, String itemType, String path) {
        boolean within = overlong.startsWith(path + ".");
        int count =
                overlong.equals(path)
                        ? limit + 1
                        : switch (size) {
                            case LEAST -> within ? 1 : least;
                            case ANY ->
                                    random.nextInt(least, random.nextInt(4) == 0 ? limit + 1 : 5);
                            case MOST -> limit;
                        };
        if (string) {
            byte[] text = text(count);
            leb128(text.length);
            out.writeBytes(text);
        } else {
            leb128(count);
            for (int i = 0; i < count; i++) {
                value(itemType, path);
            }
        }
    }

    /** Exactly {@code bytes} of UTF-8, of characters of one to four bytes. */
    private byte[] text(int bytes) {
        StringBuilder text = new StringBuilder();
        int left = bytes;
        String[] characters = {"a", "é", "漢", "🪑"};
        while (left > 0) {
            int width = size == Size.ANY ? 1 + random.nextInt(Math.min(4, left)) : 1;
            text.append(characters[width - 1]);
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

    private void out(int bits) {
        out.write(bits);
    }

    private void leb128(long value) {
        long rest = value;
        do {
            long next = rest >>> 7;
            out((int) (rest & 0x7f) + (next == 0 ? 0 : 0x80));
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
