package otherworld.local.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.local.process.TrainedCaches;

class StartUpCacheTest {
    private static final List<String> FLAGS = List.of("-Xmn16m");

    @TempDir Path folder;

    @Test
    void namesAnArchiveAfterTheBuildAndDeletesThoseOfOlderBuilds() throws IOException {
        Path jar = Files.writeString(folder.resolve("a.jar"), "one");
        StartUpCache cache =
                new StartUpCache(
                        folder.resolve("startup"), new TrainedCaches(folder.resolve("trained")));
        Path first = archive(cache, jar);
        assertThat(archive(cache, jar)).isEqualTo(first);
        Files.writeString(first, "archive");
        Path others = Files.writeString(first.resolveSibling("matchmaker-0.jsa"), "archive");
        Files.writeString(jar, "another build");
        assertThat(archive(cache, jar)).isNotEqualTo(first);
        assertThat(first).doesNotExist();
        assertThat(others).exists();
    }

    @Test
    void aTrainedCacheOfTheSameBuildAndFlagsIsUsedAndNoOther() throws IOException {
        Path jar = Files.writeString(folder.resolve("a.jar"), "one");
        TrainedCaches trained = new TrainedCaches(Files.createDirectory(folder.resolve("trained")));
        StartUpCache cache = new StartUpCache(folder.resolve("startup"), trained);
        Path made = Files.writeString(trained.file("operator", jar.toString(), FLAGS), "cache");
        assertThat(cache.flags("operator", jar.toString(), FLAGS)).contains("-XX:AOTCache=" + made);
        assertThat(cache.archive("operator", jar.toString(), FLAGS).begin().flags())
                .contains("-XX:AOTCache=" + made);
        assertThat(cache.flags("operator", jar.toString(), List.of("-Xmn32m")))
                .contains("-XX:+AutoCreateSharedArchive");
        assertThat(cache.flags("matchmaker", jar.toString(), FLAGS))
                .contains("-XX:+AutoCreateSharedArchive");
        Files.writeString(jar, "another build");
        assertThat(cache.flags("operator", jar.toString(), FLAGS))
                .contains("-XX:+AutoCreateSharedArchive");
        trained.keepOnly("operator", trained.file("operator", jar.toString(), FLAGS));
        assertThat(made).doesNotExist();
    }

    private static Path archive(StartUpCache cache, Path jar) {
        String prefix = "-XX:SharedArchiveFile=";
        return cache.flags("operator", jar.toString(), FLAGS).stream()
                .filter(flag -> flag.startsWith(prefix))
                .map(flag -> Path.of(flag.substring(prefix.length())))
                .findFirst()
                .orElseThrow();
    }
}
