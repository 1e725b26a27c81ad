package otherworld.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code ./otherworld up} does before there is anything to run: progress, failures, and
 * Ctrl-C. A fake {@code kube-assets} and a fake {@code mvnw} take as long as they are told, and
 * note their processes.
 */
class LauncherTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;
    private Path root;

    record Answer(int status, String output, String errors) {}

    @BeforeEach
    void fakeCheckout() throws IOException {
        Path checkout = Path.of(Objects.requireNonNull(System.getProperty("otherworld.root")));
        root = folder.resolve("söurce");
        Files.createDirectories(root.resolve("tools/kube"));
        Files.createDirectories(root.resolve("tools/jdk"));
        for (String name : List.of("otherworld", "tools/find-jdk.sh", "tools/progress.sh")) {
            Files.copy(checkout.resolve(name), root.resolve(name));
        }
        Files.writeString(root.resolve("pom.xml"), "");
        Path java = Files.createDirectories(folder.resolve("jdk/bin"));
        program(java.resolve("javac"), "");
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.3\"\n");
        java(":");
        kube("");
        maven("");
    }

    @Test
    void tellsEachStepWithWhatIsDoneOfWhat() throws Exception {
        Answer answer = finish(start());
        assertThat(answer.status).as(answer.errors).isZero();
        assertThat(answer.output)
                .startsWith("java ran, step 3 of 3, ")
                .contains("-Dotherworld.columns=0");
        assertThat(answer.errors.lines().toList())
                .hasSize(5)
                .satisfies(lines -> {
                    assertThat(lines.get(0))
                            .startsWith("step 1 of 3: Kubernetes' programs")
                            .contains("Otherworld from source", "150 MB");
                    assertThat(lines.get(1)).isEqualTo("kube-assets: says why");
                    assertThat(lines.get(2)).matches("step 1 of 3: done, \\d+ s");
                    assertThat(lines.get(3)).startsWith("step 2 of 3: start-up caches");
                    assertThat(lines.get(4)).matches("step 2 of 3: done, \\d+ s");
                });
        assertThat(answer.errors).doesNotContain("\033", "\r");
        assertNothingIsLeft();
    }

    @Test
    void drawsOneLineOnATerminal() throws Exception {
        Answer answer = finish(startOnATerminal());
        assertThat(answer.status).as(answer.output).isZero();
        assertThat(answer.output)
                .contains("\r\033[Kstep 1 of 3, ")
                .contains("Kubernetes: 1 of 4 packages")
                .contains("Otherworld: 2 of 3 modules, 3 MB fetched")
                .contains("\r\033[Kstep 1 of 3: done, ")
                .contains("-Dotherworld.columns=200");
        for (String drawn : answer.output.split("\r\033\\[K", -1)) {
            assertThat(drawn.lines().findFirst().orElse("")).hasSizeLessThan(200);
        }
    }

    @Test
    void aFailedBuildEndsTheOtherAndSaysWhy() throws Exception {
        kube("exec sleep 300");
        maven("echo '[INFO] noise'; echo '[ERROR] Main.java:[3,1] ; expected'; exit 1");
        Answer answer = finish(start());
        assertThat(answer.status).isEqualTo(1);
        assertThat(answer.errors)
                .contains("[ERROR] Main.java:[3,1] ; expected", "the build failed", "build.log")
                .doesNotContain("noise");
        assertNothingIsLeft();
    }

    @Test
    void kubernetesProgramsThatCannotBeHadEndTheBuild() throws Exception {
        kube("echo 'kube-assets: no source has etcd' >&2; exit 1");
        maven("exec sleep 300");
        Answer answer = finish(start());
        assertThat(answer.status).isEqualTo(1);
        assertThat(answer.errors)
                .contains("no source has etcd", "could not get Kubernetes' programs");
        assertNothingIsLeft();
    }

    @Test
    void sigtermStopsAllThatWasBegunAndSaysSo() throws Exception {
        kube("sleep 300 & sleep 301 & wait"); // compilers of Go, say
        maven("exec sleep 300");
        Process process = start();
        awaitBegun(2);
        process.toHandle().destroy(); // and leaves its output readable
        Answer answer = finish(process);
        assertThat(answer.status).isEqualTo(143);
        assertThat(answer.errors).contains("interrupted; stopping what it began", "is stopped");
        assertNothingIsLeft();
    }

    @Test
    void ctrlCStopsAllThatWasBegunAndSaysSo() throws Exception {
        kube("sleep 300 & sleep 301 & wait");
        maven("exec sleep 300");
        Process process = startOnATerminal();
        awaitBegun(2);
        process.getOutputStream().write(3);
        process.getOutputStream().flush();
        Answer answer = finish(process);
        assertThat(answer.status).isEqualTo(130);
        assertThat(answer.output).contains("interrupted; stopping what it began", "is stopped");
        assertNothingIsLeft();
    }

    @Test
    void ctrlCWhileCachesAreMadeStartsNoCluster() throws Exception {
        java("sleep 300 & wait; exit 130"); // as a JVM that was interrupted ends
        Process process = startOnATerminal();
        awaitBegun(3);
        process.getOutputStream().write(3);
        process.getOutputStream().flush();
        Answer answer = finish(process);
        assertThat(answer.status).isEqualTo(130);
        assertThat(answer.output).contains("is stopped").doesNotContain("java ran");
        assertNothingIsLeft();
    }

    @Test
    void withoutCachesItGoesOnAndSaysSo() throws Exception {
        java("exit 1");
        Answer answer = finish(start());
        assertThat(answer.status).isZero();
        assertThat(answer.output).contains("java ran, step 3 of 3");
        assertThat(answer.errors).contains("step 2 of 3: failed, so instances start more slowly");
        assertThat(finish(start()).errors).as("it is tried again").contains("start-up caches");
    }

    /** What nobody has changed was checked where it comes from, and is again by the next build. */
    @Test
    void onlyTheFirstBuildOfAnUnchangedCloneIsUnchecked() throws Exception {
        kube("exit 0");
        Path compiled = root.resolve("base/target/maven-status");
        maven("echo \"$*\" > '%s/maven'; mkdir -p '%s'; exit 0".formatted(folder, compiled));
        assertThat(mavenArguments()).as("no clone, such as an archive").contains("-Dchecks.skip");
        assertThat(compiled).as("by which Maven knows what need not be compiled").doesNotExist();
        git("init", "-q");
        Files.writeString(root.resolve(".gitignore"), "target/\n");
        assertThat(mavenArguments()).as("changed").doesNotContain("checks.skip");
        assertThat(compiled).exists();
        Files.delete(compiled);
        git("add", ".");
        git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "all");
        assertThat(mavenArguments()).as("as it was cloned").contains("-Dchecks.skip");
        Files.createDirectories(root.resolve("base/target/classes"));
        assertThat(mavenArguments()).as("built before").doesNotContain("checks.skip");
    }

    @Test
    void aCommandStartsFromTheClassesThatTheSupervisorLeft() throws Exception {
        kube("exit 0");
        maven("exit 0");
        assertThat(finish(start()).output).contains("java ran").doesNotContain("SharedArchive");
        Path archives = folder.resolve("home/.local/state/otherworld/data/startup");
        Path archive = Files.createDirectories(archives).resolve("supervisor-1a.jsa");
        Files.writeString(archive, "what the JVM does not look at, if it is of another build");
        assertThat(finish(start()).output).contains("-XX:SharedArchiveFile=" + archive + " ");
    }

    private String mavenArguments() throws Exception {
        Answer answer = finish(start());
        assertThat(answer.status).as(answer.errors).isZero();
        return Files.readString(folder.resolve("maven"));
    }

    private void git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git", "-C", root.toString()));
        command.addAll(List.of(arguments));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private void java(String whileTraining) throws IOException {
        program(
                folder.resolve("jdk/bin/java"),
                """
                case $* in *training*)
                    echo $$ >> '%s/groups'
                    %s
                    exit
                    ;;
                esac
                echo "java ran, $OTHERWORLD_STEP, $*"\
                """
                        .formatted(folder, whileTraining));
    }

    private void kube(String rest) throws IOException {
        program(
                root.resolve("tools/kube/kube-assets"),
                """
                [ "${OTHERWORLD_KUBE_FETCH:-}" != never ] || exit 1
                echo $$ >> '%s/groups'
                echo 'kube-assets: says why' >&2
                echo '1 of 4 packages' > "$OTHERWORLD_PROGRESS"
                %s
                sleep 1.5\
                """
                        .formatted(folder, rest));
    }

    private void maven(String rest) throws IOException {
        program(
                root.resolve("mvnw"),
                """
                echo $$ >> '%s/groups'
                echo '[INFO] Building base 0.1.0-SNAPSHOT                       [1/3]'
                echo '[INFO] Downloaded from central: https://x/y.jar (1.9 MB at 3 kB/s)'
                echo '[INFO] Downloaded from central: https://x/z.jar (1200 kB at 3 kB/s)'
                echo '[INFO] Building ops 0.1.0-SNAPSHOT                        [2/3]'
                %s
                sleep 1.5\
                """
                        .formatted(folder, rest));
    }

    private static void program(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private void awaitBegun(int groups) {
        await().atMost(PATIENCE).until(() -> groups().size() == groups);
    }

    /** Each fake leads a process group of its own. */
    private List<String> groups() throws IOException {
        Path file = folder.resolve("groups");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private void assertNothingIsLeft() throws Exception {
        for (String group : groups()) {
            Process process =
                    new ProcessBuilder("sh", "-c", "kill -0 -- -" + group)
                            .redirectErrorStream(true)
                            .start();
            assertThat(process.waitFor()).as("group %s lives", group).isNotZero();
        }
        try (Stream<Path> files = Files.list(folder.resolve("tmp"))) {
            assertThat(files).isEmpty();
        }
    }

    private Process start() throws IOException {
        return start(List.of(root.resolve("otherworld").toString(), "up"));
    }

    /**
     * With the program `script` of util-linux, and no signal ignored, as they are where this runs
     * in the background of a shell.
     */
    private Process startOnATerminal() throws IOException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/script"))
                        && System.getProperty("os.name").equals("Linux"),
                "util-linux' script makes the terminal");
        return start(
                List.of(
                        "env",
                        "--default-signal",
                        "script",
                        "-qec",
                        "stty cols 200; '%s/otherworld' up".formatted(root),
                        "/dev/null"));
    }

    private Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("TERM", "xterm");
        builder.environment().put("HOME", folder.resolve("home").toString());
        builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
        try {
            Path temporary = Files.createDirectories(folder.resolve("tmp"));
            builder.environment().put("TMPDIR", temporary.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return builder.start();
    }

    private static Answer finish(Process process) throws Exception {
        CompletableFuture<String> output = all(process.getInputStream());
        CompletableFuture<String> errors = all(process.getErrorStream());
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            fail("it did not end in a minute: %s%s", output.join(), errors.join());
        }
        return new Answer(process.exitValue(), output.join(), errors.join());
    }

    private static CompletableFuture<String> all(InputStream in) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (in) {
                        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                command -> Thread.ofVirtual().start(command));
    }
}
