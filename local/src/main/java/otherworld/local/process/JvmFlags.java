package otherworld.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The flags of each process's JVM as {@code deploy/jvm} has them: images hold the same files, and
 * what runs from a checkout reads them here, so that no flag stands in two places.
 *
 * @param folder with {@code common.args} and one file for each process
 */
public record JvmFlags(Path folder) {
    /**
     * On a machine that is not the process's own: the small collector for all, and the JVM's usual
     * share of what is there, not that of a container's limit.
     */
    private static final List<String> SHARED_MACHINE =
            List.of("-XX:+UseSerialGC", "-XX:MaxRAMPercentage=25");

    static JvmFlags of(Path root) {
        return new JvmFlags(root.resolve("deploy/jvm"));
    }

    /** Those of all processes, then those of {@code process}. */
    List<String> of(String process) {
        return Stream.of(read("common"), read(process), SHARED_MACHINE)
                .flatMap(List::stream)
                .toList();
    }

    /**
     * A line each; none has blanks or quotes, which argument files would treat in their own way.
     */
    private List<String> read(String name) {
        Path file = folder.resolve(name + ".args");
        try {
            return Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + file, e);
        }
    }
}
