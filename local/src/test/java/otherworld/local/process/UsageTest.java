package otherworld.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UsageTest {
    @Test
    void tellsWhatAProcessTakesWhileItRuns() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "Linux");
        Process busy = new ProcessBuilder("sh", "-c", "while :; do :; done").start();
        try {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> Usage.cpuSeconds(busy.pid()).orElse(0) >= 0.05);
            assertThat(Usage.residentKib(busy.pid()).orElseThrow()).isBetween(100L, 100_000L);
        } finally {
            busy.destroyForcibly();
        }
        assertThat(busy.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Usage.residentKib(busy.pid())).isEmpty();
        assertThat(Usage.cpuSeconds(busy.pid())).isEmpty();
    }
}
