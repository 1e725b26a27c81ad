package otherworld.local.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import otherworld.local.files.Trees;
import otherworld.local.process.ProcessIdentity;

class ToldStateTest {
    @TempDir Path folder;

    private final ClusterState state =
            new ClusterState(
                    new ProcessIdentity(1, Instant.EPOCH),
                    ClusterState.Phase.READY,
                    "",
                    "PostgreSQL 18",
                    List.of());

    @Test
    void whatCannotBeWrittenHarmsNobodyAndIsWrittenOnceItCan() throws IOException {
        Home home = new Home(folder.resolve("home"));
        Files.createFile(home.folder()); // nothing can be written below a file
        ToldState told = new ToldState(home);
        told.write(state);
        Files.delete(home.folder());
        told.write(state);
        assertThat(ClusterState.read(home.state())).contains(state);
    }

    @Test
    void whatOthersDeleteOrOverwriteComesBack() throws IOException {
        Home home = new Home(folder);
        ToldState told = new ToldState(home);
        told.write(state);
        Files.writeString(home.state(), "garbage");
        told.write(state);
        assertThat(ClusterState.read(home.state())).contains(state);
        Trees.delete(home.run());
        told.write(state);
        assertThat(ClusterState.read(home.state())).contains(state);
    }

    /** Another account's cluster, say: that it does not run is not known. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void whatCannotBeReadIsNotNothing() throws IOException {
        Path file = Files.createSymbolicLink(folder.resolve("state"), Path.of("/proc/self/mem"));
        assertThatThrownBy(() -> ClusterState.ofLiving(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("Could not read " + file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "[]",
                "7",
                "{\"supervisor\": null, \"phase\": \"READY\"}",
                "{\"supervisor\": {\"pid\": 1, \"startedAt\": null}, \"phase\": \"READY\", \"detail\": \"\", \"database\": \"\", \"parts\": []}",
                "{\"supervisor\": {\"pid\": -1, \"startedAt\": \"2026-01-01T00:00:00Z\"}, \"phase\": \"READY\", \"detail\": \"\", \"database\": \"\", \"parts\": [null]}",
                "{\"supervisor\": {\"pid\": -1, \"startedAt\": \"2026-01-01T00:00:00Z\"}, \"phase\": \"READY\", \"detail\": \"\", \"database\": \"\", \"parts\": [{}]}"
            })
    void whatIsNoStateIsNone(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("state.json"), text);
        assertThat(ClusterState.read(file)).isEmpty();
        assertThat(ClusterState.ofLiving(file)).isEmpty();
    }
}
