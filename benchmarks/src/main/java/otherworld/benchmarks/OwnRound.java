package otherworld.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import otherworld.benchmarks.PresenceInstance.Played;
import otherworld.bots.BotResult;
import otherworld.bots.BotResult.Verdict;
import otherworld.bots.Latency;

/** The figures of a round of the instance, which tells more than its peers do. */
final class OwnRound {
    private OwnRound() {}

    static Measured measured(Played played, int players) {
        BotResult result = played.result();
        Measured common = Measured.of(PresenceRounds.INSTANCE, played.round());
        Map<String, Double> figures = new LinkedHashMap<>(common.figures());
        ticks(figures, "tick_p50_ms", played.ticks(), 50);
        ticks(figures, "tick_p99_ms", played.ticks(), 99);
        added(figures, "added_p50_ms", played.steps(), TickSteps::addedP50Ms);
        added(figures, "added_p99_ms", played.steps(), TickSteps::addedP99Ms);
        latency(figures, "interaction_p99_ms", result, "interaction");
        latency(figures, "durable_p99_ms", result, "durable");
        latency(figures, "update_gap_p99_ms", result, "update gap");
        figures.put("delivery_undelivered", (double) never(result));
        figures.put("wrong_states", (double) wrongs(result));
        figures.put("players_seen_least", (double) result.seenLeast());
        return new Measured(common.server(), figures, faults(result, players));
    }

    private static void ticks(
            Map<String, Double> figures, String name, TickHistogram ticks, double percent) {
        OptionalDouble seconds = ticks.percentile(percent);
        if (seconds.isPresent()) {
            figures.put(name, seconds.getAsDouble() * 1_000);
        }
    }

    /** Of the middle one of the windows that the instance told of. */
    private static void added(
            Map<String, Double> figures,
            String name,
            List<TickSteps> steps,
            ToDoubleFunction<TickSteps> value) {
        double[] sorted = steps.stream().mapToDouble(value).sorted().toArray();
        if (sorted.length > 0) {
            figures.put(name, sorted[sorted.length / 2]);
        }
    }

    private static void latency(
            Map<String, Double> figures, String name, BotResult result, String kind) {
        Latency.Summary latency = result.latencies().get(kind);
        if (latency != null && latency.count() > 0) {
            figures.put(name, latency.p99Ms());
        }
    }

    static long never(BotResult result) {
        Latency.Summary delivery = result.latencies().get("delivery");
        return delivery == null ? 0 : delivery.never();
    }

    /** Differences from the zone log, bodies shown as they never were, and broken promises. */
    static int wrongs(BotResult result) {
        return wrongs(result.sets()) + wrongs(result.props()) + wrongs(result.poses());
    }

    private static int wrongs(Verdict verdict) {
        return verdict instanceof Verdict.Wrong wrong ? wrong.count() : 0;
    }

    static List<String> faults(BotResult result, int players) {
        List<String> faults = new ArrayList<>();
        result.errors().forEach((kind, n) -> faults.add("bots: %d × %s".formatted(n, kind)));
        for (Verdict verdict : List.of(result.sets(), result.props(), result.poses())) {
            if (verdict instanceof Verdict.Wrong wrong) {
                faults.add("bots were shown or promised what is not so: " + wrong);
            }
        }
        if (result.seenLeast() < players - 1) {
            faults.add("not all %d players saw each other".formatted(players));
        }
        return faults;
    }
}
