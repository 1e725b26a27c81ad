package otherworld.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A cluster of {@code ./otherworld up}, in a state folder of its own, driven as a person would: by
 * the launcher's commands.
 */
final class Otherworld implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    private final Path root =
            Path.of(
                    Objects.requireNonNull(
                            System.getProperty("otherworld.root"), "otherworld.root"));
    private final Path home;

    private Otherworld(Path home) {
        this.home = home;
    }

    /** A state folder that nothing has used; nothing is started yet. */
    static Otherworld fresh() throws IOException {
        return new Otherworld(Files.createTempDirectory("otherworld-e2e-"));
    }

    /** What a command printed (standard output and error together) and its exit status. */
    record Result(int status, String output) {
        Result expectSuccess() {
            if (status != 0) {
                throw new AssertionError("exit status " + status + ":\n" + output);
            }
            return this;
        }
    }

    Path home() {
        return home;
    }

    /** Runs a command to its end; one that takes longer than {@code limit} is ended and fails. */
    Result run(Duration limit, String... arguments) throws Exception {
        try (Running running = start(arguments)) {
            return running.await(limit);
        }
    }

    /** Starts a command that runs beside the test. */
    Running start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(root.resolve("otherworld").toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(home, "command-", ".out");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(root.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(output.toFile());
        builder.environment().put("OTHERWORLD_HOME", home.toString());
        // The build under test is this one: the launcher must not start another Maven inside it.
        builder.environment().put("OTHERWORLD_BUILD", "never");
        return new Running(builder.start(), String.join(" ", arguments), output);
    }

    /** Runs kubectl and reads its JSON. */
    JsonNode kubectlJson(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-o", "json"));
        String output =
                run(Duration.ofSeconds(30), command.toArray(String[]::new))
                        .expectSuccess()
                        .output();
        return JSON.readTree(output.substring(output.indexOf('{')));
    }

    Result kubectl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        return run(Duration.ofSeconds(30), command.toArray(String[]::new));
    }

    @Override
    public void close() throws Exception {
        run(Duration.ofSeconds(60), "down", "--purge");
        try (var files = Files.walk(home)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> {
                        try {
                            Files.deleteIfExists(file);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
    }

    /** A command under way. */
    static final class Running implements AutoCloseable {
        private final Process process;
        private final String name;
        private final Path output;

        private Running(Process process, String name, Path output) {
            this.process = process;
            this.name = name;
            this.output = output;
        }

        Result await(Duration limit) throws Exception {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                close();
                throw new TimeoutException(
                        "otherworld %s took more than %s:\n%s".formatted(name, limit, output()));
            }
            return new Result(process.exitValue(), output());
        }

        String output() throws IOException {
            return Files.readString(output);
        }

        @Override
        public void close() throws Exception {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }
}
