package otherworld.protocol;

/**
 * UTF-8 without allocation. A lone surrogate counts and is written as {@code ?}, as in the JDK, and
 * so is U+0000, which the protocol has no place for.
 */
public final class Text {
    private Text() {}

    public static int utf8Bytes(String text) {
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes++;
            } else if (c < 0x800) {
                bytes += 2;
            } else if (!Character.isSurrogate(c)) {
                bytes += 3;
            } else if (isPair(text, i)) {
                bytes += 4;
                i++;
            } else {
                bytes++;
            }
        }
        return bytes;
    }

    /** Whether it can stand where something is named: not empty, no control characters. */
    public static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** {@code text}, or as many whole characters of it as fit into {@code maxBytes}. */
    public static String cut(String text, int maxBytes) {
        if (text.length() * 3L <= maxBytes || utf8Bytes(text) <= maxBytes) {
            return text;
        }
        int bytes = 0;
        int end = 0;
        while (end < text.length()) {
            int next = text.offsetByCodePoints(end, 1);
            bytes += utf8Bytes(text.substring(end, next));
            if (bytes > maxBytes) {
                break;
            }
            end = next;
        }
        return text.substring(0, end);
    }

    /** Returns the position after the last byte. */
    static int putUtf8(String text, byte[] buffer, int offset) {
        int at = offset;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                buffer[at++] = (byte) (c == 0 ? '?' : c);
            } else if (c < 0x800) {
                buffer[at++] = (byte) (0xc0 | c >> 6);
                buffer[at++] = tail(c);
            } else if (!Character.isSurrogate(c)) {
                buffer[at++] = (byte) (0xe0 | c >> 12);
                buffer[at++] = tail(c >> 6);
                buffer[at++] = tail(c);
            } else if (isPair(text, i)) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                buffer[at++] = (byte) (0xf0 | point >> 18);
                buffer[at++] = tail(point >> 12);
                buffer[at++] = tail(point >> 6);
                buffer[at++] = tail(point);
            } else {
                buffer[at++] = '?';
            }
        }
        return at;
    }

    /** A byte after the first of a character: its lowest six bits. */
    private static byte tail(int bits) {
        return (byte) (0x80 | (bits & 0x3f));
    }

    private static boolean isPair(String text, int at) {
        return at + 1 < text.length()
                && Character.isSurrogatePair(text.charAt(at), text.charAt(at + 1));
    }
}
