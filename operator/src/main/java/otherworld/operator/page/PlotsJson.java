package otherworld.operator.page;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import otherworld.crds.World;

/** {@code GET /api/plots}: series of Prometheus for all plots, or why there are none. */
final class PlotsJson {
    private static final int POINTS = 180;

    private final Optional<Prometheus> prometheus;
    private final InstantSource clock;

    /** How far back a plot goes. */
    enum Range {
        MINUTES_15("15m", Duration.ofMinutes(15)),
        HOUR("1h", Duration.ofHours(1)),
        HOURS_6("6h", Duration.ofHours(6));

        final String word;
        final Duration length;

        Range(String word, Duration length) {
            this.word = word;
            this.length = length;
        }

        static Optional<Range> of(String word) {
            return List.of(values()).stream().filter(it -> it.word.equals(word)).findFirst();
        }
    }

    PlotsJson(Optional<Prometheus> prometheus, InstantSource clock) {
        this.prometheus = prometheus;
        this.clock = clock;
    }

    /**
     * Blocks for some seconds at most.
     *
     * @param world one that the operator sees; empty: all
     */
    byte[] write(Optional<World> world, Range range) {
        if (prometheus.isEmpty()) {
            return Json.object(json -> {
                json.writeStringField("state", "off");
                json.writeStringField("message", "");
            });
        }
        Instant to = clock.instant();
        Duration step = range.length.dividedBy(POINTS);
        Map<Plot, Map<String, JsonNode>> answers = new LinkedHashMap<>();
        try {
            ask(prometheus.get(), selector(world), to.minus(range.length), to, step, answers);
        } catch (Prometheus.Unanswered e) {
            return Json.object(json -> {
                json.writeStringField("state", "unanswered");
                json.writeStringField("message", String.valueOf(e.getMessage()));
            });
        }
        return Json.object(json -> {
            json.writeStringField("state", "ok");
            json.writeStringField("message", "");
            json.writeNumberField("from", to.minus(range.length).getEpochSecond());
            json.writeNumberField("to", to.getEpochSecond());
            json.writeNumberField("step", step.toSeconds());
            json.writeArrayFieldStart("plots");
            for (Map.Entry<Plot, Map<String, JsonNode>> each : answers.entrySet()) {
                plot(json, each.getKey(), each.getValue());
            }
            json.writeEndArray();
        });
    }

    private static void ask(
            Prometheus prometheus,
            String selector,
            Instant from,
            Instant to,
            Duration step,
            Map<Plot, Map<String, JsonNode>> answers)
            throws Prometheus.Unanswered {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<@Nullable Void>> asked = new ArrayList<>();
            for (Plot plot : Plot.ALL) {
                Map<String, JsonNode> ofPlot = new TreeMap<>();
                answers.put(plot, ofPlot);
                plot.series()
                        .forEach((name, query) -> {
                            Callable<@Nullable Void> question =
                                    () -> {
                                        JsonNode answer =
                                                prometheus.range(
                                                        query.replace(Plot.SELECTOR, selector),
                                                        from,
                                                        to,
                                                        step);
                                        synchronized (ofPlot) {
                                            ofPlot.put(name, answer);
                                        }
                                        return null;
                                    };
                            asked.add(threads.submit(question));
                        });
            }
            for (Future<@Nullable Void> question : asked) {
                question.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Prometheus.Unanswered("the operator stops");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Prometheus.Unanswered unanswered) {
                throw unanswered;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Rules name a World by its name or by its id; both are DNS names, with dots at most. */
    private static String selector(Optional<World> world) {
        return world.map(it ->
                        "{namespace=\"%s\",world=~\"%s|%s\"}"
                                .formatted(
                                        it.getMetadata().getNamespace(),
                                        quoted(it.getMetadata().getName()),
                                        quoted(it.id().value())))
                .orElse("");
    }

    private static String quoted(String name) {
        return name.replace(".", "\\\\.");
    }

    private static void plot(JsonGenerator json, Plot plot, Map<String, JsonNode> answers)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("name", plot.name());
        json.writeStringField("title", plot.title());
        json.writeStringField("unit", plot.unit());
        json.writeNumberField("limit", plot.limit());
        json.writeArrayFieldStart("series");
        for (Map.Entry<String, JsonNode> answer : answers.entrySet()) {
            json.writeStartObject();
            json.writeStringField("name", answer.getKey());
            json.writeArrayFieldStart("points");
            points(json, answer.getValue().path(0).path("values"));
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** At most as many as were asked for, whatever was answered. */
    private static void points(JsonGenerator json, JsonNode values) throws IOException {
        for (int i = 0; i < Math.min(values.size(), POINTS + 1); i++) {
            double value = number(values.path(i).path(1).asText());
            if (Double.isFinite(value)) {
                json.writeStartArray();
                json.writeNumber(values.path(i).path(0).asLong());
                json.writeNumber((float) value);
                json.writeEndArray();
            }
        }
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
