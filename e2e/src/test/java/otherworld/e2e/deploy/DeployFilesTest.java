package otherworld.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import otherworld.local.process.Build;

/** What the chart and the images repeat of other files is what those say. */
class DeployFilesTest {
    static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("otherworld.root")));

    /** With -Dregenerate the chart's copies are made anew. */
    @ParameterizedTest
    @CsvSource({
        "crds/src/main/resources/META-INF/fabric8/worlds.otherworld.dev-v1.yml, world-crd.yaml",
        "operator/src/main/resources/otherworld/operator/rbac.yaml, operator-rbac.yaml",
        "deploy/processes.yaml, processes.yaml",
    })
    void theChartsCopiesAreTheOriginals(String original, String copy) throws IOException {
        Path file = ROOT.resolve("charts/otherworld/files").resolve(copy);
        String text = read(original);
        if (System.getProperty("regenerate") != null) {
            Files.writeString(file, text);
        }
        assertThat(Files.readString(file)).as("copy it: cp %s %s", original, file).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"operator", "matchmaker", "instance-server", "migrations", "supervisor"})
    void theLocalClusterStartsEachProcessWithTheFlagsOfItsImage(String process) throws IOException {
        assertThat(new Build(ROOT).jvmFlags(process))
                .startsWith(flags("common").toArray(String[]::new))
                .containsAll(flags(process))
                .allMatch(flag -> flag.matches("-[^\\s\"']+"), "one word a line");
    }

    /** Each flag of the run specification stands there and nowhere else. */
    @Test
    void noOtherFileTypesAFlagOfTheRunSpecification() throws IOException {
        assertThat(read("otherworld")).doesNotContain(flags("common"));
        Set<String> typed = new TreeSet<>();
        for (String module : List.of("local", "benchmarks")) {
            try (Stream<Path> sources = Files.walk(ROOT.resolve(module + "/src/main/java"))) {
                for (Path source : sources.filter(Files::isRegularFile).toList()) {
                    String text = Files.readString(source);
                    flags("instance-server").stream()
                            .filter(flag -> !flag.equals("-XX:+UseSerialGC"))
                            .filter(text::contains)
                            .forEach(flag -> typed.add(ROOT.relativize(source) + " " + flag));
                }
            }
        }
        assertThat(typed).isEmpty();
    }

    @Test
    void everyProcessEndsWhenItsMemoryDoesAndNeedsNoWritableFolder() throws IOException {
        assertThat(flags("common"))
                .contains(
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:MaxRAMPercentage=70",
                        "-XX:-UsePerfData");
    }

    /** The chart's images are those of this checkout, unless somebody says otherwise. */
    @Test
    void theChartInstallsTheVersionThatIsBuilt() throws IOException {
        Matcher version =
                Pattern.compile("<artifactId>otherworld</artifactId>\\s*<version>([^<]+)</version>")
                        .matcher(read("pom.xml"));
        assertThat(version.find()).isTrue();
        assertThat(read("charts/otherworld/Chart.yaml"))
                .contains("appVersion: " + version.group(1));
    }

    private static List<String> flags(String process) throws IOException {
        return read("deploy/jvm/%s.args".formatted(process))
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }

    static String read(String file) throws IOException {
        return Files.readString(ROOT.resolve(file));
    }
}
