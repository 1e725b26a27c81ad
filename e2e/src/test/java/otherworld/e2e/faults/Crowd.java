package otherworld.e2e.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import otherworld.e2e.Otherworld;

/** Bots that play, and what they say at the end. */
final class Crowd implements AutoCloseable {
    private static final Duration OVER_TIME = Duration.ofMinutes(4);

    private final Otherworld.Running bots;
    private final Path result;
    private final Duration limit;
    private final int size;

    private Crowd(Otherworld.Running bots, Path result, Duration limit, int size) {
        this.bots = bots;
        this.result = result;
        this.limit = limit;
        this.size = size;
    }

    /**
     * @param seed another than that of others at the same time: they would be the same players
     * @param perSecond how many come each second
     * @param stay from the last one's coming until they leave
     */
    static Crowd come(Otherworld cluster, int bots, long seed, double perSecond, Duration stay)
            throws IOException {
        Path result = Files.createTempFile("bots-", ".json");
        Otherworld.Running running =
                cluster.bots(
                        Integer.toString(bots),
                        "--world",
                        "plaza",
                        "--seed",
                        Long.toString(seed),
                        "--ramp-per-second",
                        String.format(Locale.ROOT, "%.3f", perSecond),
                        "--seconds",
                        Long.toString(stay.toSeconds()),
                        "--database",
                        // Where it has a name, that is known to the cluster's processes alone.
                        cluster.connections()
                                .databaseUrl()
                                .replace(Scenes.Names.DATABASE, "127.0.0.1"),
                        "--out",
                        result.toString());
        return new Crowd(
                running, result, stay.plusSeconds((long) (bots / perSecond)).plus(OVER_TIME), bots);
    }

    /** Waits until they have left, and reads what they saw. */
    Seen seen() throws Exception {
        Otherworld.Result ended = bots.await(limit);
        String written = Files.readString(result);
        if (written.isBlank()) {
            throw new AssertionError("bots told nothing:\n" + ended.output());
        }
        return new Seen(size, new ObjectMapper().readTree(written));
    }

    @Override
    public void close() throws Exception {
        bots.close();
        Files.deleteIfExists(result);
    }

    /** What bots saw. */
    record Seen(int bots, JsonNode result) {
        long reconnects() {
            return result.path("reconnects").asLong();
        }

        long editsSent() {
            return result.at("/edits/sent").asLong();
        }

        long editsDurable() {
            return result.at("/edits/durable").asLong();
        }

        long editsRefused() {
            return result.at("/edits/refused").asLong();
        }

        /** In seconds. */
        double latency(String of, String what) {
            return result.path("latencies").path(of).path(what).asDouble() / 1000;
        }

        long count(String of) {
            return result.path("latencies").path(of).path("count").asLong();
        }

        long movesNeverTold() {
            return result.at("/latencies/delivery/never").asLong();
        }

        Map<String, Long> retries() {
            return counts("retries");
        }

        Map<String, Long> errors() {
            return counts("errors");
        }

        private Map<String, Long> counts(String field) {
            Map<String, Long> counts = new TreeMap<>();
            result.path(field)
                    .properties()
                    .forEach(each -> counts.put(each.getKey(), each.getValue().asLong()));
            return counts;
        }

        /** What an oracle found wrong. */
        List<String> wrong() {
            List<String> wrong = new ArrayList<>();
            for (String oracle : List.of("props", "sets")) {
                JsonNode verdict = result.path(oracle);
                if (verdict.has("examples")) {
                    wrong.add(verdict.path("what").asText() + " " + verdict.path("examples"));
                }
            }
            return wrong;
        }

        /** What the durable oracle says. */
        String durable() {
            JsonNode verdict = result.path("props");
            return verdict.has("what")
                    ? verdict.path("what").asText()
                    : "not checked: " + verdict.path("why").asText();
        }
    }
}
