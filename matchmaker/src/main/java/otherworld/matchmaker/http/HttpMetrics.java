package otherworld.matchmaker.http;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import otherworld.base.TraceContext;
import otherworld.base.WorldId;
import otherworld.ledger.SeatLedger.Waited;
import otherworld.matchmaker.metrics.MatchmakerCatalogue;
import otherworld.ops.metric.MetricSpec.HistogramSpec;
import otherworld.ops.metric.WorldLabels;

/** What the HTTP side counts. Thread-safe. */
public final class HttpMetrics {
    /** Who asks for a seat is promised one within this time. */
    static final long PROMISED_MS = 2_000;

    final Counter requests;
    final Counter problems;
    final DistributionDataPoint seatSeconds;
    final DistributionDataPoint ledgerSeconds;

    private final Histogram waits;
    private final Counter late;
    private final Set<WorldId> asked = ConcurrentHashMap.newKeySet();

    public HttpMetrics(PrometheusRegistry registry) {
        this(registry, false);
    }

    /**
     * @param traced whether waits come with their traces, as exemplars
     */
    public HttpMetrics(PrometheusRegistry registry, boolean traced) {
        requests = MatchmakerCatalogue.REQUESTS.register(registry);
        problems = MatchmakerCatalogue.PROBLEMS.register(registry);
        seatSeconds = MatchmakerCatalogue.SEAT_SECONDS.register(registry);
        ledgerSeconds = MatchmakerCatalogue.ASSIGN_SECONDS.register(registry);
        waits = MatchmakerCatalogue.SEAT_WAIT_SECONDS.register(registry, traced);
        late = MatchmakerCatalogue.SEATS_LATE.register(registry);
    }

    /** A request for a seat was granted. */
    void seated(WorldId world, Waited waited, Optional<TraceContext> trace) {
        WorldLabels labels = begin(world);
        DistributionDataPoint point = waits.labelValues(labels.namespace(), labels.world());
        trace.map(HistogramSpec::exemplar)
                .ifPresentOrElse(
                        exemplar -> point.observeWithExemplar(waited.ms() / 1e3, exemplar),
                        () -> point.observe(waited.ms() / 1e3));
        countLate(labels, waited);
    }

    /** A request for a seat goes on waiting. */
    void waits(WorldId world, Waited waited) {
        countLate(begin(world), waited);
    }

    /**
     * These Worlds there are: their series begin before anybody asks, so that the first is an
     * increase, and no other's stay.
     */
    public void worlds(Set<WorldId> worlds) {
        worlds.forEach(this::begin);
        asked.removeIf(world -> {
            if (worlds.contains(world)) {
                return false;
            }
            WorldLabels labels = WorldLabels.of(world.value());
            waits.remove(labels.namespace(), labels.world());
            late.remove(labels.namespace(), labels.world());
            return true;
        });
    }

    private WorldLabels begin(WorldId world) {
        WorldLabels labels = WorldLabels.of(world.value());
        if (asked.add(world)) {
            // Both begin at once, so that the first of either is an increase.
            waits.initLabelValues(labels.namespace(), labels.world());
            late.initLabelValues(labels.namespace(), labels.world());
        }
        return labels;
    }

    private void countLate(WorldLabels labels, Waited waited) {
        if (waited.passes(PROMISED_MS)) {
            late.labelValues(labels.namespace(), labels.world()).inc();
        }
    }
}
