package otherworld.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Codec, interest and tick of the engine by themselves, each as a ratio to a reference loop that
 * runs right before it, round by round: a machine that is slow for a while is slow for both. More
 * than {@value #MOST_OVER_BASELINE} times the committed ratio is a fault.
 *
 * <p>Not JMH: what is compared must alternate within one process, and a fork for each case would
 * measure the machine's minutes.
 */
final class EngineBench implements Bench {
    private static final double MOST_OVER_BASELINE = 1.15;
    private static final int WARM_UP_ROUNDS = 8;
    private static final String BASELINES = "engine-baselines.properties";

    @Override
    public int usualSeconds() {
        return 20;
    }

    @Override
    public Figures run(Request request) throws IOException {
        Map<String, EngineCases.Case> cases = EngineCases.all(request.seed());
        EngineCases.Case reference = EngineCases.reference();
        Map<String, List<Double>> ratios = new LinkedHashMap<>();
        Map<String, List<Double>> micros = new LinkedHashMap<>();
        cases.keySet()
                .forEach(name -> {
                    ratios.put(name, new ArrayList<>());
                    micros.put(name, new ArrayList<>());
                });
        long untilNs = Long.MAX_VALUE;
        for (int round = 0; System.nanoTime() < untilNs; round++) {
            if (round == WARM_UP_ROUNDS) {
                untilNs = System.nanoTime() + request.time().toNanos();
            }
            for (Map.Entry<String, EngineCases.Case> entry : cases.entrySet()) {
                double referenceNs = reference.nsPerOperation();
                double ns = entry.getValue().nsPerOperation();
                if (round >= WARM_UP_ROUNDS) {
                    ratios.get(entry.getKey()).add(ns / referenceNs);
                    micros.get(entry.getKey()).add(ns / 1e3);
                }
            }
        }
        return figures(ratios, micros);
    }

    private static Figures figures(
            Map<String, List<Double>> ratios, Map<String, List<Double>> micros)
            throws IOException {
        Figures figures = new Figures();
        Properties baselines = baselines();
        ratios.forEach(
                (name, values) -> {
                    figures.addSpread(name + "_us", micros.get(name), "us");
                    figures.addSpread(name + "_ratio", values, "");
                    double median = values.stream().sorted().toList().get(values.size() / 2);
                    String committed = baselines.getProperty(name);
                    if (committed == null) {
                        figures.fault("%s has no baseline in %s".formatted(name, BASELINES));
                    } else if (median > Double.parseDouble(committed) * MOST_OVER_BASELINE) {
                        figures.fault(
                                "%s takes %.3f of the reference loop, and took %s when its baseline was committed (limit: × %s)"
                                        .formatted(name, median, committed, MOST_OVER_BASELINE));
                    }
                });
        return figures;
    }

    private static Properties baselines() throws IOException {
        Properties baselines = new Properties();
        try (InputStream in = EngineBench.class.getResourceAsStream(BASELINES)) {
            if (in != null) {
                baselines.load(in);
            }
        }
        return baselines;
    }
}
