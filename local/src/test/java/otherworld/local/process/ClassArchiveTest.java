package otherworld.local.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {
    private static final String WRITES = "-XX:+AutoCreateSharedArchive";

    @TempDir Path folder;

    @Test
    void oneOfTheRunningProcessesWritesAndOthersReadWhatIsThere() throws IOException {
        Path file = folder.resolve("program.jsa");
        ClassArchive archive = new ClassArchive(file);
        ClassArchive.Use first = archive.begin();
        assertThat(first.flags()).contains(WRITES);
        assertThat(archive.begin().flags()).isEmpty();
        Files.writeString(file, "archive");
        ClassArchive.Use second = archive.begin();
        assertThat(second.flags()).contains("-XX:SharedArchiveFile=" + file).doesNotContain(WRITES);
        second.end();
        assertThat(archive.begin().flags()).doesNotContain(WRITES);
        first.end();
        assertThat(archive.begin().flags()).contains(WRITES);
    }

    @Test
    void aTornOrForeignArchiveIsPassedOverInSilenceAndReplaced() throws Exception {
        Path file = folder.resolve("program.jsa");
        ClassArchive archive = new ClassArchive(file);
        assertThat(run(archive.writing())).isEqualTo("hello");
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        archive.begin();
        assertThat(run(archive.begin().flags())).as("reading half of it").isEqualTo("hello");
        assertThat(run(archive.writing())).as("writing it anew").isEqualTo("hello");
        assertThat(Files.size(file)).isGreaterThan(whole.length / 2);
        Files.writeString(file, "no archive at all");
        assertThat(run(archive.begin().flags())).isEqualTo("hello");
    }

    private String run(List<String> flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", jar().toString(), Hello.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said.strip();
    }

    /** An archive is of classes in jars alone. */
    private Path jar() throws IOException {
        Path jar = folder.resolve("hello.jar");
        if (!Files.exists(jar)) {
            String entry = Hello.class.getName().replace('.', '/') + ".class";
            try (InputStream program = Hello.class.getResourceAsStream("/" + entry);
                    JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
                out.putNextEntry(new JarEntry(entry));
                Objects.requireNonNull(program).transferTo(out);
            }
        }
        return jar;
    }

    /** A program. */
    static final class Hello {
        private Hello() {}

        public static void main(String[] arguments) {
            System.out.print("hello");
        }
    }
}
