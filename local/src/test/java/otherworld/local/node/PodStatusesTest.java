package otherworld.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PodStatusesTest {
    private static final Instant T0 = Instant.parse("2026-11-21T09:00:00.700Z");
    private static final ContainerState WAITING = new ContainerState.Waiting("R", "m");
    private static final ContainerState STARTING = new ContainerState.Running(T0, true, false);
    private static final ContainerState READY = new ContainerState.Running(T0, true, true);

    @Test
    void thePhaseFollowsFromTheContainers() {
        assertThat(phase(WAITING)).isEqualTo("Pending");
        assertThat(phase(STARTING)).isEqualTo("Running");
        assertThat(phase(ended(0))).isEqualTo("Succeeded");
        assertThat(phase(ended(3))).isEqualTo("Failed");
        assertThat(phase(READY, ended(3))).isEqualTo("Running");
        assertThat(phase(WAITING, READY)).isEqualTo("Running");
        assertThat(phase(ended(0), ended(1))).isEqualTo("Failed");
        assertThat(phase(ended(0), ended(0))).isEqualTo("Succeeded");
    }

    @Test
    void aFailureOfThePodWinsOverExitCodes() {
        PodStatus status =
                status(
                        new PodStatuses.Failure("NodeRestarted", "why", true),
                        List.of(),
                        T0,
                        ended(0));
        assertThat(status.getPhase()).isEqualTo("Failed");
        assertThat(status.getReason()).isEqualTo("NodeRestarted");
        assertThat(status.getMessage()).isEqualTo("why");
        assertThat(condition(status, "DisruptionTarget").getStatus()).isEqualTo("True");
    }

    @Test
    void aPodThatWasNotAdmittedHasNoContainerStatuses() {
        Pod pod = Pods.pod(Pods.container().build());
        var failure = new PodStatuses.Failure("R", "m", false);
        PodStatus status =
                PodStatuses.of(new PodStatuses.View(pod, T0, List.of(), failure), List.of(), T0);
        assertThat(status.getPhase()).isEqualTo("Failed");
        assertThat(status.getContainerStatuses()).isEmpty();
        assertThat(status.getConditions())
                .extracting(PodCondition::getType)
                .doesNotContain("DisruptionTarget");
        assertThat(condition(status, "Ready").getStatus()).isEqualTo("False");
    }

    @Test
    void aPodIsReadyWhenAllItsContainersAre() {
        assertThat(condition(status(null, List.of(), T0, READY, READY), "Ready").getStatus())
                .isEqualTo("True");
        PodCondition unready = condition(status(null, List.of(), T0, READY, STARTING), "Ready");
        assertThat(unready.getStatus()).isEqualTo("False");
        assertThat(unready.getReason()).isEqualTo("ContainersNotReady");
        assertThat(unready.getMessage()).contains("c1").doesNotContain("c0");
    }

    @Test
    void aConditionKeepsItsTimeUntilItTurns() {
        PodStatus first = status(null, List.of(), T0, STARTING);
        PodStatus same = status(null, first.getConditions(), T0.plusSeconds(5), STARTING);
        PodStatus turned = status(null, same.getConditions(), T0.plusSeconds(9), READY);
        assertThat(condition(same, "Ready").getLastTransitionTime())
                .isEqualTo("2026-11-21T09:00:00Z");
        assertThat(condition(turned, "Ready").getLastTransitionTime())
                .isEqualTo("2026-11-21T09:00:09Z");
        assertThat(condition(turned, "Initialized").getLastTransitionTime())
                .isEqualTo("2026-11-21T09:00:00Z");
        assertThat(turned.getConditions())
                .as("what others own stays out")
                .extracting(PodCondition::getType)
                .doesNotContain("PodScheduled");
    }

    @Test
    void containerStatusesTellStateTimesAndCodes() {
        List<ContainerStatus> statuses =
                status(null, List.of(), T0, WAITING, READY, ended(137)).getContainerStatuses();
        assertThat(statuses.get(0).getState().getWaiting().getReason()).isEqualTo("R");
        assertThat(statuses.get(0).getState().getWaiting().getMessage()).isEqualTo("m");
        assertThat(statuses.get(1).getReady()).isTrue();
        assertThat(statuses.get(1).getStarted()).isTrue();
        assertThat(statuses.get(1).getState().getRunning().getStartedAt())
                .isEqualTo("2026-11-21T09:00:00Z");
        var terminated = statuses.get(2).getState().getTerminated();
        assertThat(terminated.getExitCode()).isEqualTo(137);
        assertThat(terminated.getReason()).isEqualTo("Error");
        assertThat(terminated.getFinishedAt()).isEqualTo("2026-11-21T09:00:07Z");
        assertThat(statuses.get(2).getReady()).isFalse();
    }

    @Test
    void theAddressIsLoopback() {
        PodStatus status = status(null, List.of(), T0, READY);
        assertThat(status.getHostIP()).isEqualTo("127.0.0.1");
        assertThat(status.getPodIP()).isEqualTo("127.0.0.1");
        assertThat(status.getPodIPs()).singleElement().extracting("ip").isEqualTo("127.0.0.1");
    }

    private static ContainerState ended(int exitCode) {
        return new ContainerState.Ended(T0, T0.plusSeconds(7), exitCode, "Error", "");
    }

    private static String phase(ContainerState... states) {
        return status(null, List.of(), T0, states).getPhase();
    }

    private static PodStatus status(
            PodStatuses.@Nullable Failure failure,
            List<PodCondition> previous,
            Instant now,
            ContainerState... states) {
        var containers = new java.util.ArrayList<io.fabric8.kubernetes.api.model.Container>();
        for (int i = 0; i < states.length; i++) {
            containers.add(Pods.container().withName("c" + i).build());
        }
        Pod pod = Pods.pod(containers.toArray(io.fabric8.kubernetes.api.model.Container[]::new));
        return PodStatuses.of(
                new PodStatuses.View(pod, T0, List.of(states), failure), previous, now);
    }

    private static PodCondition condition(PodStatus status, String type) {
        return status.getConditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }
}
