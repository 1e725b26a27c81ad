package otherworld.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedJarsTest {
    @TempDir private Path folder;
    private Path jar = Path.of("");
    private Path list = Path.of("");

    @BeforeEach
    void write() throws IOException {
        jar = Files.writeString(folder.resolve("a.jar"), "12345");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.ofEpochSecond(1)));
        list = Files.writeString(folder.resolve("list"), jar + " 5 1\n");
    }

    @Test
    void theJarsOfTheCacheAreTaken() {
        assertThat(CachedJars.changed(list)).isEmpty();
        assertThat(System.getProperty(CachedJars.PROPERTY)).isNull();
        assertThat(CachedJars.changed()).isEmpty();
    }

    @Test
    void anotherSizeOrTimeOrNoJarAtAllIsRefused() throws IOException {
        Files.setLastModifiedTime(jar, FileTime.from(Instant.ofEpochSecond(2)));
        assertThat(CachedJars.changed(list)).hasValueSatisfying(CachedJarsTest::namesIt);
        Files.writeString(jar, "123456");
        Files.setLastModifiedTime(jar, FileTime.from(Instant.ofEpochSecond(1)));
        assertThat(CachedJars.changed(list)).hasValueSatisfying(CachedJarsTest::namesIt);
        Files.delete(jar);
        assertThat(CachedJars.changed(list)).hasValueSatisfying(CachedJarsTest::namesIt);
    }

    private static void namesIt(String why) {
        assertThat(why).contains("a.jar", "/start/start.args");
    }
}
