package otherworld.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The JDK finder of {@code mvnw} and {@code otherworld}, on fake JDKs. The script under test looks
 * for release 99, which no machine has, so that the machine's own JDKs do not answer for the fakes.
 */
class JdkFinderTest {
    @TempDir Path folder;
    private Path script;

    @BeforeEach
    void wantRelease99() throws IOException {
        Path root = Path.of(Objects.requireNonNull(System.getProperty("otherworld.root")));
        script = folder.resolve("find-jdk.sh");
        String text = Files.readString(root.resolve("tools/find-jdk.sh"));
        assertThat(text).contains("ow_jdk_feature=25");
        Files.writeString(script, text.replace("ow_jdk_feature=25", "ow_jdk_feature=99"));
    }

    @Test
    void saysInOneLineWhatToInstallWhereThereIsNone() throws Exception {
        Answer answer = find(Map.of());
        assertThat(answer.status).isEqualTo(1);
        assertThat(answer.output.lines()).hasSize(1);
        assertThat(answer.output).contains("no JDK 99 found", "install", "JAVA_HOME");
    }

    @Test
    void takesJavaHomeFirst() throws Exception {
        Path wanted = jdk("anywhere/jdk", "99.0.3");
        jdk("home/.sdkman/candidates/java/99-tem", "99.0.1");
        assertThat(find(Map.of("JAVA_HOME", wanted.toString())).output.strip())
                .isEqualTo(wanted.toString());
    }

    @Test
    void passesOverAJavaHomeOfAnotherRelease() throws Exception {
        Path old = jdk("old", "17.0.15");
        Path sdkman = jdk("home/.sdkman/candidates/java/99-tem", "99");
        assertThat(find(Map.of("JAVA_HOME", old.toString())).output.strip())
                .isEqualTo(sdkman.toString());
    }

    @Test
    void doesNotTake990For99() throws Exception {
        jdk("home/.jdks/newer", "990.0.1");
        assertThat(find(Map.of()).status).isEqualTo(1);
    }

    @Test
    void passesOverARuntimeWithoutACompiler() throws Exception {
        Path runtime = jdk("home/.jdks/jre", "99.0.1");
        Files.delete(runtime.resolve("bin/javac"));
        assertThat(find(Map.of()).status).isEqualTo(1);
    }

    @Test
    void followsTheJavaOnPathThroughLinks() throws Exception {
        Path wanted = jdk("opt/jdk-99", "99.0.1");
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("java"), wanted.resolve("bin/java"));
        String path = bin + ":" + System.getenv("PATH");
        assertThat(find(Map.of("PATH", path)).output.strip())
                .isEqualTo(wanted.toRealPath().toString());
    }

    @Test
    void findsAJdkInAFolderWithSpaces() throws Exception {
        Path wanted = jdk("my tools/jdk 99", "99.0.1");
        assertThat(find(Map.of("JAVA_HOME", wanted.toString())).output.strip())
                .isEqualTo(wanted.toString());
    }

    private Path jdk(String place, String version) throws IOException {
        Path home = folder.resolve(place);
        Path bin = Files.createDirectories(home.resolve("bin"));
        for (String program : new String[] {"java", "javac"}) {
            Path file = Files.writeString(bin.resolve(program), "#!/bin/sh\n");
            assertThat(file.toFile().setExecutable(true)).isTrue();
        }
        Files.writeString(
                home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private record Answer(int status, String output) {}

    private Answer find(Map<String, String> environment) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                ". \"$1\" && echo \"$JAVA_HOME\"",
                                "sh",
                                script.toString())
                        .redirectErrorStream(true);
        Map<String, String> clean = new HashMap<>(environment);
        clean.putIfAbsent("PATH", "/usr/bin:/bin");
        clean.put("HOME", folder.resolve("home").toString());
        builder.environment().keySet().retainAll(java.util.Set.of("LANG"));
        builder.environment().putAll(clean);
        Process process = builder.start();
        String output =
                new String(
                        process.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new Answer(process.exitValue(), output);
    }
}
