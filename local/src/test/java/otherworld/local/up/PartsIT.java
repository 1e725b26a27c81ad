package otherworld.local.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.ProcessSpec;
import otherworld.local.process.Service;

class PartsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;

    @Test
    void startsAPartAgainThatWasKilledAndCountsIt() {
        Parts parts = new Parts(() -> {});
        Service service = sleeper("chair").start();
        parts.add(Part.of(service, ""));
        long before = service.process().map(ChildProcess::pid).orElseThrow();
        service.kill();
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    ClusterState.PartState state = parts.states().getFirst();
                    assertThat(state.restarts()).isEqualTo(1);
                    assertThat(state.state()).isEqualTo("running");
                });
        assertThat(service.process().map(ChildProcess::pid).orElseThrow()).isNotEqualTo(before);
        parts.stop(List.of());
        assertThat(service.isAlive()).isFalse();
    }

    @Test
    void stopsEverythingAndStartsNothingAgain() {
        Parts parts = new Parts(() -> {});
        List<Service> services =
                List.of(sleeper("etcd"), sleeper("kube-apiserver"), sleeper("operator"));
        services.forEach(service -> parts.add(Part.of(service.start(), "")));
        parts.stop(List.of("operator", "nobody"));
        assertThat(services).noneMatch(Service::isAlive);
        assertThat(parts.states())
                .extracting(ClusterState.PartState::state)
                .containsOnly("stopped");
        Service late = sleeper("late").start();
        parts.add(Part.of(late, ""));
        assertThat(late.isAlive()).as("a part that starts while all stop").isFalse();
    }

    private Service sleeper(String name) {
        Path log = folder.resolve(name + ".log");
        return new Service(
                ProcessSpec.of(name, folder, log, List.of("sleep", "600")),
                log,
                Service.Limits.usual(),
                () -> true);
    }
}
