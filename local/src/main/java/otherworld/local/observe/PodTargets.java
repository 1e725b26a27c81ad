package otherworld.local.observe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import otherworld.local.files.AtomicFiles;

/**
 * Tells Prometheus by a file which instances there are, as pods come and go: not every build of it
 * can ask Kubernetes itself, Debian's cannot. A pod of the local node is a process of this machine.
 */
public final class PodTargets implements AutoCloseable {
    private static final Duration AT_MOST_EVERY = Duration.ofMillis(250);
    private static final Set<String> OVER = Set.of("Succeeded", "Failed");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KubernetesClient client;
    private final SharedIndexInformer<Pod> pods;
    private final Path file;
    private final Semaphore news = new Semaphore(1);
    private final Thread writer;

    private PodTargets(Config config, Path file) {
        this.file = file;
        this.client = new KubernetesClientBuilder().withConfig(config).build();
        this.writer = Thread.ofVirtual().name("pod-targets").unstarted(this::write);
        this.pods =
                client.pods()
                        .inAnyNamespace()
                        .withLabel("app.kubernetes.io/name", "otherworld-instance")
                        .inform(
                                new ResourceEventHandler<>() {
                                    @Override
                                    public void onAdd(Pod pod) {
                                        news.release();
                                    }

                                    @Override
                                    public void onUpdate(Pod before, Pod pod) {
                                        news.release();
                                    }

                                    @Override
                                    public void onDelete(Pod pod, boolean unknown) {
                                        news.release();
                                    }
                                });
    }

    /**
     * Keeps {@code file} up to date until it is closed.
     *
     * @param config of a user who may watch pods
     */
    public static PodTargets watch(Config config, Path file) {
        PodTargets targets = new PodTargets(config, file);
        targets.writer.start();
        return targets;
    }

    private void write() {
        try {
            while (true) {
                news.acquire();
                news.drainPermits();
                AtomicFiles.write(file, json(pods.getStore().list()));
                Thread.sleep(AT_MOST_EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As Prometheus reads it: docs of {@code file_sd_config}. */
    static String json(List<Pod> pods) {
        List<Map<String, Object>> targets =
                pods.stream()
                        .sorted(
                                Comparator.comparing((Pod pod) -> pod.getMetadata().getNamespace())
                                        .thenComparing(pod -> pod.getMetadata().getName()))
                        .flatMap(pod -> target(pod).stream())
                        .toList();
        try {
            return JSON.writeValueAsString(targets) + "\n";
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Map<String, Object>> target(Pod pod) {
        String phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
        if (phase == null || OVER.contains(phase)) {
            return Optional.empty();
        }
        Map<String, String> labels =
                pod.getMetadata().getLabels() == null ? Map.of() : pod.getMetadata().getLabels();
        return pod.getSpec().getContainers().stream()
                .flatMap(container -> container.getPorts().stream())
                .filter(port -> "management".equals(port.getName()))
                .map(ContainerPort::getContainerPort)
                .findFirst()
                .map(port ->
                        Map.of(
                                "targets",
                                List.of("127.0.0.1:" + port),
                                "labels",
                                Map.of(
                                        "namespace",
                                        pod.getMetadata().getNamespace(),
                                        "pod",
                                        pod.getMetadata().getName(),
                                        "world",
                                        labels.getOrDefault("otherworld.dev/world", ""),
                                        "ordinal",
                                        labels.getOrDefault("otherworld.dev/ordinal", ""))));
    }

    @Override
    public void close() {
        writer.interrupt();
        pods.close();
        client.close();
    }
}
