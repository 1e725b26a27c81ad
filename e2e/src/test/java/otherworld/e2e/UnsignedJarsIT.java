package otherworld.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What programs are run from has no signatures, however often it was built before: classes of a
 * signed jar stay out of class archives and AOT caches, and an instance's first WebRTC peers time
 * out while they are read, digested and verified (docs/decisions/0013-unsigned-jars.md).
 */
class UnsignedJarsIT {
    private static final Path ROOT =
            Path.of(Objects.requireNonNull(System.getProperty("otherworld.root")));

    @ParameterizedTest
    @ValueSource(strings = {"bots", "gateway", "instance-server", "local", "matchmaker"})
    void noneOfBouncyCastlesIsSigned(String module) throws IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.list(ROOT.resolve(module).resolve("target/lib"))) {
            jars = files.filter(file -> file.getFileName().toString().startsWith("bc")).toList();
        }
        assertThat(jars).as("Bouncy Castle's").isNotEmpty();
        assertThat(jars)
                .allSatisfy(jar -> assertThat(signatures(jar)).as(jar.toString()).isEmpty());
    }

    private static List<String> signatures(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile(), /* verify= */ false)) {
            return file.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith("META-INF/") && name.endsWith(".SF"))
                    .toList();
        }
    }
}
