package otherworld.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** What RFC 9110 and RFC 3986 build their grammar of. */
final class Tokens {
    private static final String MARKS = "!#$%&'*+-.^_`|~";

    /** Beside letters, digits and percent signs; "[" and "]" are of IPv6 hosts alone. */
    private static final String OF_PATHS = "-._~!$&'()*+,;=:@/";

    private Tokens() {}

    static boolean isToken(String text) {
        return !text.isEmpty()
                && text.chars().allMatch(c -> isAlphanumeric(c) || MARKS.indexOf(c) >= 0);
    }

    static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Without spaces and tabs around it, and nothing else. */
    static String trim(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isSpace(text.charAt(from))) {
            from++;
        }
        while (to > from && isSpace(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    /** Whether a path has only what RFC 3986 lets it have. */
    static boolean isPath(String text) {
        return text.chars()
                .allMatch(c -> isAlphanumeric(c) || c == '%' || OF_PATHS.indexOf(c) >= 0);
    }

    static boolean isQuery(String text) {
        return text.chars()
                .allMatch(
                        c -> isAlphanumeric(c) || c == '%' || c == '?' || OF_PATHS.indexOf(c) >= 0);
    }

    /** {@code host}, {@code host:port}, {@code [v6]:port}, or nothing. */
    static boolean isHost(String text) {
        return text.matches("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~!$&'()*+;=%-]*)(:[0-9]{0,5})?");
    }

    /** Percent signs resolved; empty if they are wrong, or the result is not UTF-8 without NUL. */
    static Optional<String> decoded(String text) {
        if (text.indexOf('%') < 0) {
            return Optional.of(text);
        }
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                bytes.put((byte) c);
            } else if (i + 2 < text.length()
                    && HexFormat.isHexDigit(text.charAt(i + 1))
                    && HexFormat.isHexDigit(text.charAt(i + 2))) {
                bytes.put((byte) HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 2;
            } else {
                return Optional.empty();
            }
        }
        try {
            String decoded = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
            return decoded.indexOf('\0') < 0 ? Optional.of(decoded) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isAlphanumeric(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
