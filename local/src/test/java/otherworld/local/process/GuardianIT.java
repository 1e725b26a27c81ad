package otherworld.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of the children of a JVM that was killed. */
class GuardianIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir Path folder;

    /** A program that has one child, and what it did to its guardian. */
    static final class Parent {
        public static void main(String[] arguments) throws Exception {
            Path folder = Path.of(arguments[1]);
            Guardian.get().recordIn(folder.resolve("children"));
            ChildProcess.start(spec(folder));
            ProcessHandle first = Guardian.get().handle();
            first.destroyForcibly();
            first.onExit().join();
            if (arguments[0].equals("succeeded")) {
                while (Guardian.get().handle().equals(first)) {
                    Thread.sleep(10);
                }
                // Nor does a child that comes later notice.
                ChildProcess.start(spec(folder));
            }
            Files.writeString(folder.resolve("ready"), "");
            Runtime.getRuntime().halt(9);
        }
    }

    private static ProcessSpec spec(Path folder) {
        return ProcessSpec.of("child", folder, folder.resolve("log"), List.of("sleep", "600"));
    }

    @Test
    void oneThatIsKilledHasASuccessorWhoKnowsAllItKnew() throws Exception {
        run("succeeded");
        List<ProcessIdentity> children = Guardian.recorded(folder.resolve("children"));
        assertThat(children).hasSize(2);
        try {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(children).noneMatch(ProcessIdentity::isAlive));
        } finally {
            end(children);
        }
    }

    @Test
    void whoIsLeftWithoutOneIsRecorded() throws Exception {
        run("killed with it");
        List<ProcessIdentity> children = Guardian.recorded(folder.resolve("children"));
        try {
            assertThat(children).singleElement().matches(ProcessIdentity::isAlive);
        } finally {
            end(children);
        }
    }

    @Test
    void aRecordThatIsLostOrDamagedNamesNobody() throws Exception {
        Path record = folder.resolve("children");
        assertThat(Guardian.recorded(record)).isEmpty();
        Files.write(record, new byte[] {(byte) 0xff, 0, '1', ' ', '\n', '7', '\n'});
        assertThat(Guardian.recorded(record)).isEmpty();
        ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current()).orElseThrow();
        Files.writeString(record, "1 2\n" + self + "\n" + self.pid());
        assertThat(Guardian.recorded(record)).containsExactly(self);
    }

    private void run(String what) throws Exception {
        Process parent =
                new ProcessBuilder(
                                Build.javaProgram(
                                        System.getProperty("java.class.path"),
                                        Parent.class.getName(),
                                        List.of("-Xmx64m"),
                                        List.of(what, folder.toString())))
                        .inheritIO()
                        .start();
        assertThat(parent.waitFor()).isEqualTo(9);
        assertThat(folder.resolve("ready")).exists();
    }

    private static void end(List<ProcessIdentity> children) {
        children.stream()
                .flatMap(child -> child.live().stream())
                .forEach(ProcessHandle::destroyForcibly);
    }
}
