package otherworld.local.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.HostIP;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The status a kubelet reports for a pod, as a function of what its containers do. */
final class PodStatuses {
    static final String PENDING = "Pending";
    static final String RUNNING = "Running";
    static final String SUCCEEDED = "Succeeded";
    static final String FAILED = "Failed";

    private PodStatuses() {}

    /**
     * @param containers one for each of the pod's, or none if it was not admitted
     * @param failure set if the pod as a whole failed, whatever its containers' exit codes
     */
    record View(
            Pod pod,
            Instant startTime,
            List<ContainerState> containers,
            @Nullable Failure failure) {}

    /**
     * Why a pod failed whatever its containers say.
     *
     * @param disruption the node ended it for its own reasons; whoever replaces it should not count
     *     that as a failure of the program
     */
    record Failure(String reason, String message, boolean disruption) {}

    static boolean terminal(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return FAILED.equals(phase) || SUCCEEDED.equals(phase);
    }

    /**
     * Conditions another part owns, such as PodScheduled, are left out: a strategic merge keeps
     * them.
     */
    static PodStatus of(View view, List<PodCondition> previous, Instant now) {
        String phase = phase(view);
        List<Container> containers = view.pod().getSpec().getContainers();
        List<String> unready = new ArrayList<>();
        List<ContainerStatus> statuses = new ArrayList<>();
        for (int i = 0; i < view.containers().size(); i++) {
            Container container = containers.get(i);
            ContainerState state = view.containers().get(i);
            statuses.add(status(view.pod(), container, state));
            if (!(state instanceof ContainerState.Running running && running.ready())) {
                unready.add(container.getName());
            }
        }
        boolean ready = phase.equals(RUNNING) && unready.isEmpty();
        String reason =
                switch (phase) {
                    case SUCCEEDED -> "PodCompleted";
                    case FAILED -> "PodFailed";
                    default -> "ContainersNotReady";
                };
        String message =
                phase.equals(SUCCEEDED) || phase.equals(FAILED)
                        ? null
                        : "containers with unready status: " + unready;
        Failure failure = view.failure();
        List<PodCondition> conditions = new ArrayList<>();
        conditions.add(condition("Initialized", true, null, null, previous, now));
        conditions.add(condition("ContainersReady", ready, reason, message, previous, now));
        conditions.add(condition("Ready", ready, reason, message, previous, now));
        if (failure != null && failure.disruption()) {
            conditions.add(disruption(failure, now));
        }
        return new PodStatusBuilder()
                .withPhase(phase)
                .withReason(failure == null ? null : failure.reason())
                .withMessage(failure == null ? null : failure.message())
                .withStartTime(time(view.startTime()))
                .withHostIP(PodFields.ADDRESS)
                .withHostIPs(new HostIP(PodFields.ADDRESS))
                .withPodIP(PodFields.ADDRESS)
                .withPodIPs(new PodIP(PodFields.ADDRESS))
                .withConditions(conditions)
                .withContainerStatuses(statuses)
                .build();
    }

    /** Whole seconds, as Kubernetes' metav1.Time. */
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String phase(View view) {
        if (view.failure() != null) {
            return FAILED;
        }
        boolean waiting = false;
        boolean running = false;
        boolean failed = false;
        for (ContainerState state : view.containers()) {
            switch (state) {
                case ContainerState.Waiting _ -> waiting = true;
                case ContainerState.Running _ -> running = true;
                case ContainerState.Ended ended -> failed |= ended.exitCode() != 0;
            }
        }
        if (running) {
            return RUNNING;
        }
        if (waiting) {
            return PENDING;
        }
        return failed ? FAILED : SUCCEEDED;
    }

    private static ContainerStatus status(Pod pod, Container container, ContainerState state) {
        ContainerStatusBuilder status =
                new ContainerStatusBuilder()
                        .withName(container.getName())
                        .withImage(container.getImage())
                        .withImageID("local://" + container.getImage())
                        .withRestartCount(0);
        String id = "local://" + pod.getMetadata().getUid() + "/" + container.getName();
        switch (state) {
            case ContainerState.Waiting(String reason, String message) ->
                    status.withReady(false)
                            .withStarted(false)
                            .withNewState()
                            .withNewWaiting(message.isEmpty() ? null : message, reason)
                            .endState();
            case ContainerState.Running(Instant startedAt, boolean started, boolean ready) ->
                    status.withReady(ready)
                            .withStarted(started)
                            .withContainerID(id)
                            .withNewState()
                            .withNewRunning(time(startedAt))
                            .endState();
            case ContainerState.Ended ended ->
                    status.withReady(false)
                            .withStarted(false)
                            .withContainerID(id)
                            .withNewState()
                            .withNewTerminated()
                            .withContainerID(id)
                            .withExitCode(ended.exitCode())
                            .withReason(ended.reason())
                            .withMessage(ended.message().isEmpty() ? null : ended.message())
                            .withStartedAt(time(ended.startedAt()))
                            .withFinishedAt(time(ended.finishedAt()))
                            .endTerminated()
                            .endState();
        }
        return status.build();
    }

    /** Word for word what a kubelet says of pods that it ends as its node shuts down. */
    private static PodCondition disruption(Failure failure, Instant now) {
        return new PodConditionBuilder()
                .withType("DisruptionTarget")
                .withStatus("True")
                .withReason("TerminationByKubelet")
                .withMessage(failure.message())
                .withLastTransitionTime(time(now))
                .build();
    }

    private static PodCondition condition(
            String type,
            boolean holds,
            @Nullable String reason,
            @Nullable String message,
            List<PodCondition> previous,
            Instant now) {
        String status = holds ? "True" : "False";
        Optional<String> since =
                previous.stream()
                        .filter(old -> type.equals(old.getType()) && status.equals(old.getStatus()))
                        .map(PodCondition::getLastTransitionTime)
                        .filter(time -> time != null)
                        .findFirst();
        return new PodConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(holds ? null : reason)
                .withMessage(holds ? null : message)
                .withLastTransitionTime(since.orElse(time(now)))
                .build();
    }
}
