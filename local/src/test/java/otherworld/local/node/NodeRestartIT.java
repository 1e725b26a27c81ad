package otherworld.local.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static otherworld.local.node.TestCluster.awaitDead;
import static otherworld.local.node.TestCluster.phase;
import static otherworld.local.node.TestCluster.pod;
import static otherworld.local.node.TestCluster.shell;

import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.ProcessSpec;

/** What a start of the node makes of what it finds. */
class NodeRestartIT {
    @TempDir private Path folder;

    @Test
    void podsOfAnEarlierRunFailAndTheirProcessesAreGone() throws Exception {
        TestCluster cluster = TestCluster.shared();
        List<Long> pids;
        try (LocalNode _ = cluster.startNode(folder)) {
            cluster.create(pod("stopped", shell("echo pid $$; echo words; exec sleep 1000")));
            cluster.awaitPod("stopped", TestCluster::ready);
            await().atMost(TestCluster.PATIENCE).until(() -> !cluster.pids("stopped").isEmpty());
            pids = cluster.pids("stopped");
        }
        awaitDead(pids);
        assertThat(cluster.get("stopped"))
                .as("left as it was")
                .satisfies(pod -> assertThat(pod.getStatus().getPhase()).isEqualTo("Running"));

        // A pod of a node that crashed before it could end its process.
        Pod crashed =
                cluster.create(
                        pod("crashed", shell("sleep 1000"))
                                .editSpec()
                                .withNodeName(TestCluster.NODE)
                                .endSpec());
        ChildProcess survivor =
                ChildProcess.start(
                        new ProcessSpec(
                                "survivor",
                                List.of("sh", "-c", "trap '' TERM; sleep 1000 & wait; sleep 1000"),
                                Map.of(),
                                false,
                                folder,
                                new ProcessSpec.Output.ToFile(folder.resolve("survivor.log"))));
        PodFolder.of(folder.resolve("pods"), crashed.getMetadata().getUid())
                .recordProcess("main", survivor.identity());
        // One that was bound to it and never started.
        cluster.create(pod("fresh", shell("exec sleep 1000")));

        try (LocalNode _ = cluster.startNode(folder)) {
            Pod stopped = cluster.awaitPod("stopped", phase("Failed"));
            assertThat(stopped.getStatus().getReason()).isEqualTo(PodWorker.NODE_RESTARTED);
            assertThat(cluster.kubectl("logs", "stopped")).contains("words");
            Pod failed = cluster.awaitPod("crashed", phase("Failed"));
            assertThat(failed.getStatus().getReason()).isEqualTo(PodWorker.NODE_RESTARTED);
            awaitDead(List.of(survivor.pid()));
            cluster.awaitPod("fresh", TestCluster::ready);
            cluster.delete("stopped");
            cluster.awaitGone("stopped");
        } finally {
            survivor.kill();
        }
    }
}
