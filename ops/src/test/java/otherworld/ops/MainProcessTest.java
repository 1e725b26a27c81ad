package otherworld.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a cluster sees of a process: its exit code. */
class MainProcessTest {
    private static final long LIMIT_S = 30;

    /** The process: closes as its argument tells. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) {
            MainProcess.run("program", Map.of(), (settings, exit) -> () -> close(arguments[0]));
        }

        private static void close(String how) throws IOException {
            switch (how) {
                case "exception" -> throw new IOException("cannot");
                case "error" -> throw new StackOverflowError();
                default -> {}
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"well, 0", "exception, 1", "error, 1"})
    void sigtermEndsItWithACodeOfItsOwn(String how, int code) throws Exception {
        assertThat(exitCode(how)).isEqualTo(code);
    }

    /** The JVM would say 143 of every SIGTERM; ours must be first each time. */
    @Test
    void theCodeOfTheSignalNeverWins() throws Exception {
        for (int i = 0; i < 10; i++) {
            assertThat(exitCode("well")).isEqualTo(ExitCode.OK);
        }
    }

    private static int exitCode(String how) throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Program.class.getName(),
                                how)
                        .redirectErrorStream(true)
                        .start();
        try (var output = process.inputReader()) {
            String line = output.readLine();
            while (line != null && !line.contains("program started")) {
                line = output.readLine();
            }
            process.toHandle().destroy(); // SIGTERM; the process' own would close the stream
            assertThat(process.waitFor(LIMIT_S, TimeUnit.SECONDS)).as("it ends").isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }
}
