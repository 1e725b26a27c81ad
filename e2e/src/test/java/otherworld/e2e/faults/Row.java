package otherworld.e2e.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What came of a fault, in words: a row of the table.
 *
 * @param holdSeconds how long it was held
 * @param residents what those who were inside saw
 * @param newcomers what those saw who came meanwhile
 * @param alerts fired and resolved
 * @param durable what the oracle says of what was told durable
 * @param note how it went
 * @param wrong what was not as it should be; empty: nothing
 */
record Row(
        String name,
        String title,
        int bots,
        long holdSeconds,
        String residents,
        String newcomers,
        List<Fired> alerts,
        String durable,
        String note,
        List<String> wrong) {

    /**
     * @param afterSeconds from the fault's beginning until it fired
     * @param resolvedSeconds from the fault's end until it was over; negative: it was over before;
     *     NaN: not when it was last looked at
     */
    record Fired(String alert, String severity, double afterSeconds, double resolvedSeconds) {
        String words() {
            String end =
                    Double.isNaN(resolvedSeconds)
                            ? "not resolved when last looked at"
                            : String.format(Locale.ROOT, "%.0f s", resolvedSeconds);
            return String.format(
                    Locale.ROOT, "%s (%s) %.0f s → %s", alert, severity, afterSeconds, end);
        }
    }

    static String residents(Crowd.Seen seen) {
        List<String> words = new ArrayList<>();
        if (seen.reconnects() > 0) {
            words.add(
                    String.format(
                            Locale.ROOT,
                            "%d reconnects, away %.1f s (p50) to %.1f s",
                            seen.reconnects(),
                            seen.latency("away", "p50Ms"),
                            seen.latency("away", "maxMs")));
        }
        words.add("%d of %d edits refused".formatted(seen.editsRefused(), seen.editsSent()));
        words.add("%d moves never told".formatted(seen.movesNeverTold()));
        words.add(
                String.format(
                        Locale.ROOT,
                        "delivery p99 %.0f ms, durable max %.1f s",
                        1000 * seen.latency("delivery", "p99Ms"),
                        seen.latency("durable", "maxMs")));
        words.addAll(notable(seen.retries()));
        return String.join("; ", words);
    }

    static String newcomers(Crowd.Seen seen) {
        List<String> words = new ArrayList<>();
        words.add(
                String.format(
                        Locale.ROOT,
                        "%d of %d inside after %.1f s (p50) to %.1f s",
                        seen.count("seated"),
                        seen.bots(),
                        seen.latency("seated", "p50Ms"),
                        seen.latency("seated", "maxMs")));
        words.addAll(notable(seen.retries()));
        seen.errors().forEach((kind, count) -> words.add("%d × %s".formatted(count, kind)));
        return String.join("; ", words);
    }

    private static List<String> notable(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(each -> "%d × %s".formatted(each.getValue(), each.getKey()))
                .toList();
    }

    static String table(List<Row> rows) {
        StringBuilder out =
                new StringBuilder(
                        """
                        | fault, held for, bots inside | who was inside | who came meanwhile | alerts: fired after → resolved after its end | lost |
                        |---|---|---|---|---|
                        """);
        for (Row row : rows) {
            out.append(
                    "| %s, %d s, %d%s | %s | %s | %s | %s |%n"
                            .formatted(
                                    row.title(),
                                    row.holdSeconds(),
                                    row.bots(),
                                    row.note().isEmpty() ? "" : " (" + row.note() + ")",
                                    row.residents(),
                                    row.newcomers(),
                                    row.alerts().isEmpty()
                                            ? "none"
                                            : row.alerts().stream()
                                                    .map(Fired::words)
                                                    .collect(Collectors.joining("; ")),
                                    row.wrong().isEmpty()
                                            ? "nothing: " + row.durable()
                                            : "WRONG: " + String.join("; ", row.wrong())));
        }
        return out.toString();
    }
}
