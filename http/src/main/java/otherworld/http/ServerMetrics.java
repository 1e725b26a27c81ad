package otherworld.http;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import otherworld.ops.Problem;
import otherworld.ops.metric.Catalogue;
import otherworld.ops.metric.Label;
import otherworld.ops.metric.MetricSpec.CounterSpec;
import otherworld.ops.metric.MetricSpec.GaugeSpec;
import otherworld.ops.metric.Unit;

/** What the listener counts of its connections. */
public final class ServerMetrics implements ServerEvents {
    private final Specs specs;
    private final PrometheusRegistry registry;
    private final Consumer<Problem> refused;
    private final Counter ended;

    /** As a process' catalogue has them. */
    public record Specs(CounterSpec ended, GaugeSpec connections, GaugeSpec limit) {
        /** Declares them, as {@code http_…}. */
        public static Specs in(Catalogue catalogue) {
            return new Specs(
                    catalogue
                            .metric(
                                    "http_connections_ended_total",
                                    "Connections that the server ended, by reason")
                            .labels(Label.of("reason", Ended.values()))
                            .counter(),
                    catalogue
                            .metric("http_connections", "Connections that are open")
                            .gauge(Unit.COUNT),
                    catalogue
                            .metric(
                                    "http_connections_limit",
                                    "Connections that may be open at once")
                            .gauge(Unit.COUNT));
        }
    }

    /**
     * @param refused counts refusals
     */
    public ServerMetrics(Specs specs, PrometheusRegistry registry, Consumer<Problem> refused) {
        this.specs = specs;
        this.registry = registry;
        this.refused = refused;
        ended = specs.ended().register(registry);
    }

    @Override
    public void serving(IntSupplier openConnections, int limit) {
        specs.connections().register(registry, gauge -> gauge.call(openConnections.getAsInt()));
        specs.limit().register(registry, gauge -> gauge.call(limit));
    }

    @Override
    public void ended(Ended reason) {
        ended.labelValues(reason.label()).inc();
    }

    @Override
    public void refused(Problem problem) {
        refused.accept(problem);
    }
}
