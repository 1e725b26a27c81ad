package otherworld.local.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.local.process.Build;

/** A supervisor that cannot do its work ends, and says why. */
class SupervisorIT {
    @TempDir Path folder;

    @Test
    void whatItCannotWriteAtItsStartEndsItAndIsTold() throws Exception {
        Home home = new Home(folder);
        home.create();
        Files.createDirectory(home.progress()); // where a file should be
        ProcessBuilder builder =
                new ProcessBuilder(
                                Build.javaProgram(
                                        System.getProperty("java.class.path"),
                                        Supervisor.class.getName(),
                                        List.of("-Xmx64m"),
                                        List.of()))
                        .redirectErrorStream(true)
                        .redirectOutput(home.log("supervisor").toFile());
        builder.environment().put("OTHERWORLD_HOME", folder.toString());
        Process supervisor = builder.start();
        try {
            assertThat(supervisor.waitFor(30, TimeUnit.SECONDS)).as("it ends").isTrue();
        } finally {
            supervisor.destroyForcibly();
        }
        assertThat(supervisor.exitValue()).isEqualTo(1);
        assertThat(ClusterState.read(home.state()))
                .hasValueSatisfying(state -> {
                    assertThat(state.phase()).isEqualTo(ClusterState.Phase.FAILED);
                    assertThat(state.detail()).contains("Could not write", "run/progress");
                });
    }
}
