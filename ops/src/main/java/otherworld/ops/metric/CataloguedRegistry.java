package otherworld.ops.metric;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A registry that takes what its process' catalogues declare, and nothing else. */
public final class CataloguedRegistry extends PrometheusRegistry {
    private final Set<String> declared;
    private final Set<String> registered = new TreeSet<>();

    public CataloguedRegistry(Catalogue... catalogues) {
        declared =
                Arrays.stream(catalogues)
                        .flatMap(catalogue -> catalogue.metrics().stream())
                        .map(metric -> bare(metric.name()))
                        .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * @throws IllegalArgumentException if no catalogue declares it
     */
    @Override
    public void register(Collector collector) {
        check(Objects.requireNonNullElse(collector.getPrometheusName(), "without a name"));
        super.register(collector);
    }

    /**
     * @throws IllegalArgumentException if no catalogue declares one of its metrics
     */
    @Override
    public void register(MultiCollector collector) {
        collector.getPrometheusNames().forEach(this::check);
        super.register(collector);
    }

    /** What is declared and was not registered; counters without {@code _total}. */
    public synchronized Set<String> missing() {
        Set<String> missing = new TreeSet<>(declared);
        missing.removeAll(registered);
        return missing;
    }

    private synchronized void check(String name) {
        if (!declared.contains(bare(name))) {
            throw new IllegalArgumentException(
                    "The metric %s is in no catalogue: declare it there, and run MetricsDocumentTest with -Dregenerate"
                            .formatted(name));
        }
        registered.add(bare(name));
    }

    // The library keeps counters and infos without what their names end in.
    private static String bare(String name) {
        return name.replaceAll("_(total|info)$", "");
    }
}
