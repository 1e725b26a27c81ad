package otherworld.local.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.local.process.FreePorts;
import otherworld.local.process.StartFailed;

/** With the real programs; left out, loudly, where they were never fetched. */
class PrometheusServerIT {
    @TempDir Path folder;

    private PrometheusAssets assets;

    @BeforeEach
    void find() {
        Optional<PrometheusAssets> there = PrometheusAssets.findThere();
        assumeTrue(
                there.isPresent(),
                "Prometheus is not here: tools/prometheus/prometheus-assets fetches it");
        assets = there.orElseThrow();
    }

    @Test
    void itStartsWithTheRulesOfAFolderWhoseNameIsNoneForYaml() throws IOException {
        Path rules = Files.createDirectories(folder.resolve("o'rules #1: {x}"));
        Files.writeString(
                rules.resolve("a.yaml"),
                "groups: [{name: a, rules: [{record: 'otherworld:players:sum', expr: vector(1)}]}]");
        try (PrometheusServer prometheus = start(rules)) {
            assertThat(prometheus.service().isResponsive()).isTrue();
        }
    }

    @Test
    void aRuleThatIsWrongIsToldInPromtoolsWords() throws IOException {
        Path rules = Files.createDirectories(folder.resolve("rules"));
        Files.writeString(
                rules.resolve("a.yaml"),
                "groups: [{name: a, rules: [{record: 'x', expr: 'sum(('}]}]");
        assertThatThrownBy(() -> start(rules).close())
                .isInstanceOf(StartFailed.class)
                .hasMessageContaining("promtool refuses")
                .hasMessageContaining("a.yaml");
    }

    @Test
    void dataThatItCannotReadIsPutAside() throws IOException {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("wal"), "a file where a folder should be");
        try (PrometheusServer prometheus = start(folder.resolve("none"))) {
            assertThat(prometheus.service().isResponsive()).isTrue();
        }
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("data.unusable"));
        }
    }

    @Test
    void alertmanagerStartsAlone() throws IOException {
        try (AlertmanagerServer alertmanager =
                AlertmanagerServer.start(
                        assets,
                        Files.createDirectories(folder.resolve("alertmanager")),
                        folder.resolve("alertmanager.log"),
                        FreePorts.next())) {
            assertThat(alertmanager.service().isResponsive()).isTrue();
        }
    }

    private PrometheusServer start(Path rules) {
        int port = FreePorts.next();
        return PrometheusServer.start(
                assets,
                folder,
                folder.resolve("prometheus.log"),
                port,
                new LocalTargets(
                                rules,
                                folder.resolve("targets.json"),
                                port,
                                1,
                                2,
                                3,
                                OptionalInt.empty())
                        .configuration());
    }
}
