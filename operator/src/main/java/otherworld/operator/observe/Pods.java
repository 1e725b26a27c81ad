package otherworld.operator.observe;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import otherworld.base.InstanceId;
import otherworld.crds.World;
import otherworld.operator.plan.PodView;
import otherworld.operator.plan.PodView.Phase;
import otherworld.operator.plan.PodView.Problem;

/** Reads a Kubernetes pod as the planner's {@link PodView}. */
public final class Pods {
    private Pods() {}

    /** True if this very World made the pod, not an earlier one of the same name. */
    public static boolean ownedBy(World world, Pod pod) {
        return pod.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner ->
                        Boolean.TRUE.equals(owner.getController())
                                && owner.getUid().equals(world.getMetadata().getUid()));
    }

    /** Empty if somebody tampered with the pod's labels so that it says no ordinal. */
    public static Optional<PodView> view(Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        int ordinal = number(labels.get(Names.ORDINAL), -1);
        if (ordinal < 0 || ordinal > InstanceId.MAX_ORDINAL) {
            return Optional.empty();
        }
        Phase phase = phase(pod);
        return Optional.of(
                new PodView(
                        pod.getMetadata().getName(),
                        pod.getMetadata().getUid(),
                        ordinal,
                        number(annotations.get(Names.ATTEMPT), 0),
                        number(annotations.get(Names.FAILURES), 0),
                        port(pod),
                        phase,
                        startedAt(pod),
                        phase == Phase.ENDED ? Optional.of(endedAt(pod)) : Optional.empty(),
                        labels.getOrDefault(Names.REVISION, ""),
                        Optional.ofNullable(annotations.get(Names.CORDON)),
                        problem(pod, phase),
                        disrupted(pod)));
    }

    /** Where the pod runs; empty until it is scheduled. */
    public static Optional<String> hostIp(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).map(PodStatus::getHostIP);
    }

    /** The pod's host port, 0 if it has none. */
    public static int port(Pod pod) {
        return pod.getSpec().getContainers().stream()
                .flatMap(container -> container.getPorts().stream())
                .map(port -> port.getHostPort())
                .filter(port -> port != null)
                .findFirst()
                .orElse(0);
    }

    private static Phase phase(Pod pod) {
        String phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
        if ("Failed".equals(phase) || "Succeeded".equals(phase)) {
            return Phase.ENDED;
        }
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            return Phase.STOPPING;
        }
        boolean ready =
                condition(pod, "Ready").map(it -> "True".equals(it.getStatus())).orElse(false);
        return ready ? Phase.READY : Phase.STARTING;
    }

    /** As kubelets, the scheduler and pod garbage collection mark it (KEP-3329). */
    private static boolean disrupted(Pod pod) {
        return condition(pod, "DisruptionTarget")
                .map(it -> "True".equals(it.getStatus()))
                .orElse(false);
    }

    private static Optional<PodCondition> condition(Pod pod, String type) {
        PodStatus status = pod.getStatus();
        if (status == null) {
            return Optional.empty();
        }
        return status.getConditions().stream().filter(it -> it.getType().equals(type)).findFirst();
    }

    private static List<ContainerStatus> containers(Pod pod) {
        return pod.getStatus() == null ? List.of() : pod.getStatus().getContainerStatuses();
    }

    private static Optional<Instant> startedAt(Pod pod) {
        return containers(pod).stream()
                .map(ContainerStatus::getState)
                .filter(state -> state != null)
                .flatMap(state ->
                        state.getRunning() != null
                                ? time(state.getRunning().getStartedAt()).stream()
                                : state.getTerminated() != null
                                        ? time(state.getTerminated().getStartedAt()).stream()
                                        : java.util.stream.Stream.empty())
                .findFirst();
    }

    private static Instant endedAt(Pod pod) {
        return containers(pod).stream()
                .map(ContainerStatus::getState)
                .filter(state -> state != null && state.getTerminated() != null)
                .flatMap(state -> time(state.getTerminated().getFinishedAt()).stream())
                .findFirst()
                .or(() -> condition(pod, "Ready").flatMap(it -> time(it.getLastTransitionTime())))
                .or(() -> time(pod.getMetadata().getCreationTimestamp()))
                .orElse(Instant.EPOCH);
    }

    // The most telling word that Kubernetes has: the scheduler's, the kubelet's, the process's
    // exit.
    private static Optional<Problem> problem(Pod pod, Phase phase) {
        return switch (phase) {
            case READY, STOPPING -> Optional.empty();
            case STARTING ->
                    unschedulable(pod)
                            .or(() ->
                                    containers(pod).stream()
                                            .map(ContainerStatus::getState)
                                            .filter(state ->
                                                    state != null && state.getWaiting() != null)
                                            .map(state -> state.getWaiting())
                                            .filter(it -> !isNormalWait(it.getReason()))
                                            .map(it ->
                                                    new Problem(
                                                            orElse(it.getReason(), "Waiting"),
                                                            orElse(
                                                                    it.getMessage(),
                                                                    "the container waits")))
                                            .findFirst());
            case ENDED ->
                    Optional.of(
                            containers(pod).stream()
                                    .map(ContainerStatus::getState)
                                    .filter(state -> state != null && state.getTerminated() != null)
                                    .map(state -> state.getTerminated())
                                    .map(it ->
                                            new Problem(
                                                    orElse(it.getReason(), "Ended"),
                                                    "exit code %d%s"
                                                            .formatted(
                                                                    it.getExitCode(),
                                                                    it.getMessage() == null
                                                                            ? ""
                                                                            : ", "
                                                                                    + it
                                                                                            .getMessage())))
                                    .findFirst()
                                    .orElseGet(() ->
                                            new Problem(
                                                    orElse(pod.getStatus().getReason(), "Ended"),
                                                    orElse(
                                                            pod.getStatus().getMessage(),
                                                            "its node gave no reason"))));
        };
    }

    private static Optional<Problem> unschedulable(Pod pod) {
        return condition(pod, "PodScheduled")
                .filter(it -> "False".equals(it.getStatus()))
                .map(it ->
                        new Problem(
                                orElse(it.getReason(), "Unschedulable"),
                                orElse(it.getMessage(), "the scheduler found no node")));
    }

    private static boolean isNormalWait(@Nullable String reason) {
        return "ContainerCreating".equals(reason) || "PodInitializing".equals(reason);
    }

    private static String orElse(@Nullable String text, String fallback) {
        return text == null || text.isBlank() ? fallback : text;
    }

    private static Optional<Instant> time(@Nullable String text) {
        return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
    }

    private static int number(@Nullable String text, int fallback) {
        try {
            return text == null ? fallback : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return fallback;
        }
    }
}
