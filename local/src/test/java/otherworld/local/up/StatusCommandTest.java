package otherworld.local.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import otherworld.local.process.ProcessIdentity;

/** What the first line says is so. */
class StatusCommandTest {
    private static ClusterState state(ClusterState.Phase phase, String... partStates) {
        return new ClusterState(
                new ProcessIdentity(1, Instant.EPOCH),
                phase,
                "",
                "",
                Arrays.stream(partStates)
                        .map(each -> each.split("=", 2))
                        .map(each ->
                                new ClusterState.PartState(
                                        each[0], each[1], null, 0, Instant.EPOCH, "", ""))
                        .toList());
    }

    private static String headline(ClusterState state) {
        return StatusCommand.headline(state, StatusCommand.ailing(state));
    }

    @Test
    void aClusterIsNotReadyAsAWholeWhileAPartIsAwayOrSilent() {
        assertThat(headline(state(ClusterState.Phase.READY, "etcd=running", "redis=running")))
                .isEqualTo("READY");
        assertThat(
                        headline(
                                state(
                                        ClusterState.Phase.READY,
                                        "etcd=" + Parts.SILENT,
                                        "redis=running",
                                        "database=ended with exit code 137; starting again")))
                .isEqualTo("READY but for etcd, database");
    }

    /** Parts come one after the other, and go so. */
    @Test
    void oneThatStartsOrStopsIsThat() {
        assertThat(headline(state(ClusterState.Phase.STARTING, "etcd=stopped")))
                .isEqualTo("STARTING");
        assertThat(headline(state(ClusterState.Phase.STOPPING, "etcd=stopped")))
                .isEqualTo("STOPPING");
    }

    @Test
    void whatTheApiServerSaysIsALine() {
        var busy =
                new KubernetesClientException(
                        "Failure executing: GET at: https://… Received status: Status(…, causes=[], group=null)",
                        429,
                        new StatusBuilder()
                                .withCode(429)
                                .withMessage("storage is (re)initializing")
                                .build());
        assertThat(StatusCommand.apiServer(busy))
                .isEqualTo("The API server answers 429: storage is (re)initializing");
        var away =
                new KubernetesClientException(
                        "Operation: [list] failed",
                        new IOException(new ConnectException("Connection refused")));
        assertThat(StatusCommand.apiServer(away))
                .isEqualTo("The API server does not answer: Connection refused");
    }
}
