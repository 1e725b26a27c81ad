package otherworld.local.node;

import static org.assertj.core.api.Assertions.assertThat;
import static otherworld.local.node.ContainerProbes.Kind.LIVENESS;
import static otherworld.local.node.ContainerProbes.Kind.READINESS;
import static otherworld.local.node.ContainerProbes.Kind.STARTUP;

import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import otherworld.local.node.ContainerProbes.Verdict;

class ContainerProbesTest {
    private static final Verdict NOTHING = new Verdict.Nothing();
    private static final Verdict CHANGED = new Verdict.Changed();

    @Test
    void withoutProbesAContainerIsStartedAndReadyAtOnce() {
        ContainerProbes probes = new ContainerProbes(Pods.container().build(), 0);
        assertThat(probes.started()).isTrue();
        assertThat(probes.ready()).isTrue();
        assertThat(probes.nextDueNs()).isEmpty();
    }

    @Test
    void readinessStartsFailedAndTurnsWithTheThresholds() {
        ContainerProbes probes =
                new ContainerProbes(
                        Pods.container().withReadinessProbe(probe(2, 1, 2, 3)).build(), 0);
        assertThat(probes.ready()).isFalse();
        assertThat(probes.due(s(1))).isEmpty();
        assertThat(probes.due(s(2))).containsExactly(READINESS);
        assertThat(probes.due(s(9))).as("one at a time").isEmpty();
        assertThat(probes.result(READINESS, true, s(2))).isEqualTo(NOTHING);
        assertThat(probes.nextDueNs()).hasValue(s(3));
        assertThat(probes.result(READINESS, true, s(3))).isEqualTo(CHANGED);
        assertThat(probes.ready()).isTrue();
        assertThat(probes.result(READINESS, false, s(4))).isEqualTo(NOTHING);
        assertThat(probes.result(READINESS, false, s(5))).isEqualTo(NOTHING);
        assertThat(probes.ready()).isTrue();
        assertThat(probes.result(READINESS, false, s(6))).isEqualTo(CHANGED);
        assertThat(probes.ready()).isFalse();
    }

    @Test
    void aSuccessStartsTheCountOfFailuresAgain() {
        ContainerProbes probes =
                new ContainerProbes(
                        Pods.container().withLivenessProbe(probe(0, 1, 1, 2)).build(), 0);
        assertThat(probes.result(LIVENESS, false, 1)).isEqualTo(NOTHING);
        assertThat(probes.result(LIVENESS, true, 2)).isEqualTo(NOTHING);
        assertThat(probes.result(LIVENESS, false, 3)).isEqualTo(NOTHING);
        assertThat(probes.result(LIVENESS, false, 4)).isEqualTo(new Verdict.Kill(LIVENESS));
    }

    @Test
    void theOthersWaitForTheStartupProbe() {
        ContainerProbes probes =
                new ContainerProbes(
                        Pods.container()
                                .withStartupProbe(probe(0, 1, 1, 3))
                                .withReadinessProbe(probe(0, 1, 1, 1))
                                .withLivenessProbe(probe(60, 1, 1, 1))
                                .build(),
                        0);
        assertThat(probes.due(s(5))).containsExactly(STARTUP);
        assertThat(probes.result(STARTUP, false, s(5))).isEqualTo(NOTHING);
        assertThat(probes.result(STARTUP, true, s(6))).isEqualTo(CHANGED);
        assertThat(probes.started()).isTrue();
        assertThat(probes.ready()).isFalse();
        assertThat(probes.due(s(6)))
                .as("liveness has a delay of its own")
                .containsExactly(READINESS);
        assertThat(probes.due(s(60))).containsExactly(LIVENESS);
    }

    @Test
    void aStartupProbeThatFailsTooOftenEndsTheContainer() {
        ContainerProbes probes =
                new ContainerProbes(
                        Pods.container().withStartupProbe(probe(0, 1, 1, 2)).build(), 0);
        assertThat(probes.result(STARTUP, false, 1)).isEqualTo(NOTHING);
        assertThat(probes.result(STARTUP, false, 2)).isEqualTo(new Verdict.Kill(STARTUP));
        assertThat(probes.started()).isFalse();
    }

    @Test
    void whileItEndsOnlyReadinessIsProbed() {
        ContainerProbes probes =
                new ContainerProbes(
                        Pods.container()
                                .withReadinessProbe(probe(0, 1, 1, 1))
                                .withLivenessProbe(probe(0, 1, 1, 1))
                                .build(),
                        0);
        assertThat(probes.due(s(1))).containsExactly(READINESS, LIVENESS);
        probes.terminating();
        assertThat(probes.result(LIVENESS, false, s(1))).isEqualTo(NOTHING);
        assertThat(probes.result(READINESS, true, s(1))).isEqualTo(CHANGED);
        assertThat(probes.due(s(5))).containsExactly(READINESS);
    }

    private static Probe probe(int delay, int period, int successes, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withNewPort(8080)
                .endHttpGet()
                .withInitialDelaySeconds(delay)
                .withPeriodSeconds(period)
                .withSuccessThreshold(successes)
                .withFailureThreshold(failures)
                .build();
    }

    private static long s(int seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }
}
