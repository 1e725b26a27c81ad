package otherworld.ops.tls;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import otherworld.ops.metric.Catalogue;
import otherworld.ops.metric.Label;
import otherworld.ops.metric.MetricSpec.CounterSpec;
import otherworld.ops.metric.MetricSpec.GaugeSpec;
import otherworld.ops.metric.Unit;

/** What a process tells of its connections to others of ours. */
public final class InternalTlsMetrics {
    private static final String WHEN = "OTHERWORLD_INTERNAL_TLS_MODE is not off";

    private InternalTlsMetrics() {}

    /** As a process' catalogue has them, {@code internal_tls_…}. */
    public record Specs(
            GaugeSpec notAfter,
            GaugeSpec authoritiesNotAfter,
            GaugeSpec unusable,
            CounterSpec refused) {
        /** Declares them. */
        public static Specs in(Catalogue catalogue) {
            return new Specs(
                    catalogue
                            .metric(
                                    "internal_tls_not_after_seconds",
                                    "When the certificate ends that this process shows others of ours")
                            .when(WHEN)
                            .gauge(Unit.TIMESTAMP),
                    catalogue
                            .metric(
                                    "internal_tls_authorities_not_after_seconds",
                                    "When the last of the authorities ends by which this process knows others of ours")
                            .when(WHEN)
                            .gauge(Unit.TIMESTAMP),
                    catalogue
                            .metric(
                                    "internal_tls_unusable",
                                    "1 while renewed certificates for connections among our own processes cannot be used, and older ones are")
                            .when(WHEN)
                            .gauge(Unit.FLAG),
                    catalogue
                            .metric(
                                    "internal_tls_handshakes_refused_total",
                                    "Connections among our own processes that did not come about, by reason, as this side saw it")
                            .labels(Label.of("reason", Refusal.values(), Refusal::label))
                            .when(WHEN)
                            .counter());
        }
    }

    public static void tell(InternalTls tls, Specs specs, PrometheusRegistry registry) {
        specs.notAfter()
                .register(registry, gauge -> tell(tls, it -> it.own().notAfter(), gauge::call));
        specs.authoritiesNotAfter()
                .register(registry, gauge -> tell(tls, Material::authoritiesNotAfter, gauge::call));
        specs.unusable().register(registry, gauge -> gauge.call(tls.trouble().isEmpty() ? 0 : 1));
        specs.refused()
                .register(
                        registry,
                        counter -> {
                            for (Refusal why : Refusal.values()) {
                                counter.call((double) tls.refused(why), why.label());
                            }
                        });
    }

    private static void tell(
            InternalTls tls, Function<Material, Instant> moment, DoubleConsumer gauge) {
        tls.material().ifPresent(it -> gauge.accept((double) moment.apply(it).getEpochSecond()));
    }
}
