package otherworld.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds records, codecs and tables to protocol/schema; {@code -Dregenerate} writes them anew. */
class GeneratedFilesTest {
    private static final Path ROOT = Path.of("..");

    @Test
    void whatComesFromTheSchemaIsWhatItSays() throws IOException {
        if (System.getProperty("regenerate") != null) {
            Generate.main(new String[] {ROOT.toString()});
        }
        List<Path> stale =
                Generate.files(ROOT, Generate.schema(ROOT)).entrySet().stream()
                        .filter(f -> !Generate.isCurrent(ROOT.resolve(f.getKey()), f.getValue()))
                        .map(file -> file.getKey())
                        .toList();
        assertThat(stale)
                .as("not what the schema says; its first lines say how to regenerate them")
                .isEmpty();
    }

    /** A message that was taken out of the schema leaves its record behind. */
    @Test
    void everyGeneratedRecordIsInTheSchema() throws IOException {
        try (Stream<Path> sources = Files.list(Path.of("src/main/java/otherworld/protocol"))) {
            assertThat(
                            sources.filter(Files::isRegularFile)
                                    .filter(GeneratedFilesTest::isGenerated)
                                    .map(Path::getFileName))
                    .map(Path::toString)
                    .containsExactlyInAnyOrderElementsOf(
                            JavaSources.of(Generate.schema(ROOT)).keySet());
        }
    }

    private static boolean isGenerated(Path source) {
        try {
            return Files.readString(source).startsWith("// Generated from");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
