package otherworld.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a request line names (RFC 9112, 3.2). Segments are decoded one by one and never joined
 * again, so {@code ..}, {@code //}, {@code ;} and {@code %2F} mean nothing: they are text that no
 * route has.
 *
 * @param path as sent, without the query; {@code *} for the server as a whole
 * @param segments decoded
 */
record Target(String path, List<String> segments) {
    static final Target SERVER = new Target("*", List.of());

    /** What came of reading one. */
    sealed interface Parsed {
        record Good(Target target) implements Parsed {}

        record Bad(String reason) implements Parsed {}
    }

    static Parsed parse(String method, String text) {
        if (text.equals("*")) {
            return method.equals("OPTIONS")
                    ? new Parsed.Good(SERVER)
                    : new Parsed.Bad("'*' is for OPTIONS alone");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7f || "\"<>\\^`{|}#".indexOf(c) >= 0) {
                return new Parsed.Bad(
                        "the target has character 0x%02x, which must be percent-encoded"
                                .formatted((int) c));
            }
        }
        String local = text;
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.startsWith("http://") || lower.startsWith("https://")) { // absolute-form
            int authority = text.indexOf("//") + 2;
            int slash = text.indexOf('/', authority);
            int query = text.indexOf('?', authority);
            int end = slash < 0 ? text.length() : slash;
            end = query < 0 ? end : Math.min(end, query);
            if (end == authority) {
                return new Parsed.Bad("the target names no host");
            }
            local = end == text.length() || text.charAt(end) == '?' ? "/" : text.substring(end);
        }
        if (!local.startsWith("/")) {
            return new Parsed.Bad("the target must begin with '/'");
        }
        int query = local.indexOf('?');
        String path = query < 0 ? local : local.substring(0, query);
        List<String> segments = new ArrayList<>(6);
        for (int from = 1; from <= path.length(); ) {
            int to = path.indexOf('/', from);
            to = to < 0 ? path.length() : to;
            String raw = path.substring(from, to);
            String segment = raw.indexOf('%') < 0 ? raw : decode(raw);
            if (segment.isEmpty() && !raw.isEmpty()) {
                return new Parsed.Bad("'%s' is not percent-encoded UTF-8".formatted(raw));
            }
            segments.add(segment);
            from = to + 1;
        }
        return new Parsed.Good(new Target(path, segments));
    }

    /** Empty if it cannot be decoded. */
    private static String decode(String raw) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
                int low = high < 0 ? -1 : Character.digit(raw.charAt(i + 2), 16);
                if (low < 0) {
                    return "";
                }
                bytes.write(high << 4 | low);
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            return "";
        }
    }
}
