package otherworld.instance.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.function.ToLongFunction;
import otherworld.ops.metric.MetricSpec.CounterSpec;
import otherworld.replication.Degradation;
import otherworld.replication.Figures;

/** What viewers were told of entities, {@code otherworld_instance_replication_…}. */
public final class ReplicationMetrics {
    private static final List<Degradation> LEVELS = List.of(Degradation.values());

    private final Growing[] growing;
    private final Gauge degradation;

    /** A counter that follows one of replication's. */
    private static final class Growing {
        private final CounterDataPoint counter;
        private final ToLongFunction<Figures> figure;
        private long told;

        Growing(CounterDataPoint counter, ToLongFunction<Figures> figure) {
            this.counter = counter;
            this.figure = figure;
        }

        void follow(Figures figures) {
            long now = figure.applyAsLong(figures);
            if (now != told) {
                counter.inc((double) Math.max(0, now - told)); // a new host's begin at 0
                told = now;
            }
        }
    }

    ReplicationMetrics(PrometheusRegistry registry) {
        growing =
                new Growing[] {
                    growing(registry, InstanceCatalogue.UPDATES, Figures::updates),
                    growing(registry, InstanceCatalogue.UPDATES_WHOLE, Figures::whole),
                    growing(registry, InstanceCatalogue.UPDATE_BYTES, Figures::updateBytes),
                    growing(registry, InstanceCatalogue.STATES, Figures::states),
                    growing(registry, InstanceCatalogue.STATE_BYTES, Figures::statesBytes),
                    growing(registry, InstanceCatalogue.VIEWERS_BEHIND, Figures::behind),
                    growing(registry, InstanceCatalogue.BUDGETS_SPENT, Figures::full),
                    growing(registry, InstanceCatalogue.NEAREST_LEFT_OUT, Figures::nearCut),
                    growing(registry, InstanceCatalogue.VIEWS_FULL, Figures::crowded),
                };
        degradation = InstanceCatalogue.DEGRADATION.register(registry);
    }

    /** Takes over what has been counted by now. Simulation thread. */
    public void set(Figures figures, Degradation now) {
        for (int i = 0; i < growing.length; i++) {
            growing[i].follow(figures);
        }
        degradation.set(LEVELS.indexOf(now));
    }

    private static Growing growing(
            PrometheusRegistry registry, CounterSpec spec, ToLongFunction<Figures> figure) {
        return new Growing(spec.register(registry).labelValues(), figure);
    }
}
