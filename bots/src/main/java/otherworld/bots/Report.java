package otherworld.bots;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.Locale;
import java.util.Map;
import otherworld.bots.BotResult.Verdict;

/** A result for people: one screen, the last line says OK or what failed. */
final class Report {
    private static final Map<String, String> MEANINGS =
            Map.of(
                    "seat answer", "asking the matchmaker → its answer",
                    "seated", "asking for a seat → inside, waiting and tries again included",
                    "away", "the last before a cut → inside again",
                    "delivery", "one moves → another in its zone knows that place, or a newer",
                    "update gap", "one new place of a neighbour → the next",
                    "interaction", "an edit → EditApplied",
                    "durable", "an edit → EditDurable");

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
                "  moves          %d sent, %d corrected; by viewers: %d poses told, %d moves overtaken by"
                        + " a newer one within a presence interval, %d never told",
                result.movesSent(),
                result.corrections(),
                result.posesReceived(),
                result.movesOvertaken(),
                result.latencies().values().stream().mapToLong(Latency.Summary::never).sum());
        line(
                out,
                "  connections    %d reconnects, %.0f bytes/s for each bot",
                result.reconnects(),
                result.bytesReceived() / result.seconds() / options.bots());
        generator(out, result.generator());
        counts(out, "transports", result.sessions());
        counts(out, "tried again", result.retries());
        verdict(out, "observed sets", result.sets());
        verdict(out, "durable props", result.props());
        verdict(out, "shown bodies", result.poses());
        counts(out, "errors", result.errors());
        out.append(lastLine(result));
        return out.toString();
    }

    private static String lastLine(BotResult result) {
        if (result.isOk()) {
            StringBuilder ok = new StringBuilder("OK");
            if (result.sets() instanceof Verdict.Skipped(String why)) {
                ok.append("; not checked: observed sets, ").append(why);
            }
            if (result.props() instanceof Verdict.Skipped(String why)) {
                ok.append("; not checked: durable props, ").append(why);
            }
            return ok.toString();
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
        if (result.poses() instanceof Verdict.Wrong(var _, String what, var _)) {
            failed.append(" shown bodies: ").append(what).append(";");
        }
        return failed.substring(0, failed.length() - 1);
    }

    /** Whether what is late above is late because of this side. */
    private static void generator(StringBuilder out, BotResult.Generator generator) {
        line(
                out,
                "  this process   %.0f %% of a core, machine %.0f %% busy, steps late by %.0f ms"
                        + " (p50) to %.0f ms (p99)",
                100 * generator.cores(),
                100 * generator.machineBusy(),
                generator.late().p50Ms(),
                generator.late().p99Ms());
        if (generator.isSaturated()) {
            line(
                    out,
                    "  SATURATED      bots share a machine that is too busy: latencies above tell of"
                            + " it, not of the servers alone.");
            line(
                    out,
                    "  %-14s Fewer bots, or bots on another machine, tell more. What is checked below"
                            + " holds all the same.",
                    "");
        }
    }

    private static void latency(StringBuilder out, String name, Latency.Summary latency) {
        if (latency.count() == 0) {
            line(out, "  %-12s %9s", name, "–");
            return;
        }
        line(
                out,
                "  %-12s %9d %9s %9s %9s %9s  %s",
                name,
                latency.count(),
                ms(latency.p50Ms()),
                ms(latency.p95Ms()),
                ms(latency.p99Ms()),
                ms(latency.maxMs()),
                MEANINGS.getOrDefault(name, ""));
    }

    /** What never came is in no percentile but as that. */
    private static String ms(double ms) {
        return Double.isInfinite(ms) ? "never" : String.format(Locale.ROOT, "%.1f", ms);
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
            case Verdict.Skipped(String why) -> line(out, "  %-14s not checked: %s", name, why);
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
