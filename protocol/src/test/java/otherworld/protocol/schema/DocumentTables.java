package otherworld.protocol.schema;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import otherworld.protocol.schema.Schema.Code;
import otherworld.protocol.schema.Schema.Codes;
import otherworld.protocol.schema.Schema.Span;
import otherworld.protocol.schema.Schema.Struct;

/** The tables of docs/protocol.md, each between two marks. */
final class DocumentTables {
    private static final Pattern REGION =
            Pattern.compile(
                    "(<!-- (\\w+): generated from protocol/schema -->\n).*?(<!-- end -->\n)",
                    Pattern.DOTALL);

    private final Schema schema;

    private DocumentTables(Schema schema) {
        this.schema = schema;
    }

    /** The document with its tables as they should be. */
    static String within(String document, Schema schema) {
        Map<String, String> left = new LinkedHashMap<>(new DocumentTables(schema).tables());
        String text =
                REGION.matcher(document)
                        .replaceAll(region -> {
                            String table = left.remove(region.group(2));
                            if (table == null) {
                                throw new IllegalArgumentException("no table " + region.group(2));
                            }
                            return Matcher.quoteReplacement(
                                    region.group(1) + table + region.group(3));
                        });
        if (!left.isEmpty()) {
            throw new IllegalArgumentException("the document has no place for " + left.keySet());
        }
        return text;
    }

    private Map<String, String> tables() {
        return Map.of(
                "messages", messages(),
                "parts", parts(),
                "codes",
                        schema.codes().values().stream()
                                .map(this::codes)
                                .collect(Collectors.joining("\n")),
                "malformed", reasons());
    }

    private String messages() {
        StringBuilder table =
                new StringBuilder(
                        "| type | message | from | bytes | fields |\n|---|---|---|---|---|\n");
        for (Struct message : schema.messages()) {
            table.append(
                    "| %d | %s | %s | %d | %s |\n"
                            .formatted(
                                    message.type(),
                                    message,
                                    message.from().word(),
                                    schema.maxBytes(message),
                                    fields(message)
                                            + (message.lasting() ? ", …" : "")
                                            + versions(message.span())));
        }
        return table.toString().replace("|  |", "| |");
    }

    private String parts() {
        StringBuilder table = new StringBuilder("| part | bytes | fields |\n|---|---|---|\n");
        for (Struct part : schema.parts().values()) {
            table.append("| %s | %d | %s |\n".formatted(part, schema.maxBytes(part), fields(part)));
        }
        return table.toString();
    }

    private static String fields(Struct struct) {
        return struct.fields().stream()
                .map(f -> f.name() + " " + Schema.written(f.encoding()) + versions(f.span()))
                .collect(Collectors.joining(", "));
    }

    private static String versions(Span span) {
        return (span.since() == 0 ? "" : " (since " + span.since() + ")")
                + (span.until() == Span.FOR_EVER ? "" : " (until " + span.until() + ")");
    }

    private String codes(Codes codes) {
        StringBuilder table =
                new StringBuilder(
                        "| %s | | %s |\n|---|---|---|\n".formatted(codes.name(), codes.meaning()));
        for (Code code : codes.values()) {
            table.append(
                    "| %d | %s | %s%s |\n"
                            .formatted(
                                    code.number(),
                                    code.name(),
                                    code.meaning(),
                                    code.since() == 0
                                            ? ""
                                            : " (since %d; before: %s)"
                                                    .formatted(code.since(), code.instead())));
        }
        return table.toString();
    }

    private String reasons() {
        StringBuilder table = new StringBuilder("| reason | the bytes are |\n|---|---|\n");
        for (Code reason : schema.reasons()) {
            table.append("| %s | %s |\n".formatted(reason.name(), reason.meaning()));
        }
        return table.toString();
    }
}
