package otherworld.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import otherworld.local.files.ProjectRoot;

/** A JVM that has run out of memory ends, whoever starts it. */
class OutOfMemoryIT {
    /** HotSpot's own for ExitOnOutOfMemoryError. */
    private static final int EXIT = 3;

    static Stream<List<String>> flags() {
        return Stream.of(
                List.of("-Xmx16m", "-XX:+UseSerialGC"), // parts of up, bots, benchmarks
                ProcessJvm.instance(20));
    }

    @ParameterizedTest
    @MethodSource("flags")
    void endsInsteadOfGoingOnWithoutAThread(List<String> flags) throws Exception {
        Process process =
                new ProcessBuilder(
                                Build.javaProgram(
                                        System.getProperty("java.class.path"),
                                        Hoarder.class.getName(),
                                        flags,
                                        List.of()))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(EXIT);
        assertThat(said).contains("Terminating due to java.lang.OutOfMemoryError");
    }

    /** What does not start its programs through {@link Build}. */
    @Test
    void theLauncherSaysSoToo() throws IOException {
        assertThat(ProjectRoot.find().resolve("otherworld"))
                .content()
                .contains("bin/java\" @\"$root/deploy/jvm/common.args\"");
        assertThat(Build.ofThisCheckout().jvmFlags("supervisor"))
                .contains("-XX:+ExitOnOutOfMemoryError");
    }

    /** Runs out of memory on a thread that nobody waits for. */
    static final class Hoarder {
        private Hoarder() {}

        public static void main(String[] arguments) throws InterruptedException {
            Thread hoarding = new Thread(Hoarder::hoard);
            hoarding.start();
            Thread.sleep(60_000);
        }

        private static void hoard() {
            java.util.ArrayList<byte[]> all = new java.util.ArrayList<>();
            while (all.size() < 1_000_000) {
                all.add(new byte[1 << 20]);
            }
        }
    }
}
