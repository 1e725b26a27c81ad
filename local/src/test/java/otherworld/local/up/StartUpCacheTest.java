package otherworld.local.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartUpCacheTest {
    @TempDir Path folder;

    @Test
    void namesAnArchiveAfterTheBuildAndDeletesThoseOfOlderBuilds() throws IOException {
        Path jar = Files.writeString(folder.resolve("a.jar"), "one");
        StartUpCache cache = new StartUpCache(folder.resolve("startup"));
        Path first = archive(cache, jar);
        assertThat(archive(cache, jar)).isEqualTo(first);
        Files.writeString(first, "archive");
        Path others = Files.writeString(first.resolveSibling("matchmaker-0.jsa"), "archive");
        Files.writeString(jar, "another build");
        assertThat(archive(cache, jar)).isNotEqualTo(first);
        assertThat(first).doesNotExist();
        assertThat(others).exists();
    }

    private static Path archive(StartUpCache cache, Path jar) {
        String prefix = "-XX:SharedArchiveFile=";
        return cache.flags("operator", jar.toString()).stream()
                .filter(flag -> flag.startsWith(prefix))
                .map(flag -> Path.of(flag.substring(prefix.length())))
                .findFirst()
                .orElseThrow();
    }
}
