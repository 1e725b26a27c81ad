package otherworld.operator;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a node: reports each new pod of a namespace as running and Ready. Pods are never bound
 * to it, so that the API server deletes them at once, as if their process had ended in time.
 */
final class PatchedNode implements AutoCloseable {
    private final KubernetesClient client;
    private final SharedIndexInformer<Pod> pods;
    volatile boolean startsPods = true;

    PatchedNode(KubernetesClient client, String namespace) {
        this.client = client;
        this.pods =
                client.pods()
                        .inNamespace(namespace)
                        .inform(
                                new ResourceEventHandler<>() {
                                    @Override
                                    public void onAdd(Pod pod) {
                                        if (startsPods) {
                                            run(pod);
                                        }
                                    }

                                    @Override
                                    public void onUpdate(Pod before, Pod pod) {}

                                    @Override
                                    public void onDelete(Pod pod, boolean unknown) {}
                                });
    }

    void run(Pod pod) {
        patch(pod, "Running", true, null);
    }

    /** Runs for a minute, and is not Ready any more. */
    void freeze(Pod pod) {
        patch(pod, "Running", false, null, Instant.now().minusSeconds(60));
    }

    /** The process ended by itself. */
    void fail(Pod pod, int exitCode) {
        patch(pod, "Failed", false, exitCode);
    }

    /** The scheduler finds no place. */
    void unschedulable(Pod pod, String message) {
        edit(
                pod,
                it ->
                        it.editStatus()
                                .withPhase("Pending")
                                .withConditions(
                                        new PodConditionBuilder()
                                                .withType("PodScheduled")
                                                .withStatus("False")
                                                .withReason("Unschedulable")
                                                .withMessage(message)
                                                .build())
                                .endStatus());
    }

    private void patch(Pod pod, String phase, boolean ready, @Nullable Integer exit) {
        patch(pod, phase, ready, exit, Instant.now());
    }

    private void patch(
            Pod pod, String phase, boolean ready, @Nullable Integer exit, Instant since) {
        String now = since.truncatedTo(ChronoUnit.SECONDS).toString();
        edit(
                pod,
                it -> {
                    var status =
                            it.editStatus()
                                    .withPhase(phase)
                                    .withHostIP("127.0.0.1")
                                    .withConditions(
                                            new PodConditionBuilder()
                                                    .withType("Ready")
                                                    .withStatus(ready ? "True" : "False")
                                                    .withLastTransitionTime(now)
                                                    .build());
                    var container =
                            status.addNewContainerStatus()
                                    .withName("instance")
                                    .withImage("image")
                                    .withImageID("")
                                    .withReady(ready)
                                    .withRestartCount(0)
                                    .withNewState();
                    if (exit == null) {
                        container.withNewRunning(now);
                    } else {
                        container
                                .withNewTerminated()
                                .withExitCode(exit)
                                .withReason("Error")
                                .withStartedAt(now)
                                .withFinishedAt(now)
                                .endTerminated();
                    }
                    return container.endState().endContainerStatus().endStatus();
                });
    }

    private interface Edit {
        PodBuilder apply(PodBuilder pod);
    }

    private void edit(Pod pod, Edit edit) {
        try {
            client.pods()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withName(pod.getMetadata().getName())
                    .editStatus(current -> {
                        PodBuilder builder = new PodBuilder(current);
                        builder.editStatus().withContainerStatuses().endStatus();
                        return edit.apply(builder).build();
                    });
        } catch (KubernetesClientException | NullPointerException gone) {
            // The pod was deleted meanwhile.
        }
    }

    @Override
    public void close() {
        pods.close();
    }
}
