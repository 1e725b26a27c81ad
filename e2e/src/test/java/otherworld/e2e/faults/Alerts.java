package otherworld.e2e.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import otherworld.e2e.observe.Alertmanager;
import otherworld.e2e.observe.Prometheus;

/**
 * Which alerts fire, from when to when, as Prometheus tells each half second, and which of them
 * Alertmanager has heard of, who would tell people. Thread-safe.
 */
final class Alerts implements AutoCloseable {
    private static final long LOOK_MS = 500;

    private final Prometheus prometheus;
    private final Alertmanager alertmanager;
    private final Set<String> received = new TreeSet<>();
    private final Map<String, Span> spans = new TreeMap<>();
    private Set<String> firing = Set.of();
    private Set<String> pending = Set.of();
    private final Thread watch;

    /**
     * An alert, with all its labels together.
     *
     * @param firstMs when it first fired, by {@link #nowMs}
     * @param lastMs when it last did
     */
    record Span(String name, String severity, long firstMs, long lastMs) {}

    Alerts(Prometheus prometheus, Alertmanager alertmanager) {
        this.prometheus = prometheus;
        this.alertmanager = alertmanager;
        this.watch = Thread.ofPlatform().name("alerts").start(this::watch);
    }

    static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private void watch() {
        try {
            while (true) {
                try {
                    see(prometheus.alerts());
                    hear(alertmanager.alerts());
                } catch (IOException e) {
                    // Busy, or away for a moment: the next look tells.
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void see(JsonNode alerts) {
        Set<String> now = new TreeSet<>();
        Set<String> soon = new TreeSet<>();
        for (JsonNode alert : alerts) {
            String name = alert.at("/labels/alertname").asText();
            if (!alert.path("state").asText().equals("firing")) {
                soon.add(name);
                continue;
            }
            now.add(name);
            String severity = alert.at("/labels/severity").asText();
            spans.merge(
                    name,
                    new Span(name, severity, nowMs(), nowMs()),
                    (before, after) -> new Span(name, severity, before.firstMs(), after.lastMs()));
        }
        firing = now;
        pending = soon;
    }

    private synchronized void hear(Set<String> active) {
        received.addAll(active);
    }

    /** Whether Alertmanager has heard of it. */
    synchronized boolean isReceived(String alert) {
        return received.contains(alert);
    }

    synchronized List<Span> spans() {
        return new ArrayList<>(spans.values());
    }

    synchronized Set<String> firing() {
        return firing;
    }

    synchronized Set<String> pending() {
        return pending;
    }

    @Override
    public void close() throws InterruptedException {
        watch.interrupt();
        watch.join();
    }
}
