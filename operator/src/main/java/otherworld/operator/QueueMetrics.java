package otherworld.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import otherworld.operator.act.OperatorCatalogue;

/**
 * Worlds of which something was heard and that wait for one of the operator's threads. A Metrics of
 * the framework, which calls it from its own threads.
 */
final class QueueMetrics implements Metrics {
    private final Map<ResourceID, Instant> waiting = new ConcurrentHashMap<>();
    private final InstantSource clock;

    private final Predicate<ResourceID> concerns;
    private final Consumer<ResourceID> gone;

    /**
     * @param concerns whether there is a World of this name that is reconciled at all
     * @param gone hears of the last event of each World
     */
    QueueMetrics(
            PrometheusRegistry registry,
            InstantSource clock,
            Predicate<ResourceID> concerns,
            Consumer<ResourceID> gone) {
        this.clock = clock;
        this.concerns = concerns;
        this.gone = gone;
        OperatorCatalogue.QUEUE_WORLDS.register(registry, gauge -> gauge.call(waiting().size()));
        OperatorCatalogue.QUEUE_AGE.register(registry, gauge -> gauge.call(ageSeconds()));
    }

    /**
     * What is heard after a World's end, or its finalizer's, of its pods for example, starts no
     * reconciliation.
     */
    private Map<ResourceID, Instant> waiting() {
        waiting.keySet().removeIf(concerns.negate());
        return waiting;
    }

    private double ageSeconds() {
        Instant now = clock.instant();
        return waiting().values().stream()
                .mapToDouble(since -> Duration.between(since, now).toMillis() / 1e3)
                .max()
                .orElse(0);
    }

    @Override
    public void receivedEvent(Event event, Map<String, Object> metadata) {
        waiting.putIfAbsent(event.getRelatedCustomResourceID(), clock.instant());
    }

    @Override
    public void reconciliationExecutionStarted(HasMetadata resource, Map<String, Object> metadata) {
        waiting.remove(ResourceID.fromResource(resource));
    }

    @Override
    public void cleanupDoneFor(ResourceID resource, Map<String, Object> metadata) {
        waiting.remove(resource);
        gone.accept(resource);
    }
}
