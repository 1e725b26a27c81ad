package otherworld.ops.metric;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.StatefulMetric;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import otherworld.base.TraceContext;

/** A metric as its process' {@link Catalogue} declares it, and the way to register it. */
public sealed interface MetricSpec {
    About about();

    /** The word of the exposition format. */
    String type();

    Unit unit();

    /** The whole name; counters end in {@code _total}. */
    default String name() {
        return about().name();
    }

    /**
     * What every kind of metric has.
     *
     * @param like the metric of Agones that means the same; empty if it has none
     * @param when what must be so that there is any series; empty if there always is
     */
    record About(String name, String help, List<Label> labels, String like, String when) {
        public About {
            labels = List.copyOf(labels);
        }

        String[] labelNames() {
            return labels.stream().map(Label::name).toArray(String[]::new);
        }

        /** Every combination of values, if all are known; else none. */
        List<String[]> combinations() {
            if (labels.isEmpty() || labels.stream().anyMatch(Label::isOpen)) {
                return List.of();
            }
            List<List<String>> rows = List.of(List.of());
            for (Label label : labels) {
                List<List<String>> longer = new ArrayList<>();
                for (List<String> row : rows) {
                    for (String value : label.values()) {
                        List<String> with = new ArrayList<>(row);
                        with.add(value);
                        longer.add(with);
                    }
                }
                rows = longer;
            }
            return rows.stream().map(row -> row.toArray(String[]::new)).toList();
        }

        /** Series whose labels are known begin at 0: what is counted first is an increase then. */
        private <M extends StatefulMetric<?, ?>> M begun(M metric) {
            combinations().forEach(metric::initLabelValues);
            return metric;
        }
    }

    /** Grows until the process ends. */
    record CounterSpec(About about) implements MetricSpec {
        @Override
        public String type() {
            return "counter";
        }

        @Override
        public Unit unit() {
            return Unit.ofName(name());
        }

        public Counter register(PrometheusRegistry registry) {
            return about.begun(
                    Counter.builder()
                            .withoutExemplars()
                            .name(about.name())
                            .help(about.help())
                            .labelNames(about.labelNames())
                            .register(registry));
        }

        /** One that somebody else counts. */
        public void register(
                PrometheusRegistry registry, Consumer<CounterWithCallback.Callback> callback) {
            CounterWithCallback.builder()
                    .name(about.name())
                    .help(about.help())
                    .labelNames(about.labelNames())
                    .callback(callback)
                    .register(registry);
        }
    }

    /** What is so now. */
    record GaugeSpec(About about, Unit unit) implements MetricSpec {
        @Override
        public String type() {
            return "gauge";
        }

        public Gauge register(PrometheusRegistry registry) {
            return about.begun(
                    Gauge.builder()
                            .withoutExemplars()
                            .name(about.name())
                            .help(about.help())
                            .labelNames(about.labelNames())
                            .register(registry));
        }

        /** One that is looked at when it is read. */
        public void register(
                PrometheusRegistry registry, Consumer<GaugeWithCallback.Callback> callback) {
            GaugeWithCallback.builder()
                    .name(about.name())
                    .help(about.help())
                    .labelNames(about.labelNames())
                    .callback(callback)
                    .register(registry);
        }
    }

    /** How values are spread, in chosen buckets. */
    record HistogramSpec(About about, Buckets buckets) implements MetricSpec {
        /** Names the trace and the span that a value is of. */
        public static Labels exemplar(TraceContext trace) {
            return Labels.of("trace_id", trace.traceId(), "span_id", trace.spanId());
        }

        @Override
        public String type() {
            return "histogram";
        }

        @Override
        public Unit unit() {
            return Unit.ofName(name());
        }

        public Histogram register(PrometheusRegistry registry) {
            return register(registry, false);
        }

        /**
         * @param exemplars whether values may come with the {@linkplain #exemplar trace} that they
         *     are of; where they do not, nothing looks for one
         */
        public Histogram register(PrometheusRegistry registry, boolean exemplars) {
            Histogram.Builder builder =
                    Histogram.builder()
                            .name(about.name())
                            .help(about.help())
                            .labelNames(about.labelNames())
                            .classicOnly()
                            .classicUpperBounds(buckets.bounds());
            return about.begun(
                    (exemplars ? builder.withExemplars() : builder.withoutExemplars())
                            .register(registry));
        }
    }

    /** One that a library registers and we only describe. */
    record Foreign(About about, String type, Unit unit) implements MetricSpec {}
}
