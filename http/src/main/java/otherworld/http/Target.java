package otherworld.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a request line names (RFC 9112, 3.2): a path with perhaps a query, or the same behind {@code
 * http://host}. Segments are decoded one by one and never joined again, so {@code ..}, {@code //},
 * {@code ;} and {@code %2F} mean nothing: they are text that no route has.
 *
 * @param path as sent, without the query; {@code *} for the server as a whole
 * @param segments decoded
 * @param query as sent, without its question mark; empty if there is none
 */
record Target(String path, List<String> segments, String query) {
    static final Target SERVER = new Target("*", List.of(), "");

    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://([^/?#]+)(.*)");

    /** What came of reading one. */
    sealed interface Parsed {
        record Good(Target target) implements Parsed {}

        record Bad(String reason) implements Parsed {}
    }

    static Parsed parse(String method, String text) {
        if (text.equals("*") && method.equals("OPTIONS")) {
            return new Parsed.Good(SERVER);
        }
        String local = text;
        if (!text.startsWith("/")) { // seldom
            Matcher absolute = ABSOLUTE.matcher(text);
            if (absolute.matches()) {
                if (!Tokens.isHost(absolute.group(1))) {
                    return new Parsed.Bad("the target's host is not one");
                }
                String rest = absolute.group(2);
                local = rest.startsWith("/") ? rest : "/" + rest;
            }
        }
        int mark = local.indexOf('?');
        String path = mark < 0 ? local : local.substring(0, mark);
        String query = mark < 0 ? "" : local.substring(mark + 1);
        if (!path.startsWith("/") || !Tokens.isPath(path) || !Tokens.isQuery(query)) {
            return new Parsed.Bad("the target is not a path with perhaps a query");
        }
        if (Tokens.decoded(query).isEmpty()) {
            return new Parsed.Bad("a percent sign of the query stands for nothing");
        }
        List<String> segments = new ArrayList<>(6);
        for (String raw : path.substring(1).split("/", -1)) {
            Optional<String> segment = Tokens.decoded(raw);
            if (segment.isEmpty()) {
                return new Parsed.Bad("'%s' is not percent-encoded UTF-8".formatted(raw));
            }
            segments.add(segment.get());
        }
        return new Parsed.Good(new Target(path, segments, query));
    }
}
