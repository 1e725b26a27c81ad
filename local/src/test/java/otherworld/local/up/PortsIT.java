package otherworld.local.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsIT {
    @TempDir Path folder;

    @Test
    void keepsThePortsItChose() {
        Path file = folder.resolve("ports.properties");
        Ports chosen = Ports.loadOrChoose(file);
        Ports again = Ports.loadOrChoose(file);
        for (Ports.Use use : Ports.Use.values()) {
            assertThat(again.of(use)).isEqualTo(chosen.of(use)).isBetween(10_000, 19_999);
        }
    }

    @Test
    void namesThePortThatAnotherProcessTookAndTheWayOut() throws Exception {
        Path file = folder.resolve("ports.properties");
        Ports ports = Ports.loadOrChoose(file);
        int redis = ports.of(Ports.Use.REDIS);
        try (ServerSocket _ = new ServerSocket(redis, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> ports.requireFree(file))
                    .hasMessageContaining("port " + redis + ", meant for REDIS")
                    .hasMessageContaining("delete " + file);
        }
    }
}
