package otherworld.tracing;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import otherworld.ops.metric.Catalogue;
import otherworld.ops.metric.Label;
import otherworld.ops.metric.MetricSpec.CounterSpec;

/** What became of a process' spans. Thread-safe. */
public final class SpanCounts {
    private final CounterDataPoint exported;
    private final CounterDataPoint dropped;
    private final CounterDataPoint failed;

    private enum Outcome {
        /** The collector has them. */
        EXPORTED,
        /** Too many waited to be exported. */
        DROPPED,
        /** The collector did not take them. */
        FAILED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public SpanCounts(CounterSpec declared, PrometheusRegistry registry) {
        Counter spans = declared.register(registry);
        exported = spans.labelValues(Outcome.EXPORTED.label());
        dropped = spans.labelValues(Outcome.DROPPED.label());
        failed = spans.labelValues(Outcome.FAILED.label());
    }

    /** Declares it, in the catalogue of a process that traces. */
    public static CounterSpec declare(Catalogue catalogue) {
        return catalogue
                .metric(
                        "trace_spans_total",
                        "Spans that were recorded: exported, dropped since too many waited to be, or failed since the collector did not take them; 0 while tracing is off")
                .labels(Label.of("outcome", Outcome.values()))
                .counter();
    }

    void exported(int spans) {
        exported.inc(spans);
    }

    void dropped() {
        dropped.inc();
    }

    void failed(int spans) {
        failed.inc(spans);
    }
}
