package otherworld.protocol;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What docs/protocol.md says, read from its tables: the source of truth the code is held to. */
record ProtocolDocument(
        List<Layout> messages, Map<String, Layout> parts, Map<String, Map<String, Integer>> codes) {
    private static final Pattern MESSAGE =
            Pattern.compile("\\| (\\d+) \\| (\\w+) \\| (client|server) \\| (\\d+) \\| (.*)\\|");
    private static final Pattern PART =
            Pattern.compile("\\| ([A-Z]\\w+) \\| (\\d+) \\| ([a-z].*) \\|");
    private static final Pattern CODES = Pattern.compile("\\| (\\w+) \\| (1 [A-Z].*) \\|");

    /**
     * @param type 0 for a part
     * @param from client, server, or empty for a part
     */
    record Layout(int type, String name, String from, int bytes, List<Field> fields) {
        @Override
        public String toString() {
            return name;
        }
    }

    record Field(String name, String type) {}

    static ProtocolDocument read() {
        List<Layout> messages = new ArrayList<>();
        Map<String, Layout> parts = new LinkedHashMap<>();
        Map<String, Map<String, Integer>> codes = new LinkedHashMap<>();
        for (String line : lines()) {
            Matcher message = MESSAGE.matcher(line);
            Matcher part = PART.matcher(line);
            Matcher code = CODES.matcher(line);
            if (message.matches()) {
                messages.add(
                        new Layout(
                                Integer.parseInt(message.group(1)),
                                message.group(2),
                                message.group(3),
                                Integer.parseInt(message.group(4)),
                                fields(message.group(5))));
            } else if (part.matches()) {
                parts.put(
                        part.group(1),
                        new Layout(
                                0,
                                part.group(1),
                                "",
                                Integer.parseInt(part.group(2)),
                                fields(part.group(3))));
            } else if (code.matches()) {
                Map<String, Integer> values = new LinkedHashMap<>();
                for (String value : code.group(2).split(", ", -1)) {
                    String[] numberAndName = value.split(" ", 2);
                    values.put(numberAndName[1], Integer.valueOf(numberAndName[0]));
                }
                codes.put(code.group(1), values);
            }
        }
        return new ProtocolDocument(messages, parts, codes);
    }

    private static List<Field> fields(String cell) {
        return Stream.of(cell.trim().split(", "))
                .filter(field -> !field.isEmpty())
                .map(field -> field.split(" ", 2))
                .map(nameAndType -> new Field(nameAndType[0], nameAndType[1]))
                .toList();
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(Path.of("..", "docs", "protocol.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
