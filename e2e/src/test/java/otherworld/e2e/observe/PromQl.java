package otherworld.e2e.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an expression of PromQL names: selectors, and labels by which it groups and joins. Whether
 * it is well-formed, promtool says.
 */
record PromQl(List<Selector> selectors, Set<String> groupedBy) {
    private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern GROUPING =
            Pattern.compile("\\b(by|on|without|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
    private static final Pattern SELECTOR =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(\\{[^}]*\\}|\\()?");
    private static final Pattern MATCHER =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)\\s*(=~|!~|!=|=)\\s*'s(\\d+)'");
    private static final Set<String> WORDS =
            Set.of("and", "or", "unless", "offset", "bool", "by", "on", "without", "ignoring");

    /** A metric, and what is asked of its labels. */
    record Selector(String metric, List<Match> matches) {
        /** As PromQL has it. */
        String expression() {
            return matches.stream()
                    .map(match ->
                            "%s%s\"%s\"".formatted(match.label(), match.operator(), match.value()))
                    .collect(Collectors.joining(",", metric + "{", "}"));
        }
    }

    record Match(String label, String operator, String value) {}

    static PromQl of(String expression) {
        // Strings may hold anything: they are put aside, each under its number.
        List<String> strings = new ArrayList<>();
        String text =
                STRING.matcher(expression)
                        .replaceAll(string -> {
                            strings.add(string.group().substring(1, string.group().length() - 1));
                            return "'s" + (strings.size() - 1) + "'";
                        });
        text = text.replaceAll("\\[[^\\]]*\\]", " ").replaceAll("\\b\\d[\\w.]*", " ");
        Set<String> grouped = new TreeSet<>();
        Matcher groupings = GROUPING.matcher(text);
        while (groupings.find()) {
            for (String label : groupings.group(2).split(",", -1)) {
                grouped.add(label.strip());
            }
        }
        text = GROUPING.matcher(text).replaceAll(" ");
        List<Selector> selectors = new ArrayList<>();
        Matcher found = SELECTOR.matcher(text);
        while (found.find()) {
            String tail = found.group(2);
            String name = found.group(1);
            boolean isString = found.start() > 0 && text.charAt(found.start() - 1) == '\'';
            if (WORDS.contains(name) || "(".equals(tail) || isString) {
                continue;
            }
            selectors.add(new Selector(name, matches(tail, strings)));
        }
        return new PromQl(selectors, grouped);
    }

    private static List<Match> matches(@Nullable String braces, List<String> strings) {
        List<Match> matches = new ArrayList<>();
        if (braces != null) {
            Matcher matcher = MATCHER.matcher(braces);
            while (matcher.find()) {
                matches.add(
                        new Match(
                                matcher.group(1),
                                matcher.group(2),
                                strings.get(Integer.parseInt(matcher.group(3)))));
            }
        }
        return matches;
    }
}
