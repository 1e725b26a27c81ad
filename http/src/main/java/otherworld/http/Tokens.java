package otherworld.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** What RFC 9110 and RFC 3986 build their grammar of. */
final class Tokens {
    private static final String DIGITS = "0123456789";
    private static final String ALPHANUMERIC =
            DIGITS + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /** "[" and "]" are of IPv6 hosts alone. */
    private static final String OF_PATHS = ALPHANUMERIC + "%-._~!$&'()*+,;=:@/";

    private static final Chars TOKEN = new Chars(ALPHANUMERIC + "!#$%&'*+-.^_`|~");
    private static final Chars DIGIT = new Chars(DIGITS);
    private static final Chars PATH = new Chars(OF_PATHS);
    private static final Chars QUERY = new Chars(OF_PATHS + "?");
    private static final Chars HOST = new Chars(ALPHANUMERIC + "._~!$&'()*+;=%-");
    private static final Chars IPV6 = new Chars(DIGITS + "abcdefABCDEF:.");

    /** Of the port of a host. */
    private static final int MOST_DIGITS = 5;

    /** Some of ASCII: every request is held to several of these. */
    private static final class Chars {
        private final boolean[] in = new boolean[128];

        Chars(String all) {
            for (int i = 0; i < all.length(); i++) {
                in[all.charAt(i)] = true;
            }
        }

        /** Where, from {@code from} on, the first is that is none of these; or the end. */
        int end(String text, int from) {
            int at = from;
            while (at < text.length() && text.charAt(at) < in.length && in[text.charAt(at)]) {
                at++;
            }
            return at;
        }

        boolean all(String text) {
            return end(text, 0) == text.length();
        }
    }

    private Tokens() {}

    static boolean isToken(String text) {
        return !text.isEmpty() && TOKEN.all(text);
    }

    static boolean isDigits(String text) {
        return !text.isEmpty() && DIGIT.all(text);
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
        return PATH.all(text);
    }

    static boolean isQuery(String text) {
        return QUERY.all(text);
    }

    /** {@code host}, {@code host:port}, {@code [v6]:port}, or nothing. */
    static boolean isHost(String text) {
        int at;
        if (text.startsWith("[")) {
            at = IPV6.end(text, 1);
            if (at == 1 || !text.startsWith("]", at)) {
                return false;
            }
            at++;
        } else {
            at = HOST.end(text, 0);
        }
        return at == text.length()
                || (text.charAt(at) == ':'
                        && text.length() - at - 1 <= MOST_DIGITS
                        && DIGIT.end(text, at + 1) == text.length());
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
}
