package otherworld.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import otherworld.benchmarks.PresenceInstance.Played;
import otherworld.bots.BotResult;
import otherworld.bots.BotResult.Verdict;
import otherworld.bots.Latency;

/**
 * 100 players who all see each other in one zone: an instance with real SQL and Redis, Colyseus,
 * and a bare event loop with as many messages of as many bytes as the instance's, by turns. All
 * three run all the time, each on the servers' core; who has no players takes next to nothing.
 */
final class PresenceBench implements Bench {
    private static final int PLAYERS = 100;
    private static final int RATE_HZ = 30;
    private static final int ROUNDS = 5;

    /** A move with a root, a head and two hands, and its WebSocket frame. */
    private static final int MOVE_BYTES = 90;

    private static final Duration SETTLE = Duration.ofSeconds(5);
    private static final Duration FIRST = Duration.ofSeconds(30);

    private final List<Played> ours = new ArrayList<>();
    private final List<Round> colyseus = new ArrayList<>();
    private final List<Round> floor = new ArrayList<>();

    @Override
    public int usualSeconds() {
        return 15;
    }

    @Override
    public Figures run(Request request) throws Exception {
        Pinning pinning = Pinning.start();
        Map<String, String> settings =
                Map.of(
                        "OTHERWORLD_HOST_IP", "127.0.0.1",
                        "OTHERWORLD_ZONE_LOG", "true",
                        "OTHERWORLD_PRESENCE_RATE", Integer.toString(RATE_HZ));
        Figures figures = new Figures();
        try (PresenceInstance instance = new PresenceInstance(request, pinning, PLAYERS, settings);
                ColyseusPeer peer =
                        ColyseusPeer.start(request.root(), request.work(), pinning, RATE_HZ)) {
            System.err.printf(
                    "%d players, %d rounds of %d s each, %s%n",
                    PLAYERS, ROUNDS, request.time().toSeconds(), pinning.describe());
            // From its start on, which is what the first players get.
            Round first =
                    instance.round(request.seed(), RATE_HZ, Duration.ofSeconds(1), FIRST).round();
            try (FloorPeer bare = FloorPeer.start(request.root(), request.work(), pinning, first)) {
                for (int round = 1; round <= ROUNDS; round++) {
                    ours.add(
                            instance.round(
                                    request.seed() + round, RATE_HZ, SETTLE, request.time()));
                    colyseus.add(peer.round(PLAYERS, RATE_HZ, SETTLE, request.time()));
                    floor.add(bare.round(PLAYERS, RATE_HZ, MOVE_BYTES, SETTLE, request.time()));
                    System.err.printf(
                            "round %d: instance %.1f %%, Colyseus %.1f %%, floor %.1f %% of a core%n",
                            round,
                            100 * ours.getLast().round().cores(),
                            100 * colyseus.getLast().cores(),
                            100 * floor.getLast().cores());
                }
            }
            own(figures);
            figures.addSpread(
                    "warmup_cpu_ratio",
                    ours.stream().map(played -> first.cores() / played.round().cores()).toList(),
                    "");
            compared(figures);
            if (request.out().isPresent()) {
                writeRaw(request.out().get());
            }
            return figures;
        } finally {
            pinning.end();
        }
    }

    private void own(Figures figures) {
        ticks(figures, "tick_p50_ms", 50);
        ticks(figures, "tick_p99_ms", 99);
        added(figures, "added_p50_ms", TickSteps::addedP50Ms);
        added(figures, "added_p99_ms", TickSteps::addedP99Ms);
        latency(figures, "delivery_p50_ms", "delivery", Latency.Summary::p50Ms);
        latency(figures, "delivery_p99_ms", "delivery", Latency.Summary::p99Ms);
        latency(figures, "interaction_p99_ms", "interaction", Latency.Summary::p99Ms);
        latency(figures, "durable_p99_ms", "durable", Latency.Summary::p99Ms);
        latency(figures, "update_gap_p99_ms", "update gap", Latency.Summary::p99Ms);
        figures.add("delivery_undelivered", sum(result -> never(result)), "moves");
        figures.add("wrong_states", sum(result -> wrongs(result)), "states");
        figures.add(
                "players_seen_least",
                results().mapToInt(BotResult::seenLeast).min().orElse(0),
                "players");
        spread(figures, "instance_cpu_percent", round -> 100 * round.cores(), "%");
        spread(figures, "kbit_per_s_player", Round::kbitPerSecond, "kbit/s");
        spread(figures, "messages_per_s_player", Round::messagesPerSecond, "messages/s");
        figures.generator(rounds().mapToDouble(Round::generatorCores).max().orElse(0));
        results().forEach(result -> faults(figures, result));
    }

    private static void faults(Figures figures, BotResult result) {
        result.errors().forEach((kind, n) -> figures.fault("bots: %d × %s".formatted(n, kind)));
        if (wrongs(result) > 0) {
            figures.fault("bots were shown or promised what is not so: " + result.sets());
        }
        if (result.seenLeast() < PLAYERS - 1) {
            figures.fault("not all %d players saw each other".formatted(PLAYERS));
        }
    }

    /** Ratios of rounds that follow each other. */
    private void compared(Figures figures) {
        List<Double> toColyseus = new ArrayList<>();
        List<Double> toFloor = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            toColyseus.add(ours.get(i).round().cores() / colyseus.get(i).cores());
            toFloor.add(ours.get(i).round().cores() / floor.get(i).cores());
        }
        figures.addSpread("cpu_ratio_colyseus", toColyseus, "");
        figures.addSpread("cpu_ratio_floor", toFloor, "");
        peer(figures, "colyseus", colyseus);
        figures.addSpread(
                "colyseus_delivery_p50_ms",
                colyseus.stream().map(Round::deliveryP50Ms).toList(),
                "ms");
        figures.addSpread(
                "colyseus_delivery_p99_ms",
                colyseus.stream().map(Round::deliveryP99Ms).toList(),
                "ms");
        peer(figures, "floor", floor);
    }

    private static void peer(Figures figures, String name, List<Round> rounds) {
        figures.addSpread(
                name + "_cpu_percent",
                rounds.stream().map(round -> 100 * round.cores()).toList(),
                "%");
        figures.addSpread(
                name + "_kbit_per_s_player",
                rounds.stream().map(Round::kbitPerSecond).toList(),
                "kbit/s");
        figures.generator(
                name + "_", rounds.stream().mapToDouble(Round::generatorCores).max().orElse(0));
    }

    private void ticks(Figures figures, String name, double percent) {
        figures.addSpread(
                name,
                ours.stream()
                        .map(played -> played.ticks().percentile(percent))
                        .filter(OptionalDouble::isPresent)
                        .map(seconds -> seconds.getAsDouble() * 1_000)
                        .toList(),
                "ms");
    }

    private void added(Figures figures, String name, ToDoubleFunction<TickSteps> value) {
        figures.addSpread(
                name,
                ours.stream()
                        .flatMap(played -> played.steps().stream())
                        .map(value::applyAsDouble)
                        .toList(),
                "ms");
    }

    private void latency(
            Figures figures, String name, String kind, ToDoubleFunction<Latency.Summary> value) {
        figures.addSpread(
                name,
                results()
                        .map(result -> result.latencies().get(kind))
                        .filter(latency -> latency != null && latency.count() > 0)
                        .map(value::applyAsDouble)
                        .toList(),
                "ms");
    }

    private void spread(Figures figures, String name, ToDoubleFunction<Round> value, String unit) {
        figures.addSpread(name, rounds().map(value::applyAsDouble).toList(), unit);
    }

    private Stream<Round> rounds() {
        return ours.stream().map(Played::round);
    }

    private Stream<BotResult> results() {
        return ours.stream().map(Played::result);
    }

    private long sum(ToDoubleFunction<BotResult> count) {
        return (long) results().mapToDouble(count).sum();
    }

    private static long never(BotResult result) {
        Latency.Summary delivery = result.latencies().get("delivery");
        return delivery == null ? 0 : delivery.never();
    }

    /** Differences from the zone log, and broken promises. */
    private static int wrongs(BotResult result) {
        return wrongs(result.sets()) + wrongs(result.props());
    }

    private static int wrongs(Verdict verdict) {
        return verdict instanceof Verdict.Wrong wrong ? wrong.count() : 0;
    }

    private void writeRaw(Path out) throws IOException {
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        json.writeValue(out.resolve("presence-instance.json").toFile(), ours);
        json.writeValue(out.resolve("presence-colyseus.json").toFile(), colyseus);
        json.writeValue(out.resolve("presence-floor.json").toFile(), floor);
    }
}
