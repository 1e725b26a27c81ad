package otherworld.instance.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** Figures of WebRTC, {@code otherworld_instance_webrtc_…}. Thread-safe. */
public final class WebRtcMetrics {
    private final PrometheusRegistry registry;
    private final Counter refused;
    private final Counter closed;
    private final Counter skipped;

    public WebRtcMetrics(PrometheusRegistry registry) {
        this.registry = registry;
        refused = InstanceCatalogue.WEBRTC_REFUSED.register(registry);
        closed = InstanceCatalogue.WEBRTC_CLOSED.register(registry);
        skipped = InstanceCatalogue.UNRELIABLE_SKIPPED.register(registry);
    }

    public void refused(String problem) {
        refused.labelValues(problem).inc();
    }

    public void closed(String reason) {
        closed.labelValues(reason).inc();
    }

    public void skipped() {
        skipped.inc();
    }

    /**
     * Shows what the UDP port itself counts.
     *
     * @param events counts by name; the same names each time
     */
    public void port(
            IntSupplier connected, IntSupplier halfOpen, Supplier<Map<String, Long>> events) {
        InstanceCatalogue.WEBRTC_PEERS.register(
                registry,
                callback -> {
                    callback.call(connected.getAsInt(), "connected");
                    callback.call(halfOpen.getAsInt(), "half_open");
                });
        InstanceCatalogue.WEBRTC_EVENTS.register(
                registry,
                callback -> events.get().forEach((event, count) -> callback.call(count, event)));
    }
}
