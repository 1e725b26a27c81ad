package otherworld.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class EndingsIT {
    @TempDir Path folder;

    /**
     * sleep(1) takes the place of the shell and never asks for the exit code of the child that it
     * has from it.
     */
    @Test
    @EnabledOnOs(OS.LINUX)
    void whoHasEndedAndWasNotAskedForItsExitCodeDoesNotRun() throws Exception {
        try (ChildProcess parent =
                ChildProcess.start(
                        ProcessSpec.of(
                                "parent",
                                folder,
                                folder.resolve("log"),
                                List.of("bash", "-c", "sleep 0.5 & exec sleep 600")))) {
            ProcessHandle self = ProcessHandle.of(parent.pid()).orElseThrow();
            ProcessHandle child =
                    await().until(() -> self.children().findFirst().orElse(null), it -> it != null);
            ProcessIdentity identity = ProcessIdentity.of(child).orElseThrow();
            assertThat(identity.isAlive()).isTrue();
            assertThat(Endings.await(List.of(child), Duration.ofSeconds(20))).isTrue();
            assertThat(child.isAlive()).as("to the JDK").isTrue();
            assertThat(identity.isAlive()).isFalse();
            assertThat(Endings.await(List.of(self, child), Duration.ofMillis(50))).isFalse();
        }
    }
}
