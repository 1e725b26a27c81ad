package otherworld.ops;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import otherworld.ops.metric.Catalogue;
import otherworld.ops.metric.Label;
import otherworld.ops.metric.MetricSpec.GaugeSpec;
import otherworld.ops.metric.Unit;

/** What a process tells of the matchmaker's ticket keys, by which it believes players. */
public final class TicketKeyMetrics {
    private static final String WHEN = "the matchmaker's keys were read";

    private TicketKeyMetrics() {}

    /** As a process' catalogue has them, {@code ticket_key…}. */
    public record Specs(GaugeSpec made, GaugeSpec read) {
        /** Declares them. */
        public static Specs in(Catalogue catalogue) {
            return new Specs(
                    catalogue
                            .metric(
                                    "ticket_key_made_seconds",
                                    "When each ticket key that is accepted here was made; 0 if the matchmaker does not say")
                            .labels(
                                    Label.open(
                                            "kid",
                                            "ticket keys that are published: one, and two while they are exchanged"))
                            .when(WHEN)
                            .gauge(Unit.TIMESTAMP),
                    catalogue
                            .metric(
                                    "ticket_keys_read_seconds",
                                    "When the matchmaker's ticket keys were read last; one that was taken back since is still accepted here")
                            .when(WHEN)
                            .gauge(Unit.TIMESTAMP));
        }
    }

    /**
     * Tells them from now on.
     *
     * @param accepted when each key was made that is accepted now, by its kid; empty: not known
     * @param readAt when they were read last; empty: never
     */
    public static void tell(
            Specs specs,
            PrometheusRegistry registry,
            Supplier<Map<String, Optional<Instant>>> accepted,
            Supplier<Optional<Instant>> readAt) {
        specs.made()
                .register(
                        registry,
                        gauge ->
                                accepted.get()
                                        .forEach((kid, made) ->
                                                gauge.call(
                                                        (double)
                                                                made.orElse(Instant.EPOCH)
                                                                        .getEpochSecond(),
                                                        kid)));
        specs.read()
                .register(
                        registry,
                        gauge -> readAt.get().ifPresent(at -> gauge.call(at.toEpochMilli() / 1e3)));
    }
}
