package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import otherworld.ops.ExitCode;

/** An instance that cannot listen ends, and has contended for nothing; the next one hosts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PortsIT {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private Backend backend;

    @BeforeAll
    void start() {
        backend = new Backend();
    }

    @AfterAll
    void stop() {
        backend.close();
    }

    @Test
    void withAnyOfItsPortsTakenItEndsAndHasTakenNoLease() throws Exception {
        try (ServerSocket tcp = new ServerSocket(0, 1, LOOPBACK)) {
            ends("OTHERWORLD_PORT", tcp.getLocalPort(), "cannot listen on 127.0.0.1:");
            ends("OTHERWORLD_MANAGEMENT_PORT", tcp.getLocalPort(), "OTHERWORLD_MANAGEMENT_PORT");
        }
        try (DatagramSocket udp = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            ends("OTHERWORLD_PORT", udp.getLocalPort(), "cannot listen on UDP 127.0.0.1:");
            Map<String, String> withoutWebRtc =
                    Map.of(
                            "OTHERWORLD_PORT",
                            Integer.toString(udp.getLocalPort()),
                            "OTHERWORLD_WEBRTC",
                            "false");
            try (InstanceProcess instance =
                    InstanceProcess.start(backend, "pod-without", withoutWebRtc)) {
                instance.awaitReady();
                assertThat(instance.metric("otherworld_instance_epoch"))
                        .as("nobody had the lease before")
                        .isEqualTo(1);
            }
        }
    }

    private void ends(String setting, int port, String says) throws IOException {
        try (InstanceProcess instance =
                InstanceProcess.start(backend, "pod-1", Map.of(setting, Integer.toString(port)))) {
            await().atMost(Duration.ofSeconds(30)).until(() -> !instance.process.isAlive());
            assertThat(instance.process.onExit().join())
                    .as(instance.log())
                    .isEqualTo(ExitCode.PORT_TAKEN);
            assertThat(instance.log()).contains(says, Integer.toString(port));
        }
    }
}
