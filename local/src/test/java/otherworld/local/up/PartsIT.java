package otherworld.local.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.local.process.Build;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessSpec;
import otherworld.local.process.Service;

class PartsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Parts.Limits LIMITS =
            new Parts.Limits(Duration.ofMillis(50), Duration.ofSeconds(1));

    @TempDir Path folder;

    @Test
    void startsAPartAgainThatWasKilledAndCountsIt() {
        Parts parts = new Parts(() -> {}, LIMITS);
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
        Parts parts = new Parts(() -> {}, LIMITS);
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

    @Test
    void killsAndStartsAgainAPartThatIsAliveAndSaysNothing() {
        int port = FreePorts.next();
        Path log = folder.resolve("server.log");
        Service server =
                new Service(
                                ProcessSpec.of(
                                        "server",
                                        folder,
                                        log,
                                        Build.javaProgram(
                                                System.getProperty("java.class.path"),
                                                Echo.class.getName(),
                                                List.of("-Xmx32m"),
                                                List.of(Integer.toString(port)))),
                                log,
                                Service.Limits.usual(),
                                () -> Echo.answers(port))
                        .start();
        Parts parts = new Parts(() -> {}, LIMITS);
        parts.add(Part.of(server, ""));
        long before = server.process().map(ChildProcess::pid).orElseThrow();
        server.pause();
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> parts.states().getFirst().state().equals(Parts.SILENT));
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    ClusterState.PartState state = parts.states().getFirst();
                    assertThat(state.state()).isEqualTo("running");
                    assertThat(state.restarts()).isEqualTo(1);
                    assertThat(state.why()).isEqualTo("said nothing for 1 s and was killed");
                });
        assertThat(server.process().map(ChildProcess::pid).orElseThrow()).isNotEqualTo(before);
        assertThat(Echo.answers(port)).isTrue();
        parts.stop(List.of());
    }

    @Test
    void leavesAPartAloneThatAnswers() throws InterruptedException {
        Parts parts = new Parts(() -> {}, LIMITS);
        Service service = sleeper("table").start();
        parts.add(Part.of(service, ""));
        Thread.sleep(LIMITS.silent().multipliedBy(2));
        assertThat(parts.states().getFirst().restarts()).isZero();
        parts.stop(List.of());
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
