package otherworld.http;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import otherworld.ops.Problem;

/** What the listener counts of its connections. */
public final class ServerMetrics implements ServerEvents {
    private final String prefix;
    private final PrometheusRegistry registry;
    private final Consumer<Problem> refused;
    private final Counter ended;

    /**
     * @param prefix of the metrics' names
     * @param refused counts refusals
     */
    public ServerMetrics(String prefix, PrometheusRegistry registry, Consumer<Problem> refused) {
        this.prefix = prefix;
        this.registry = registry;
        this.refused = refused;
        ended =
                Counter.builder()
                        .name(prefix + "_connections_ended_total")
                        .help("Connections that the server ended, by reason")
                        .labelNames("reason")
                        .register(registry);
        for (Ended reason : Ended.values()) {
            ended.initLabelValues(reason.label());
        }
    }

    @Override
    public void serving(IntSupplier openConnections, int limit) {
        GaugeWithCallback.builder()
                .name(prefix + "_connections")
                .help("Connections that are open")
                .callback(gauge -> gauge.call(openConnections.getAsInt()))
                .register(registry);
        GaugeWithCallback.builder()
                .name(prefix + "_connections_limit")
                .help("Connections that may be open at once")
                .callback(gauge -> gauge.call(limit))
                .register(registry);
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
