package otherworld.ops.metric;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every metric of one process, in the order in which they are declared: as constants of one class,
 * whose initialisation fills it. Nothing changes afterwards.
 */
public final class Catalogue {
    private final String process;
    private final String prefix;
    private final Map<String, MetricSpec> metrics =
            Collections.synchronizedMap(new LinkedHashMap<>());

    /**
     * @param process as the label {@code process} of scraped series says it
     * @param prefix of the metrics' names; empty for those that a library names
     */
    public Catalogue(String process, String prefix) {
        this.process = process;
        this.prefix = prefix;
    }

    public String process() {
        return process;
    }

    public List<MetricSpec> metrics() {
        synchronized (metrics) {
            return List.copyOf(metrics.values());
        }
    }

    /**
     * Begins to declare one.
     *
     * @param name without the prefix
     * @param help a sentence for people, without a full stop
     */
    public Declaration metric(String name, String help) {
        return new Declaration(new MetricSpec.About(prefix + name, help, List.of(), "", ""));
    }

    /** A metric that is being declared. */
    public final class Declaration {
        private final MetricSpec.About about;

        private Declaration(MetricSpec.About about) {
            this.about = about;
        }

        public Declaration labels(Label... labels) {
            return new Declaration(
                    new MetricSpec.About(
                            about.name(),
                            about.help(),
                            List.of(labels),
                            about.like(),
                            about.when()));
        }

        /** The metric of Agones that means the same. */
        public Declaration like(String agones) {
            return new Declaration(
                    new MetricSpec.About(
                            about.name(), about.help(), about.labels(), agones, about.when()));
        }

        /** What must be so that there is any series, where there is not always one. */
        public Declaration when(String when) {
            return new Declaration(
                    new MetricSpec.About(
                            about.name(), about.help(), about.labels(), about.like(), when));
        }

        /** Its name must end in {@code _total}. */
        public MetricSpec.CounterSpec counter() {
            check(about.name().endsWith("_total"), "a counter's name ends in _total");
            return add(new MetricSpec.CounterSpec(about));
        }

        public MetricSpec.GaugeSpec gauge(Unit unit) {
            check(!about.name().endsWith("_total"), "only a counter's name ends in _total");
            check(about.name().endsWith(unit.suffix()), "the name ends in " + unit.suffix());
            return add(new MetricSpec.GaugeSpec(about, unit));
        }

        public MetricSpec.HistogramSpec histogram(Buckets buckets) {
            check(Unit.ofName(about.name()) != Unit.COUNT, "a histogram's name ends in its unit");
            return add(new MetricSpec.HistogramSpec(about, buckets));
        }

        /** One that a library registers. */
        public MetricSpec.Foreign foreign(String type, Unit unit) {
            return add(new MetricSpec.Foreign(about, type, unit));
        }

        private <M extends MetricSpec> M add(M metric) {
            check(metrics.putIfAbsent(metric.name(), metric) == null, "it is declared once");
            return metric;
        }

        private void check(boolean so, String rule) {
            if (!so) {
                throw new IllegalArgumentException(about.name() + ": " + rule);
            }
        }
    }
}
