package otherworld.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static otherworld.operator.OperatorFixture.PATIENCE;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.crds.World;
import otherworld.local.controlplane.ControlPlane;

/** What is heard of a World after its end does not count as work that waits, for ever. */
class WorldsThatGoIT {
    private static final String FOREIGN = "example.org/backup";

    private final OperatorFixture fleet = new OperatorFixture(ControlPlane.shared());
    private final KubernetesClient admin = fleet.admin;

    WorldsThatGoIT() throws IOException {}

    @BeforeEach
    void start() {
        fleet.startOperator(Duration.ZERO); // a World goes though its pods still stop
    }

    @AfterEach
    void stop() throws InterruptedException {
        fleet.close();
    }

    @Test
    void aPodThatOutlivesItsWorldKeepsNothingInTheQueue() {
        fleet.apply(1, 5, 0);
        fleet.awaitPods(1);
        Pod pod = fleet.pods().getFirst();
        finalizers(pod, List.of(FOREIGN));
        admin.resources(World.class).inNamespace(fleet.namespace).withName("plaza").delete();
        await().atMost(PATIENCE).until(() -> fleet.world("plaza") == null);
        assertThat(fleet.names()).containsExactly(pod.getMetadata().getName());
        finalizers(pod, List.of());
        fleet.awaitPods(0);
        assertThatNothingWaits();
    }

    @Test
    void aWorldThatOthersKeepIsNotWaitedFor() {
        fleet.apply(0, 5, 0);
        await().atMost(PATIENCE).until(() -> finalizers().contains(Finalizers.FLEET));
        edit(world -> world.getMetadata().getFinalizers().add(FOREIGN));
        admin.resources(World.class).inNamespace(fleet.namespace).withName("plaza").delete();
        await().atMost(PATIENCE).until(() -> finalizers().equals(List.of(FOREIGN)));
        edit(world -> world.getMetadata().setAnnotations(Map.of("example.org/saved", "half")));
        assertThatNothingWaits();
        edit(world -> world.getMetadata().setFinalizers(List.of()));
        await().atMost(PATIENCE).until(() -> fleet.world("plaza") == null);
        assertThatNothingWaits();
    }

    /** Nor after the operator has heard of what was done last. */
    private void assertThatNothingWaits() {
        await().pollDelay(Duration.ofMillis(500))
                .atMost(PATIENCE)
                .until(() ->
                        metrics().lines().anyMatch("otherworld_operator_queue_worlds 0.0"::equals));
    }

    private String metrics() throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri =
                    URI.create(
                            "http://127.0.0.1:%d/metrics"
                                    .formatted(fleet.operator().managementPort()));
            return http.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private List<String> finalizers() {
        World world = fleet.world("plaza");
        return world == null ? List.of() : world.getMetadata().getFinalizers();
    }

    private void edit(Consumer<World> change) {
        admin.resources(World.class)
                .inNamespace(fleet.namespace)
                .withName("plaza")
                .edit(world -> {
                    change.accept(world);
                    return world;
                });
    }

    private void finalizers(Pod pod, List<String> finalizers) {
        admin.pods()
                .inNamespace(fleet.namespace)
                .withName(pod.getMetadata().getName())
                .edit(it ->
                        new PodBuilder(it)
                                .editMetadata()
                                .withFinalizers(finalizers)
                                .endMetadata()
                                .build());
    }
}
