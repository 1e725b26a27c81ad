package otherworld.bots;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.Locale;
import java.util.Map;
import otherworld.bots.BotResult.Verdict;

/** A result for people: one screen, the last line says OK or what failed. */
final class Report {
    private Report() {}

    static String of(BotOptions options, BotResult result) {
        StringBuilder out = new StringBuilder();
        line(
                out,
                "%d bots in %s for %.0f s, seed %d",
                options.bots(),
                options.world(),
                result.seconds(),
                options.seed());
        result.players().forEach((instance, n) -> line(out, "  %-24s %d players", instance, n));
        line(out, "");
        line(out, "  %-12s %9s %9s %9s %9s %9s", "ms", "count", "p50", "p95", "p99", "max");
        result.latencies().forEach((name, latency) -> latency(out, name, latency));
        line(out, "");
        line(
                out,
                "  players seen   least %d, median %d, most %d",
                result.seenLeast(),
                result.seenMedian(),
                result.seenMost());
        BotResult.Edits edits = result.edits();
        line(
                out,
                "  edits          %d sent, %d applied, %d durable, %d refused",
                edits.sent(),
                edits.applied(),
                edits.durable(),
                edits.refused());
        line(
                out,
                "  moves          %d sent, %d poses received, %d overtaken, %d never, %d corrections",
                result.movesSent(),
                result.posesReceived(),
                result.movesOvertaken(),
                result.latencies().values().stream().mapToLong(Latency.Summary::never).sum(),
                result.corrections());
        line(
                out,
                "  connections    %d reconnects, %.0f bytes/s for each bot",
                result.reconnects(),
                result.bytesReceived() / result.seconds() / options.bots());
        line(
                out,
                "  this process   %.0f %% of a core",
                100 * result.cpuSeconds() / result.seconds());
        counts(out, "transports", result.sessions());
        counts(out, "tried again", result.retries());
        verdict(out, "observed sets", result.sets());
        verdict(out, "durable props", result.props());
        counts(out, "errors", result.errors());
        out.append(lastLine(result));
        return out.toString();
    }

    private static String lastLine(BotResult result) {
        if (result.isOk()) {
            return "OK";
        }
        StringBuilder failed = new StringBuilder("FAILED:");
        long errors = result.errors().values().stream().mapToLong(Long::longValue).sum();
        if (errors > 0) {
            failed.append(" ").append(errors).append(" errors;");
        }
        if (result.sets() instanceof Verdict.Wrong(var _, String what, var _)) {
            failed.append(" observed sets: ").append(what).append(";");
        }
        if (result.props() instanceof Verdict.Wrong(var _, String what, var _)) {
            failed.append(" durable props: ").append(what).append(";");
        }
        return failed.substring(0, failed.length() - 1);
    }

    private static void latency(StringBuilder out, String name, Latency.Summary latency) {
        if (latency.count() == 0) {
            line(out, "  %-12s %9s", name, "–");
            return;
        }
        line(
                out,
                "  %-12s %9d %9.1f %9.1f %9.1f %9.1f",
                name,
                latency.count(),
                latency.p50Ms(),
                latency.p95Ms(),
                latency.p99Ms(),
                latency.maxMs());
    }

    private static void counts(StringBuilder out, String name, Map<String, Long> counts) {
        if (counts.isEmpty()) {
            line(out, "  %-14s 0", name);
            return;
        }
        String label = name;
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            line(out, "  %-14s %d × %s", label, count.getValue(), count.getKey());
            label = "";
        }
    }

    private static void verdict(StringBuilder out, String name, Verdict verdict) {
        switch (verdict) {
            case Verdict.Right(String what) -> line(out, "  %-14s %s", name, what);
            case Verdict.Skipped(String why) -> line(out, "  %-14s skipped: %s", name, why);
            case Verdict.Wrong(var _, String what, var examples) -> {
                line(out, "  %-14s WRONG: %s", name, what);
                examples.forEach(example -> line(out, "  %-14s   %s", "", example));
            }
        }
    }

    @FormatMethod
    private static void line(StringBuilder out, @FormatString String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
    }
}
