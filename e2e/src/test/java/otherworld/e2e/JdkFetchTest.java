package otherworld.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code tools/jdk/fetch-jdk} against a server on loopback. The script under test looks for release
 * 99, which no machine has, and its pinned archive is a small one of the test.
 */
class JdkFetchTest {
    private static final String RELEASE = "99.0.1+2";
    private static final List<String> SHELL_TOOLS =
            List.of(
                    "sh",
                    "cat",
                    "cut",
                    "date",
                    "df",
                    "awk",
                    "dirname",
                    "grep",
                    "gzip",
                    "head",
                    "kill",
                    "ln",
                    "mkdir",
                    "mktemp",
                    "mv",
                    "rm",
                    "sed",
                    "sha256sum",
                    "sleep",
                    "tail",
                    "tar",
                    "tr",
                    "uname",
                    "wc",
                    "echo",
                    "ls",
                    "readlink",
                    "env");

    @TempDir Path folder;
    private Path root;
    private Path bin;
    private ArchiveServer server;
    private final Map<String, String> environment = new HashMap<>();

    record Answer(int status, String output, String errors) {}

    @BeforeEach
    void pinASmallArchive() throws Exception {
        Path checkout = Path.of(Objects.requireNonNull(System.getProperty("otherworld.root")));
        root = folder.resolve("checkout");
        Path tools = Files.createDirectories(root.resolve("tools/jdk"));
        for (String name : List.of("find-jdk.sh", "progress.sh", "lock.sh")) {
            Files.copy(checkout.resolve("tools/" + name), root.resolve("tools/" + name));
        }
        for (String name : List.of("fetch-jdk", "fetch.py", "Fetch.java")) {
            Files.copy(checkout.resolve("tools/jdk/" + name), tools.resolve(name));
        }
        edit(root.resolve("tools/find-jdk.sh"), "ow_jdk_feature=25", "ow_jdk_feature=99");
        byte[] archive = archive();
        server = new ArchiveServer(archive);
        pin(archive.length, sha256(archive));
        bin = Files.createDirectories(folder.resolve("bin"));
        for (String tool : SHELL_TOOLS) {
            link(tool);
        }
        link("curl");
        environment.put("PATH", bin.toString());
        environment.put("HOME", folder.resolve("my höme").toString());
        environment.put("OTHERWORLD_JDK_URL", server.url());
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    @Test
    void fetchesThePinnedOneOnceAndSaysSo() throws Exception {
        Answer answer = run();
        assertThat(answer.status).as(answer.errors).isZero();
        assertThat(answer.output.strip()).isEqualTo(home().toString());
        assertThat(answer.errors)
                .contains("no JDK 25 is installed", "3 MB", server.url(), home().toString())
                .as("no escape codes where there is no terminal")
                .doesNotContain("\033", "\r");
        assertThat(cache()).containsExactly(home());

        server.close();
        Answer again = run();
        assertThat(again.output.strip()).isEqualTo(home().toString());
        assertThat(again.errors).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"curl", "wget", "python3", "java"})
    void needsOneToolOfFour(String tool) throws Exception {
        Files.deleteIfExists(bin.resolve("curl"));
        if (tool.equals("java")) {
            // The JDK in use stands for an older one; as `java` on PATH it is not of release 99.
            Path java = Path.of(System.getProperty("java.home"), "bin/java");
            program("java", "exec '%s' \"$@\"".formatted(java));
        } else {
            assumeTrue(which(tool) != null, "no " + tool + " on this machine");
            link(tool);
        }
        server.cutAfter(1_000_000);
        assertThat(run().status).isEqualTo(1);
        server.cutAfter(Integer.MAX_VALUE);
        Answer answer = run();
        assertThat(answer.status).as(answer.errors).isZero();
        assertThat(answer.output.strip()).isEqualTo(home().toString());
        assertThat(server.ranges()).last().asString().startsWith("bytes=");
    }

    @Test
    void goesOnWhereItWasCutOff() throws Exception {
        server.cutAfter(2_000_000);
        Answer cut = run();
        assertThat(cut.status).isEqualTo(1);
        assertThat(cut.errors)
                .contains("could not fetch " + server.url())
                .contains("Run it again to go on from there", "OTHERWORLD_JDK_URL", "JAVA_HOME");
        assertThat(home()).doesNotExist();

        server.cutAfter(Integer.MAX_VALUE);
        Answer answer = run();
        assertThat(answer.status).as(answer.errors).isZero();
        assertThat(answer.errors).contains("1 MB are there from an earlier run");
        assertThat(server.ranges()).containsExactly("", "bytes=2000000-");
    }

    @Test
    void refusesAnotherChecksumAndBeginsAnew() throws Exception {
        String right = Files.readString(root.resolve("tools/jdk/pinned"));
        pin(archive().length, "0".repeat(64));
        Answer refused = run();
        assertThat(refused.status).isEqualTo(1);
        assertThat(refused.errors)
                .contains("refused " + server.url(), "SHA-256", "nothing was installed");
        assertThat(cache()).isEmpty();

        Files.writeString(root.resolve("tools/jdk/pinned"), right);
        assertThat(run().status).isZero();
        assertThat(server.ranges()).containsExactly("", "");
    }

    @Test
    void refusesAPageThatIsNoArchive() throws Exception {
        server.answerWith("<html>Please sign in</html>".getBytes(StandardCharsets.UTF_8));
        assertThat(run().errors).contains("refused ", "SHA-256");
        assertThat(cache()).isEmpty();
    }

    @Test
    void saysWhatToDoWithoutNetwork() throws Exception {
        server.close();
        Answer answer = run();
        assertThat(answer.status).isEqualTo(1);
        assertThat(answer.errors)
                .contains("could not fetch " + server.url(), "OTHERWORLD_JDK_URL", "sdk install");
    }

    @Test
    void saysWhatToDoWhereNothingCanFetch() throws Exception {
        Files.delete(bin.resolve("curl"));
        assertThat(run().errors).contains("needs curl, wget, python3 or any JDK since 11");
        assertThat(server.ranges()).isEmpty();
    }

    @Test
    void saysThatAPlatformHasNone() throws Exception {
        program("uname", "case $1 in -s) echo FreeBSD ;; *) echo riscv64 ;; esac");
        Answer answer = run();
        assertThat(answer.status).isEqualTo(1);
        assertThat(answer.errors).contains("none to fetch for FreeBSD on riscv64", "JAVA_HOME");
        assertThat(server.ranges()).isEmpty();
    }

    @Test
    void asksForRoomBeforeItFetches() throws Exception {
        program("df", "echo header; echo 'disk 1000000 900000 102400 90% /'");
        Answer answer = run();
        assertThat(answer.status).isEqualTo(1);
        assertThat(answer.errors).contains("has 100 MB free", "needs 450", "XDG_CACHE_HOME");
        assertThat(server.ranges()).isEmpty();
    }

    @Test
    void saysWhichFolderCannotBeWrittenTo() throws Exception {
        environment.put("XDG_CACHE_HOME", "/dev/null/cache");
        Answer answer = run();
        assertThat(answer.status).isEqualTo(1);
        assertThat(answer.errors).contains("/dev/null/cache/otherworld/jdk cannot be written to");
    }

    @Test
    void fetchesNothingWhereAFitJdkIsInstalled() throws Exception {
        Path installed = folder.resolve("my höme/.jdks/temurin");
        Files.createDirectories(installed.resolve("bin"));
        for (String program : List.of("java", "javac")) {
            assertThat(
                            Files.writeString(installed.resolve("bin/" + program), "")
                                    .toFile()
                                    .setExecutable(true))
                    .isTrue();
        }
        Files.writeString(installed.resolve("release"), "JAVA_VERSION=\"99.0.7\"\n");
        Answer answer = run();
        assertThat(answer.output.strip()).isEqualTo(installed.toString());
        assertThat(answer.errors).isEmpty();
        assertThat(server.ranges()).isEmpty();
    }

    @Test
    void fetchesNothingWhenToldSo() throws Exception {
        environment.put("OTHERWORLD_JDK_FETCH", "never");
        Answer answer = run();
        assertThat(answer.status).isEqualTo(1);
        assertThat(answer.errors.lines()).hasSize(1);
        assertThat(answer.errors).contains("no JDK 99 found");
        assertThat(server.ranges()).isEmpty();
    }

    @Test
    void twoAtOnceFetchOnce() throws Exception {
        server.pauseAfter(1_000_000);
        Process first = start();
        Process second = start();
        await().atMost(Duration.ofSeconds(20)).until(() -> !server.ranges().isEmpty());
        server.goOn();
        List<Answer> answers = List.of(finish(first), finish(second));
        assertThat(answers).allSatisfy(a -> assertThat(a.status).as(a.errors).isZero());
        assertThat(server.ranges()).hasSize(1);
        assertThat(cache()).containsExactly(home());
    }

    @Test
    void anInterruptedOneLeavesWhatItHasAndNothingElse() throws Exception {
        Process process = startAndPause();
        List<ProcessHandle> children = process.descendants().toList();
        children.forEach(ProcessHandle::destroy);
        process.toHandle().destroy(); // and leaves its output readable
        Answer answer = finish(process);
        assertThat(answer.status).isNotZero();
        awaitEnd(children);
        assertThat(cache()).as(answer.errors).singleElement().asString().endsWith(".part");
        goOn();
        assertThat(run().status).isZero();
    }

    /** As when a terminal is closed, or a pipe's reader ended: to tell of its end is its end. */
    @Test
    void anInterruptedOneThatNobodyHearsLeavesNothingElseEither() throws Exception {
        endsUnheard(JdkFetchTest::isScript);
    }

    /** What it tells half way ends it as well: here, that the fetch failed. */
    @Test
    void aFailedOneThatNobodyHearsLeavesNothingElse() throws Exception {
        endsUnheard(child -> !isScript(child));
    }

    @Test
    void goesOnAfterOneThatWasKilled() throws Exception {
        Process process = startAndPause();
        List<ProcessHandle> children = process.descendants().toList();
        children.forEach(ProcessHandle::destroyForcibly);
        finish(process);
        awaitEnd(children);
        assertThat(cache()).as("what it held, worked in and fetched").hasSize(3);
        goOn();
        Answer answer = run();
        assertThat(answer.status).as(answer.errors).isZero();
        assertThat(answer.errors).doesNotContain("waiting");
        assertThat(cache()).containsExactly(home());
    }

    @Test
    void breaksALockOfOlderCheckouts() throws Exception {
        Files.createDirectories(folder.resolve("my höme/.cache/otherworld/jdk/lock"));
        Answer answer = run();
        assertThat(answer.status).as(answer.errors).isZero();
        assertThat(cache()).containsExactly(home());
    }

    /** One whose archive is half there, and comes no further. */
    private Process startAndPause() throws IOException {
        server.pauseAfter(2_000_000);
        Process process = start();
        await().atMost(Duration.ofSeconds(20)).until(() -> partBytes() >= 1_500_000);
        return process;
    }

    /** Asks some of its processes to end, while nobody reads what they say. */
    private void endsUnheard(Predicate<ProcessHandle> asked) throws Exception {
        Process process = startAndPause();
        List<ProcessHandle> children = process.descendants().toList();
        process.getErrorStream().close();
        children.stream().filter(asked).forEach(ProcessHandle::destroy);
        awaitEnd(children);
        assertThat(cache()).singleElement().asString().endsWith(".part");
        assertThat(process.waitFor()).isNotZero();
    }

    private static void awaitEnd(List<ProcessHandle> processes) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
    }

    private void goOn() {
        server.goOn();
        server.pauseAfter(Integer.MAX_VALUE);
    }

    private static boolean isScript(ProcessHandle process) {
        return process.info().commandLine().orElse("").contains("fetch-jdk");
    }

    private long partBytes() {
        return cache().stream()
                .filter(file -> file.toString().endsWith(".part"))
                .mapToLong(file -> file.toFile().length())
                .sum();
    }

    private Path home() {
        return folder.resolve("my höme/.cache/otherworld/jdk/jdk-" + RELEASE);
    }

    private List<Path> cache() {
        Path cache = folder.resolve("my höme/.cache/otherworld/jdk");
        if (!Files.isDirectory(cache)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(cache)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void pin(int bytes, String sha256) throws IOException {
        StringBuilder pinned =
                new StringBuilder("version " + RELEASE + "\nurl http://127.0.0.1:1\n");
        for (String platform : List.of("x64_linux", "aarch64_linux", "x64_mac", "aarch64_mac")) {
            pinned.append("%s %d %s\n".formatted(platform, bytes, sha256));
        }
        Files.writeString(root.resolve("tools/jdk/pinned"), pinned);
    }

    /** A JDK of nothing but what is looked for, and 3 MB that do not compress. */
    private byte[] archive() throws Exception {
        Path place = folder.resolve("archive");
        Path jdk = place.resolve("jdk-" + RELEASE);
        if (!Files.exists(place.resolve("jdk.tgz"))) {
            Files.createDirectories(jdk.resolve("bin"));
            for (String program : List.of("java", "javac")) {
                Path file = Files.writeString(jdk.resolve("bin/" + program), "#!/bin/sh\n");
                assertThat(file.toFile().setExecutable(true)).isTrue();
            }
            Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"99.0.1\"\n");
            byte[] rest = new byte[3 << 20];
            new Random(1).nextBytes(rest);
            Files.write(jdk.resolve("modules"), rest);
            Process tar =
                    new ProcessBuilder("tar", "-czf", "jdk.tgz", jdk.getFileName().toString())
                            .directory(place.toFile())
                            .inheritIO()
                            .start();
            assertThat(tar.waitFor()).isZero();
        }
        return Files.readAllBytes(place.resolve("jdk.tgz"));
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static void edit(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }

    private static @org.jspecify.annotations.Nullable Path which(String tool) {
        for (String place : List.of("/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin")) {
            if (Files.isExecutable(Path.of(place, tool))) {
                return Path.of(place, tool);
            }
        }
        return null;
    }

    private void link(String tool) throws IOException {
        Path found = which(tool);
        if (found != null) {
            Files.createSymbolicLink(bin.resolve(tool), found);
        }
    }

    private void program(String name, String body) throws IOException {
        Path file = bin.resolve(name);
        Files.deleteIfExists(file);
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Answer run() throws Exception {
        return finish(start());
    }

    private Process start() throws IOException {
        // As mvnw and the launcher do it.
        List<String> command = new ArrayList<>(List.of(bin.resolve("sh").toString(), "-euc"));
        command.add("root=$1; . \"$1/tools/find-jdk.sh\" || exit 1; echo \"$JAVA_HOME\"");
        command.addAll(List.of("sh", root.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Answer finish(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Answer(process.exitValue(), output, errors);
    }
}
