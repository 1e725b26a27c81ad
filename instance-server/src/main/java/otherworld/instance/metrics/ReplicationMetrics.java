package otherworld.instance.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.function.ToLongFunction;
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
                    growing(
                            registry,
                            "replication_updates",
                            "Avatars told in EntityUpdates, once for each viewer",
                            Figures::updates),
                    growing(
                            registry,
                            "replication_updates_whole",
                            "Of these, those told whole, not as a difference",
                            Figures::whole),
                    growing(
                            registry,
                            "replication_update_bytes",
                            "Bytes of EntityUpdates",
                            Figures::updateBytes),
                    growing(
                            registry,
                            "replication_states",
                            "Entities told in full, once for each viewer",
                            Figures::states),
                    growing(
                            registry,
                            "replication_state_bytes",
                            "Bytes of EntityStates",
                            Figures::statesBytes),
                    growing(
                            registry,
                            "replication_viewers_behind",
                            "Presence ticks in which a viewer was told nothing because its client was behind",
                            Figures::behind),
                    growing(
                            registry,
                            "replication_budgets_spent",
                            "Presence ticks in which a viewer's bytes did not do for all who were due",
                            Figures::full),
                    growing(
                            registry,
                            "replication_nearest_left_out",
                            "Presence ticks in which not even all of a viewer's nearest were told",
                            Figures::nearCut),
                    growing(
                            registry,
                            "replication_views_full",
                            "Looks around at which a viewer could not be shown all that it should see",
                            Figures::crowded),
                };
        degradation =
                Gauge.builder()
                        .name("otherworld_instance_replication_degradation")
                        .help(
                                "What is left out because ticks take too long: 0 nothing, 1 the rate of all but the nearest, 2 and 3 entities, 4 and 5 updates")
                        .register(registry);
    }

    /** Takes over what has been counted by now. Simulation thread. */
    public void set(Figures figures, Degradation now) {
        for (int i = 0; i < growing.length; i++) {
            growing[i].follow(figures);
        }
        degradation.set(LEVELS.indexOf(now));
    }

    private static Growing growing(
            PrometheusRegistry registry, String name, String help, ToLongFunction<Figures> figure) {
        Counter counter =
                Counter.builder().name("otherworld_instance_" + name).help(help).register(registry);
        return new Growing(counter.labelValues(), figure);
    }
}
