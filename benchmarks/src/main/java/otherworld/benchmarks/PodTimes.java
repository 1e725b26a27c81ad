package otherworld.benchmarks;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * When a World's pods were created and became Ready, as a watch hears it: Kubernetes' own times
 * have whole seconds. Thread-safe.
 */
final class PodTimes implements AutoCloseable {
    private final Watch watch;
    private final Map<String, Long> createdNs = new LinkedHashMap<>();
    private final Map<String, Long> readyNs = new LinkedHashMap<>();

    PodTimes(KubernetesClient client, String namespace, String world) {
        watch =
                client.pods()
                        .inNamespace(namespace)
                        .withLabel("otherworld.dev/world", world)
                        .watch(
                                new Watcher<Pod>() {
                                    @Override
                                    public void eventReceived(Action action, Pod pod) {
                                        heard(pod, System.nanoTime());
                                    }

                                    @Override
                                    public void onClose(WatcherException cause) {}
                                });
    }

    private synchronized void heard(Pod pod, long nowNs) {
        String name = pod.getMetadata().getName();
        createdNs.putIfAbsent(name, nowNs);
        boolean ready =
                pod.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                condition.getType().equals("Ready")
                                        && condition.getStatus().equals("True"));
        if (ready && readyNs.putIfAbsent(name, nowNs) == null) {
            notifyAll();
        }
    }

    /**
     * Returns when so many were Ready, in the time of {@link System#nanoTime}.
     *
     * @throws IOException if they are not in time
     */
    synchronized long awaitReady(int pods, Duration limit)
            throws IOException, InterruptedException {
        long untilNs = System.nanoTime() + limit.toNanos();
        while (readyNs.size() < pods) {
            long leftMs = (untilNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                throw new IOException(
                        "%d of %d pods are Ready after %d s; created: %s"
                                .formatted(
                                        readyNs.size(),
                                        pods,
                                        limit.toSeconds(),
                                        createdNs.keySet()));
            }
            wait(leftMs);
        }
        return readyNs.values().stream().sorted().skip(pods - 1L).findFirst().orElseThrow();
    }

    synchronized List<Double> createdToReadyMs() {
        return readyNs.entrySet().stream()
                .map(ready -> (ready.getValue() - createdNs.getOrDefault(ready.getKey(), 0L)) / 1e6)
                .toList();
    }

    synchronized double sinceFirstCreationMs(long ns) {
        return (ns - createdNs.values().stream().mapToLong(Long::longValue).min().orElse(ns)) / 1e6;
    }

    @Override
    public void close() {
        watch.close();
    }
}
