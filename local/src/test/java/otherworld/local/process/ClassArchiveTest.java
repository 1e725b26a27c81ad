package otherworld.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {
    private static final String WRITES = "-XX:+AutoCreateSharedArchive";

    @TempDir Path folder;

    @Test
    void oneOfTheRunningProcessesWritesAndOthersReadWhatIsThere() throws IOException {
        Path file = folder.resolve("program.jsa");
        ClassArchive archive = new ClassArchive(file);
        Object first = new Object();
        Object second = new Object();
        assertThat(archive.begin(first)).contains(WRITES);
        assertThat(archive.begin(second)).isEmpty();
        Files.writeString(file, "archive");
        assertThat(archive.begin(second))
                .contains("-XX:SharedArchiveFile=" + file)
                .doesNotContain(WRITES);
        archive.ended(second);
        assertThat(archive.begin(new Object())).doesNotContain(WRITES);
        archive.ended(first);
        assertThat(archive.begin(second)).contains(WRITES);
    }

    @Test
    void aTornOrForeignArchiveIsPassedOverInSilenceAndReplaced() throws Exception {
        Path file = folder.resolve("program.jsa");
        ClassArchive archive = new ClassArchive(file);
        assertThat(run(archive.writing())).isEqualTo("hello");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
        archive.begin(this);
        assertThat(run(archive.begin(new Object()))).as("reading half of it").isEqualTo("hello");
        assertThat(run(archive.writing())).as("writing it anew").isEqualTo("hello");
        assertThat(Files.size(file)).isGreaterThan(whole.length / 2);
        Files.writeString(file, "no archive at all");
        assertThat(run(archive.begin(new Object()))).isEqualTo("hello");
    }

    private static String run(List<String> flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), Hello.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said.strip();
    }

    /** A program. */
    static final class Hello {
        private Hello() {}

        public static void main(String[] arguments) {
            System.out.print("hello");
        }
    }
}
