package otherworld.ops;

import java.util.List;
import java.util.stream.Collectors;

/** JSON strings (RFC 8259, section 7). */
public final class JsonText {
    private JsonText() {}

    /**
     * Whether a character does something to a terminal or to the text around it, instead of being
     * seen: C0 and C1 controls, ends of lines, marks of direction.
     */
    public static boolean steers(char c) {
        return c < ' '
                || (c >= 0x7f && c <= 0x9f)
                || (c >= 0x2028 && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069)
                || c == 0x200e
                || c == 0x200f
                || c == 0x061c
                || c == 0xfeff;
    }

    public static String quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (steers(c) || Character.isSurrogate(c)) { // lone surrogates are no UTF-8
                quoted.append("\\u%04x".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    public static String quoted(List<String> texts) {
        return texts.stream().map(JsonText::quoted).collect(Collectors.joining(",", "[", "]"));
    }
}
