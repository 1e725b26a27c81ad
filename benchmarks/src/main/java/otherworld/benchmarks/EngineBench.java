package otherworld.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * Codec, interest and tick of the engine by themselves, each as a ratio to a reference loop that
 * runs right before it, round by round, the least time of each: a machine that is slow for a while
 * is slow for both, and what others do in between only adds. More than {@value #MOST_OVER_BASELINE}
 * times the committed ratio is a fault.
 *
 * <p>Not JMH: what is compared must alternate within one process, and a fork for each case would
 * measure the machine's minutes.
 */
final class EngineBench implements Bench {
    private static final double MOST_OVER_BASELINE = 1.15;
    private static final int WARM_UP_ROUNDS = 8;
    private static final String BASELINES = "engine-baselines.properties";

    /** Least nanoseconds of an operation, of a case and of the reference beside it. */
    private static final class Least {
        double ns = Double.MAX_VALUE;
        double referenceNs = Double.MAX_VALUE;

        void add(double takenNs, double takenByReferenceNs) {
            ns = Math.min(ns, takenNs);
            referenceNs = Math.min(referenceNs, takenByReferenceNs);
        }
    }

    @Override
    public int usualSeconds() {
        return 20;
    }

    @Override
    public Figures run(Request request) throws IOException {
        Map<String, EngineCases.Case> cases = EngineCases.all(request.seed());
        EngineCases.Case reference = EngineCases.reference();
        Map<String, Least> least = new LinkedHashMap<>();
        long untilNs = Long.MAX_VALUE;
        for (int round = 0; System.nanoTime() < untilNs; round++) {
            if (round == WARM_UP_ROUNDS) {
                untilNs = System.nanoTime() + request.time().toNanos();
                least.clear();
            }
            cases.forEach((name, measured) -> {
                double referenceNs = reference.nsPerOperation();
                least.computeIfAbsent(name, _ -> new Least())
                        .add(measured.nsPerOperation(), referenceNs);
            });
        }
        return figures(least);
    }

    private static Figures figures(Map<String, Least> least) throws IOException {
        Figures figures = new Figures();
        Properties baselines = baselines();
        least.forEach((name, of) -> {
            double ratio = of.ns / of.referenceNs;
            figures.add(name + "_us", of.ns / 1e3, "us");
            figures.add(name + "_ratio", ratio, "of the reference loop");
            String committed = baselines.getProperty(name);
            if (committed == null) {
                figures.fault("%s has no baseline in %s".formatted(name, BASELINES));
            } else if (ratio > Double.parseDouble(committed) * MOST_OVER_BASELINE) {
                figures.fault(
                        "%s takes %.3f of the reference loop, and took %s when its baseline was committed (limit: × %s)"
                                .formatted(name, ratio, committed, MOST_OVER_BASELINE));
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
