package otherworld.operator.observe;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import otherworld.base.InstanceId;
import otherworld.crds.World;
import otherworld.operator.observe.Names.PodName;
import otherworld.operator.plan.PodView;
import otherworld.operator.plan.PodView.End;
import otherworld.operator.plan.PodView.Phase;
import otherworld.operator.plan.PodView.Problem;
import otherworld.ops.ExitCode;

/** Reads a Kubernetes pod as the planner's {@link PodView}. */
public final class Pods {
    private Pods() {}

    /** True if this very World made the pod, not an earlier one of the same name. */
    public static boolean ownedBy(World world, Pod pod) {
        return Ownership.owns(world, pod)
                && PodName.parse(pod.getMetadata().getName())
                        .filter(name -> name.world().equals(world.getMetadata().getName()))
                        .isPresent();
    }

    /** Empty if the pod has no name that the operator gives. */
    public static Optional<PodView> view(Pod pod) {
        Optional<PodName> name =
                PodName.parse(pod.getMetadata().getName())
                        .filter(it -> it.ordinal() <= InstanceId.MAX_ORDINAL);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> annotations = orEmpty(pod.getMetadata().getAnnotations());
        Phase phase = phase(pod);
        return Optional.of(
                new PodView(
                        pod.getMetadata().getName(),
                        pod.getMetadata().getUid(),
                        name.get().ordinal(),
                        name.get().attempt(),
                        number(annotations.get(Names.FAILURES), 0),
                        number(annotations.get(Names.PORTS_TAKEN), 0),
                        port(pod),
                        phase,
                        time(pod.getMetadata().getCreationTimestamp()).orElse(Instant.EPOCH),
                        startedAt(pod),
                        phase == Phase.ENDED ? Optional.of(endedAt(pod)) : Optional.empty(),
                        revision(pod),
                        Optional.ofNullable(annotations.get(Names.CORDON)),
                        problem(pod, phase),
                        phase == Phase.STARTING && wasReady(pod),
                        end(pod)));
    }

    /** Labels that somebody took from the pod or changed, as they should be. */
    public static Map<String, String> drift(World world, Pod pod) {
        Map<String, String> should = new TreeMap<>(Names.selector(world));
        PodName.parse(pod.getMetadata().getName())
                .ifPresent(name -> should.put(Names.ORDINAL, Integer.toString(name.ordinal())));
        should.put(Names.REVISION, revision(pod));
        Map<String, String> labels = orEmpty(pod.getMetadata().getLabels());
        should.entrySet().removeIf(it -> it.getValue().equals(labels.get(it.getKey())));
        return should;
    }

    // The label is for people; the annotation is what the operator goes by.
    private static String revision(Pod pod) {
        String noted = orEmpty(pod.getMetadata().getAnnotations()).get(Names.REVISION);
        return noted != null
                ? noted
                : orEmpty(pod.getMetadata().getLabels()).getOrDefault(Names.REVISION, "");
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }

    /** Where the pod runs; empty until it is scheduled. */
    public static Optional<String> hostIp(Pod pod) {
        return Optional.ofNullable(pod.getStatus()).map(PodStatus::getHostIP);
    }

    /** The port where the pod's players come, be it its node's or its own; 0 if it has none. */
    public static int port(Pod pod) {
        return hostPort(pod)
                .or(() ->
                        ports(pod)
                                .filter(port -> Names.PLAY_PORT.equals(port.getName()))
                                .map(ContainerPort::getContainerPort)
                                .findFirst())
                .orElse(0);
    }

    /** Its node's port, unless players come to it through a gateway. */
    public static Optional<Integer> hostPort(Pod pod) {
        return ports(pod).map(ContainerPort::getHostPort).filter(port -> port != null).findFirst();
    }

    /** Whether it takes WebRTC at all. */
    public static boolean hasWebRtcPort(Pod pod) {
        return ports(pod).anyMatch(port -> Names.WEBRTC_PORT.equals(port.getName()));
    }

    /** Whether its players' port speaks TLS. */
    public static boolean hasTls(Pod pod) {
        return pod.getSpec().getVolumes() != null
                && pod.getSpec().getVolumes().stream()
                        .anyMatch(volume -> Names.TLS_VOLUME.equals(volume.getName()));
    }

    private static Stream<ContainerPort> ports(Pod pod) {
        return pod.getSpec().getContainers().stream()
                .flatMap(container -> container.getPorts().stream());
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

    private static End end(Pod pod) {
        // As kubelets, the scheduler and pod garbage collection mark it (KEP-3329).
        if (condition(pod, "DisruptionTarget").filter(it -> isTrue(it)).isPresent()) {
            return End.DISRUPTED;
        }
        boolean portTaken =
                containers(pod).stream()
                        .map(ContainerStatus::getState)
                        .filter(state -> state != null && state.getTerminated() != null)
                        .anyMatch(state ->
                                Integer.valueOf(ExitCode.PORT_TAKEN)
                                        .equals(state.getTerminated().getExitCode()));
        return portTaken ? End.PORT_TAKEN : End.FAULT;
    }

    // A pod is not Ready from before its container runs: if it has become so later, it was Ready.
    private static boolean wasReady(Pod pod) {
        Optional<Instant> since =
                condition(pod, "Ready").flatMap(it -> time(it.getLastTransitionTime()));
        Optional<Instant> started = startedAt(pod);
        return since.isPresent() && started.isPresent() && since.get().isAfter(started.get());
    }

    private static boolean isTrue(PodCondition condition) {
        return "True".equals(condition.getStatus());
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
                                        : Stream.empty())
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
