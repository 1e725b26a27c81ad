package otherworld.http;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;
import java.util.function.IntSupplier;

/** What the listener counts of its connections. */
final class ServerMetrics {
    /** Why the server ended a connection that its client would have kept. */
    enum Ended {
        /** Refused or displaced: there were as many as may be. */
        LIMIT_IN_ALL,
        /** The same, of one address. */
        LIMIT_PER_ADDRESS,
        /** A request did not arrive in time. */
        SLOW_REQUEST,
        /** Nothing was asked for long. */
        IDLE,
        /** An answer was not taken in time. */
        SLOW_READER,
        /** It was not HTTP, or not as RFC 9112 has it. */
        MALFORMED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Counter ended;

    ServerMetrics(String prefix, PrometheusRegistry registry, int limit, IntSupplier open) {
        ended =
                Counter.builder()
                        .name(prefix + "_connections_ended_total")
                        .help("Connections that the server ended, by reason")
                        .labelNames("reason")
                        .register(registry);
        for (Ended reason : Ended.values()) {
            ended.initLabelValues(reason.label());
        }
        GaugeWithCallback.builder()
                .name(prefix + "_connections")
                .help("Connections that are open")
                .callback(gauge -> gauge.call(open.getAsInt()))
                .register(registry);
        GaugeWithCallback.builder()
                .name(prefix + "_connections_limit")
                .help("Connections that may be open at once")
                .callback(gauge -> gauge.call(limit))
                .register(registry);
    }

    void ended(Ended reason) {
        ended.labelValues(reason.label()).inc();
    }
}
