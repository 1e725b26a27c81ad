package otherworld.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one server did in one round, by name; what was not measured is not there.
 *
 * @param server whose round it was
 * @param faults why it must not be believed
 */
record Measured(String server, Map<String, Double> figures, List<String> faults) {
    static final String CPU = "cpu_percent";
    static final String GENERATOR = "generator_cpu_percent";
    static final String KBIT = "kbit_per_s_player";
    static final String MESSAGES = "messages_per_s_player";
    static final String UPDATES = "updates_per_s_player";
    static final String DELIVERY_P50 = "delivery_p50_ms";
    static final String DELIVERY_P99 = "delivery_p99_ms";

    static Measured of(String server, Round round) {
        Map<String, Double> figures = new LinkedHashMap<>();
        put(figures, CPU, 100 * round.cores());
        put(figures, GENERATOR, 100 * round.generatorCores());
        put(figures, KBIT, round.kbitPerSecond());
        put(figures, MESSAGES, round.messagesPerSecond());
        put(figures, UPDATES, round.updatesPerSecond());
        put(figures, DELIVERY_P50, round.deliveryP50Ms());
        put(figures, DELIVERY_P99, round.deliveryP99Ms());
        return new Measured(server, figures, List.of());
    }

    static void put(Map<String, Double> figures, String name, double value) {
        if (!Double.isNaN(value)) {
            figures.put(name, value);
        }
    }

    /** Not a number if it was not measured. */
    double figure(String name) {
        return figures.getOrDefault(name, Double.NaN);
    }
}
