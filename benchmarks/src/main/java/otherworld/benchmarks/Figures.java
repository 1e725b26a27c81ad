package otherworld.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a bench measured. A figure that could not be measured is absent, never zero; the latency of
 * what never came is infinite.
 */
final class Figures {
    private final List<Figure> figures = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    /** One line of the result. */
    record Figure(String name, double value, String unit) {
        @Override
        public String toString() {
            return "%s %s %s".formatted(name, number(value), unit);
        }

        private static String number(double value) {
            if (value == Math.rint(value) && Math.abs(value) < 1e15) {
                return Long.toString((long) value);
            }
            return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.3f" : "%.1f", value);
        }
    }

    Figures add(String name, double value, String unit) {
        if (Double.isFinite(value)) {
            figures.add(new Figure(name, value, unit));
        }
        return this;
    }

    /** Milliseconds; infinite for what never came, and then told as such. */
    Figures addLatency(String name, double ms) {
        if (!Double.isNaN(ms)) {
            figures.add(new Figure(name, ms, "ms"));
        }
        return this;
    }

    Figures add(String name, long value, String unit) {
        return add(name, (double) value, unit);
    }

    /** The median of {@code values}, and their spread as name_min and name_max. */
    Figures addSpread(String name, List<Double> values, String unit) {
        List<Double> sorted = values.stream().sorted().toList();
        if (!sorted.isEmpty()) {
            addOne(name, sorted.get(sorted.size() / 2), unit);
            addOne(name + "_min", sorted.getFirst(), unit);
            addOne(name + "_max", sorted.getLast(), unit);
        }
        return this;
    }

    /** Only a latency may be infinite. */
    private void addOne(String name, double value, String unit) {
        if (unit.equals("ms")) {
            addLatency(name, value);
        } else {
            add(name, value, unit);
        }
    }

    /** Why the figures must not be believed: the bench fails. */
    Figures fault(String why) {
        faults.add(why);
        return this;
    }

    /** A generator that used more than 80 % of its core was the bottleneck. */
    Figures generator(double coresUsed) {
        return generator("", coresUsed);
    }

    /**
     * The same of one of several.
     *
     * @param of what its figure's name begins with
     */
    Figures generator(String of, double coresUsed) {
        add(of + "generator_cpu_percent", 100 * coresUsed, "%");
        if (coresUsed > 0.8) {
            fault(
                    "the load %sgenerator used %.0f %% of a core: it was the bottleneck"
                            .formatted(of, 100 * coresUsed));
        }
        return this;
    }

    List<Figure> figures() {
        return figures;
    }

    List<String> faults() {
        return faults;
    }

    String lines() {
        return figures.stream().map(Figure::toString).collect(Collectors.joining("\n"));
    }
}
