package otherworld.local.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.local.files.ProjectRoot;

/**
 * {@code tools/kube/kube-assets} on fake programs that only tell a version, a release server of
 * files, and a fake Go.
 */
class KubeAssetsScriptTest {
    private static final List<String> CORE = List.of("etcd", "kube-apiserver", "kubectl");
    private static final List<String> EXTRAS = List.of("kube-controller-manager", "kube-scheduler");
    private static final String NOWHERE = "file:///nowhere/at/all";

    @TempDir Path folder;
    private Path bin;
    private final Map<String, String> environment = new HashMap<>();

    private record Answer(int status, String output, String errors) {
        Path folder() {
            assertThat(status).as(errors).isZero();
            return Path.of(output.strip());
        }
    }

    @BeforeEach
    void hideTheMachinesOwn() throws IOException {
        bin = Files.createDirectories(folder.resolve("bin"));
        environment.put("PATH", bin + ":/usr/bin:/bin");
        environment.put("HOME", folder.toString());
        environment.put("XDG_CACHE_HOME", folder.resolve("my cache").toString());
        environment.put("OTHERWORLD_KUBE_RELEASE_URL", NOWHERE);
        environment.put("OTHERWORLD_ETCD_RELEASE_URL", NOWHERE);
    }

    @Test
    void takesTheFolderThatKubebuilderAssetsNames() throws Exception {
        Path assets = programs("assets", "1.34.1", "3.6.4", CORE, EXTRAS);
        environment.put("KUBEBUILDER_ASSETS", assets.toString());
        Path found = run("all").folder();
        for (String program : Stream.concat(CORE.stream(), EXTRAS.stream()).toList()) {
            assertThat(found.resolve(program).toRealPath())
                    .isEqualTo(assets.resolve(program).toRealPath());
        }
    }

    @Test
    void takesWhatOneSourceLacksFromTheNext() throws Exception {
        Path assets = programs("assets", "1.34.1", "3.5.9", CORE);
        environment.put("KUBEBUILDER_ASSETS", assets.toString());
        fakeGo();
        Path found = run("all").folder();
        assertThat(found.resolve("etcd").toRealPath())
                .isEqualTo(assets.resolve("etcd").toRealPath());
        assertThat(found.resolve("kube-scheduler").toRealPath().getFileName()).hasToString("kube");
        assertThat(goRuns()).isEqualTo(1);
    }

    @Test
    void takesProgramsOfTheRightMinorVersionFromPath() throws Exception {
        programs("bin", "1.34.9", "3.6.1", CORE);
        Path found = run("core").folder();
        assertThat(found.resolve("kubectl").toRealPath())
                .isEqualTo(bin.resolve("kubectl").toRealPath());
    }

    @Test
    void asksAProgramItsVersionOnceUntilItIsReplaced() throws Exception {
        Path assets = programs("assets", "1.34.1", "3.6.4", CORE);
        environment.put("KUBEBUILDER_ASSETS", assets.toString());
        Path asked = folder.resolve("asked");
        program(
                assets.resolve("kubectl"),
                "echo x >> '%s'; echo 'Client Version: v1.34.1'".formatted(asked));
        Path found = run("core").folder();
        assertThat(run("core").folder()).isEqualTo(found);
        assertThat(asked).hasContent("x");

        program(
                assets.resolve("kubectl"),
                "echo again >> '%s'; echo 'Client Version: v1.33.0'".formatted(asked));
        assertThat(run("core").errors).contains("version '1.33.0' is not 1.34");
        assertThat(asked).hasContent("x\nagain");
    }

    @Test
    void passesOverProgramsOfAnotherVersion() throws Exception {
        Path assets = programs("assets", "1.33.0", "3.4.0", CORE, EXTRAS);
        environment.put("KUBEBUILDER_ASSETS", assets.toString());
        fakeGo();
        Answer answer = run("all");
        assertThat(answer.folder().resolve("etcd").toRealPath().getFileName()).hasToString("kube");
        assertThat(answer.errors)
                .contains("version '1.33.0' is not 1.34", "version '3.4.0' is not 3.5 or 3.6");
    }

    @Test
    void fetchesTheReleaseAndChecksIt() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "servers are released for Linux");
        release(false);
        Path found = run("all").folder();
        for (String program : Stream.concat(CORE.stream(), EXTRAS.stream()).toList()) {
            assertThat(found.resolve(program)).isExecutable();
        }
        environment.put("OTHERWORLD_KUBE_RELEASE_URL", NOWHERE);
        assertThat(run("core").folder()).as("from the cache, without network").isEqualTo(found);
    }

    @Test
    void refusesAReleaseWithAnotherChecksum() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "servers are released for Linux");
        release(true);
        fakeGo();
        Answer answer = run("all");
        assertThat(answer.errors).contains("refused ", "its SHA-256 is not");
        assertThat(answer.folder().resolve("kubectl").toRealPath().getFileName())
                .hasToString("kube");
        assertThat(goRuns()).isEqualTo(1);
    }

    @Test
    void buildsOnceAndThenUsesTheCache() throws Exception {
        fakeGo();
        Path found = run("all").folder();
        assertThat(run("core").folder()).isEqualTo(found);
        assertThat(goRuns()).isEqualTo(1);
    }

    @Test
    void saysWhatToDoWhereNoSourceHasThem() throws Exception {
        Answer answer = run("core");
        assertThat(answer.status).isEqualTo(1);
        assertThat(answer.output).isEmpty();
        assertThat(answer.errors).contains("KUBEBUILDER_ASSETS", "install Go");
    }

    @Test
    void severalRunsAtOnceBuildOnce() throws Exception {
        fakeGo();
        List<Process> runs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            runs.add(start("all"));
        }
        List<Answer> answers = new ArrayList<>();
        for (Process process : runs) {
            answers.add(await(process));
        }
        Path found = answers.getFirst().folder();
        assertThat(answers).allSatisfy(a -> assertThat(a.folder()).isEqualTo(found));
        assertThat(goRuns()).isEqualTo(1);
        try (Stream<Path> left = Files.list(found.getParent())) {
            assertThat(left).as("no work folders or locks left").containsExactly(found);
        }
    }

    @Test
    void breaksTheLockOfARunThatDied() throws Exception {
        fakeGo();
        Path found = run("all").folder();
        Files.move(found, folder.resolve("away"));
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path lock = Files.createSymbolicLink(Path.of(found + ".lock"), Path.of(dead.pid() + ""));
        assertThat(run("all").folder()).isEqualTo(found);
        assertThat(lock).doesNotExist();
    }

    @Test
    void neverFetchesWhenToldSo() throws Exception {
        fakeGo();
        environment.put("OTHERWORLD_KUBE_FETCH", "never");
        Answer answer = run("all");
        assertThat(answer.status).isEqualTo(1);
        assertThat(answer.output + answer.errors).isEmpty();
        assertThat(goRuns()).isZero();
    }

    @Test
    void explainsItselfOnAWrongArgument() throws Exception {
        Answer answer = run("everything");
        assertThat(answer.status).isEqualTo(2);
        assertThat(answer.errors).contains("kube-assets core", "kube-assets all");
    }

    @SafeVarargs
    private Path programs(String place, String kube, String etcd, List<String>... names)
            throws IOException {
        Path target = Files.createDirectories(folder.resolve(place));
        for (List<String> group : names) {
            for (String name : group) {
                String version =
                        switch (name) {
                            case "etcd" -> "etcd Version: " + etcd;
                            case "kubectl" -> "Client Version: v" + kube;
                            default -> "Kubernetes v" + kube;
                        };
                program(target.resolve(name), "echo '" + version + "'");
            }
        }
        return target;
    }

    /** Notes each build, takes a moment, and leaves a program where {@code -o} says. */
    private void fakeGo() throws IOException {
        program(
                bin.resolve("go"),
                """
                if [ "$1" = list ]; then printf 'one\\ntwo\\nthree\\n'; exit; fi
                echo run >> '%s'
                echo one >&2
                echo two >&2
                while [ $# -gt 0 ]; do [ "$1" != -o ] || out=$2; shift; done
                sleep 0.5
                printf '#!/bin/sh\\n' > "$out"
                chmod +x "$out"\
                """
                        .formatted(folder.resolve("go-runs")));
    }

    private long goRuns() throws IOException {
        Path runs = folder.resolve("go-runs");
        return Files.exists(runs) ? Files.readAllLines(runs).size() : 0;
    }

    private void release(boolean damaged) throws Exception {
        String machine =
                System.getProperty("os.arch").equals("aarch64") ? "linux-arm64" : "linux-amd64";
        Path kube =
                Files.createDirectories(
                        folder.resolve("release/v1.34.4/bin/" + machine.replace('-', '/')));
        for (String name : Stream.concat(CORE.stream(), EXTRAS.stream()).toList()) {
            if (!name.equals("etcd")) {
                Path file = program(kube.resolve(name), "echo " + name);
                String sum = name.equals("kubectl") && damaged ? "0".repeat(64) : sha256(file);
                Files.writeString(kube.resolve(name + ".sha256"), sum);
            }
        }
        Path etcd = Files.createDirectories(folder.resolve("etcd-release/v3.6.4"));
        String archive = "etcd-v3.6.4-" + machine;
        program(Files.createDirectories(etcd.resolve(archive)).resolve("etcd"), "echo etcd");
        Process tar =
                new ProcessBuilder(
                                "tar", "-czf", archive + ".tar.gz", "-C", etcd.toString(), archive)
                        .directory(etcd.toFile())
                        .start();
        assertThat(tar.waitFor()).isZero();
        Files.writeString(
                etcd.resolve("SHA256SUMS"),
                sha256(etcd.resolve(archive + ".tar.gz")) + "  " + archive + ".tar.gz\n");
        environment.put(
                "OTHERWORLD_KUBE_RELEASE_URL", folder.resolve("release").toUri().toString());
        environment.put(
                "OTHERWORLD_ETCD_RELEASE_URL", folder.resolve("etcd-release").toUri().toString());
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }

    private static Path program(Path file, String body) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Answer run(String argument) throws Exception {
        return await(start(argument));
    }

    private Process start(String argument) throws IOException {
        Path script = ProjectRoot.find().resolve("tools/kube/kube-assets");
        ProcessBuilder builder = new ProcessBuilder("bash", script.toString(), argument);
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Answer await(Process process) throws Exception {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Answer(process.exitValue(), output, errors);
    }
}
