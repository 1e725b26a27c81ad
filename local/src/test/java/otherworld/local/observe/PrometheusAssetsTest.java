package otherworld.local.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.local.files.ProjectRoot;
import otherworld.local.process.Programs;

/** {@code tools/prometheus/prometheus-assets} on machines that have less than this one. */
class PrometheusAssetsTest {
    private static final List<String> TOOLS =
            List.of(
                    "bash",
                    "cat",
                    "cut",
                    "date",
                    "dirname",
                    "head",
                    "ln",
                    "mkdir",
                    "mktemp",
                    "mv",
                    "readlink",
                    "rm",
                    "sed",
                    "sha256sum",
                    "sleep",
                    "tail",
                    "tr",
                    "uname",
                    "wc",
                    "chmod");

    @TempDir Path folder;

    private record Answer(int status, String text) {}

    @Test
    void whereThereIsNothingToGetThemFromItSaysWhatToDo() throws Exception {
        Answer answer = ask("");
        assertThat(answer.status()).isEqualTo(3);
        assertThat(answer.text()).contains("on PATH", "install Go").doesNotContain("not found");
    }

    @Test
    void askedOnlyWhetherTheyAreThereItIsQuiet() throws Exception {
        assertThat(ask("never")).isEqualTo(new Answer(1, ""));
    }

    @Test
    void thoseOnPathAreTakenIfAllAreNewEnough() throws Exception {
        program("prometheus", "prometheus, version 3.5.0 (branch: HEAD)");
        program("promtool", "promtool, version 3.5.0 (branch: HEAD)");
        program("prometheus-alertmanager", "alertmanager, version 0.28.1 (branch: HEAD)");
        Answer answer = ask("");
        assertThat(answer.status()).as(answer.text()).isZero();
        assertThat(answer.text().lines())
                .containsExactly(
                        bin().resolve("prometheus").toString(),
                        bin().resolve("promtool").toString(),
                        bin().resolve("prometheus-alertmanager").toString());
        program("promtool", "promtool, version 2.15.2 (branch: HEAD)");
        answer = ask("");
        assertThat(answer.status()).isEqualTo(3);
        assertThat(answer.text()).contains("its version is '2.15.2', at least 2.42 is needed");
    }

    private Path bin() {
        return folder.resolve("bin");
    }

    private void program(String name, String version) throws IOException {
        Files.createDirectories(bin());
        Path file = bin().resolve(name);
        Files.writeString(file, "#!/bin/bash\necho '%s'\n".formatted(version));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Answer ask(String fetch) throws IOException, InterruptedException {
        Files.createDirectories(bin());
        for (String tool : TOOLS) {
            Path link = bin().resolve(tool);
            if (!Files.exists(link)) {
                Files.createSymbolicLink(link, Programs.find(tool).orElseThrow());
            }
        }
        ProcessBuilder builder =
                new ProcessBuilder(
                                bin().resolve("bash").toString(),
                                ProjectRoot.find()
                                        .resolve("tools/prometheus/prometheus-assets")
                                        .toString())
                        .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", bin().toString());
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("OTHERWORLD_PROMETHEUS_FETCH", fetch);
        Process process = builder.start();
        process.getOutputStream().close();
        String text =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return new Answer(process.waitFor(), text);
    }
}
