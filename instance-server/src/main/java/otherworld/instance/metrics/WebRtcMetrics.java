package otherworld.instance.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
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
        refused =
                Counter.builder()
                        .name("otherworld_instance_webrtc_refused")
                        .help("Requests of signalling that were refused, by problem")
                        .labelNames("problem")
                        .register(registry);
        closed =
                Counter.builder()
                        .name("otherworld_instance_webrtc_closed")
                        .help("Peers that are gone, by reason; those that never connected included")
                        .labelNames("reason")
                        .register(registry);
        skipped =
                Counter.builder()
                        .name("otherworld_instance_unreliable_skipped")
                        .help("Messages that may be lost and were not sent: the client is behind")
                        .register(registry);
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
        GaugeWithCallback.builder()
                .name("otherworld_instance_webrtc_peers")
                .help("WebRTC peers by state")
                .labelNames("state")
                .callback(callback -> {
                    callback.call(connected.getAsInt(), "connected");
                    callback.call(halfOpen.getAsInt(), "half_open");
                })
                .register(registry);
        CounterWithCallback.builder()
                .name("otherworld_instance_webrtc_events")
                .help("What happened at the UDP port: traffic, abuse, limits")
                .labelNames("event")
                .callback(callback ->
                        events.get().forEach((event, count) -> callback.call(count, event)))
                .register(registry);
    }
}
