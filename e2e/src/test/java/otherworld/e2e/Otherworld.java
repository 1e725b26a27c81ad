package otherworld.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A cluster of {@code ./otherworld up}, in a state folder of its own, driven as a person would: by
 * the launcher's commands.
 */
public final class Otherworld implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();

    private final Path root =
            Path.of(
                    Objects.requireNonNull(
                            System.getProperty("otherworld.root"), "otherworld.root"));
    private final Path folder;
    private final Path home;
    private final Path outputs;
    private final Surroundings surroundings;

    /**
     * What the cluster's processes find around them.
     *
     * @param prefix a program that runs {@code up}, which follows as its arguments; empty: none
     * @param environment beside what there is
     */
    public record Surroundings(List<String> prefix, Map<String, String> environment) {
        public static final Surroundings USUAL = new Surroundings(List.of(), Map.of());
    }

    private Otherworld(Path folder, Surroundings surroundings) throws IOException {
        this.folder = folder;
        this.home = folder.resolve("home");
        this.outputs = Files.createDirectory(folder.resolve("outputs"));
        this.surroundings = surroundings;
    }

    /** A state folder that nothing has used; nothing is started yet. */
    public static Otherworld fresh() throws IOException {
        return fresh(Surroundings.USUAL);
    }

    public static Otherworld fresh(Surroundings surroundings) throws IOException {
        return new Otherworld(Files.createTempDirectory("otherworld-e2e-"), surroundings);
    }

    /** What a command printed (standard output and error together) and its exit status. */
    public record Result(int status, String output) {
        public Result expectSuccess() {
            if (status != 0) {
                throw new AssertionError("exit status " + status + ":\n" + output);
            }
            return this;
        }
    }

    public Path home() {
        return home;
    }

    /** Runs a command to its end; one that takes longer than {@code limit} is ended and fails. */
    public Result run(Duration limit, String... arguments) throws Exception {
        try (Running running = start(arguments)) {
            return running.await(limit);
        }
    }

    /** Starts a command that runs beside the test. */
    public Running start(String... arguments) throws IOException {
        boolean up = arguments[0].equals("up");
        List<String> command = new ArrayList<>(up ? surroundings.prefix() : List.of());
        command.add(root.resolve("otherworld").toString());
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(outputs, "command-", ".out");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(root.toFile())
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(output.toFile());
        builder.environment().putAll(surroundings.environment());
        builder.environment().put("OTHERWORLD_HOME", home.toString());
        // The build under test is this one: the launcher must not start another Maven inside it.
        builder.environment().put("OTHERWORLD_BUILD", "never");
        return new Running(builder.start(), String.join(" ", arguments), output);
    }

    /** Runs kubectl and reads its JSON. */
    public JsonNode kubectlJson(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-o", "json"));
        String output =
                run(Duration.ofSeconds(30), command.toArray(String[]::new))
                        .expectSuccess()
                        .output();
        return JSON.readTree(output.substring(output.indexOf('{')));
    }

    public Result kubectl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        return run(Duration.ofSeconds(30), command.toArray(String[]::new));
    }

    public Running bots(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("bots"));
        command.addAll(List.of(arguments));
        return start(command.toArray(String[]::new));
    }

    public Result apply(String yaml) throws Exception {
        Path file = Files.writeString(Files.createTempFile(outputs, "apply-", ".yaml"), yaml);
        return kubectl("apply", "-f", file.toString());
    }

    /** Pods of a World that are not on their way out, by name. */
    public List<JsonNode> pods(String world) throws Exception {
        List<JsonNode> pods = new ArrayList<>();
        for (JsonNode pod :
                kubectlJson("get", "pods", "-l", "otherworld.dev/world=" + world).get("items")) {
            boolean ended =
                    Set.of("Failed", "Succeeded").contains(pod.at("/status/phase").asText());
            if (!ended && pod.at("/metadata/deletionTimestamp").isMissingNode()) {
                pods.add(pod);
            }
        }
        pods.sort(Comparator.comparing(pod -> pod.at("/metadata/name").asText()));
        return pods;
    }

    /** The conditions of a World, as one text. */
    String conditions(String world) throws Exception {
        return kubectlJson("get", "world", world).at("/status/conditions").toString();
    }

    private static int managementPort(JsonNode pod) {
        for (JsonNode port : pod.at("/spec/containers/0/ports")) {
            if (port.path("name").asText().equals("management")) {
                return port.path("containerPort").asInt();
            }
        }
        throw new AssertionError("no container port 'management' in " + pod);
    }

    /** Players connected to a pod, by its metrics; empty while it does not answer. */
    public Optional<Integer> players(JsonNode pod) throws InterruptedException {
        try {
            return metrics(pod)
                    .lines()
                    .filter(line -> line.startsWith("otherworld_instance_players "))
                    .map(line -> (int) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What a pod answers at /metrics. */
    public String metrics(JsonNode pod) throws IOException, InterruptedException {
        return get("http://127.0.0.1:%d/metrics".formatted(managementPort(pod)));
    }

    public String get(String url) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(url)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    /** SIGKILL to the process of a pod. */
    public void killPod(JsonNode pod) throws IOException {
        kill(podProcess(pod));
    }

    /** The process id of a pod, which has one container. */
    public long podProcess(JsonNode pod) throws IOException {
        Path folder = home.resolve("data/node/pods").resolve(pod.at("/metadata/uid").asText());
        try (var files = Files.list(folder)) {
            Path file =
                    files.filter(f -> f.toString().endsWith(".process"))
                            .findFirst()
                            .orElseThrow(() -> new AssertionError("no process in " + folder));
            return Long.parseLong(firstWord(Files.readString(file)));
        }
    }

    /** SIGKILL to the process of a part. */
    void killPart(String name) throws IOException {
        kill(process(name));
    }

    /** The process id of a part that runs. */
    public long process(String part) throws IOException {
        return part(part).at("/process/pid").asLong();
    }

    /** Where a part answers, as {@code status} has it. */
    public String address(String part) throws IOException {
        return part(part).at("/address").asText();
    }

    boolean partRuns(String name) throws IOException {
        return part(name).at("/state").asText().equals("running");
    }

    void killSupervisor() throws IOException {
        kill(supervisor());
    }

    public long supervisor() throws IOException {
        return state().at("/supervisor/pid").asLong();
    }

    /** Every process of the cluster: the supervisor and its descendants. */
    Set<Long> processes() throws IOException {
        long supervisor = supervisor();
        Set<Long> all = new TreeSet<>(Set.of(supervisor));
        ProcessHandle.of(supervisor)
                .ifPresent(handle -> handle.descendants().forEach(child -> all.add(child.pid())));
        return all;
    }

    /** Sends one command to the cluster's Redis. */
    void redis(String command) throws Exception {
        String password = Files.readString(home.resolve("secrets/redis-password")).strip();
        String address = part("redis").at("/address").asText();
        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(
                            "AUTH %s\r\n%s\r\n"
                                    .formatted(password, command)
                                    .getBytes(StandardCharsets.US_ASCII));
            BufferedReader answers =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
            for (int answer = 0; answer < 2; answer++) {
                String line = answers.readLine();
                if (!"+OK".equals(line)) {
                    throw new AssertionError("Redis refused " + command + ": " + line);
                }
            }
        }
    }

    public record Connections(String databaseUrl, String databaseUser, String databasePassword) {}

    public Connections connections() throws IOException {
        Map<String, String> values = new HashMap<>();
        for (String line : Files.readAllLines(home.resolve("run/connections.env"))) {
            int equals = line.indexOf('=');
            values.put(line.substring(0, equals), line.substring(equals + 2, line.length() - 1));
        }
        return new Connections(
                value(values, "OTHERWORLD_DATABASE_URL"),
                value(values, "OTHERWORLD_DATABASE_USER"),
                Files.readString(Path.of(value(values, "OTHERWORLD_DATABASE_PASSWORD_FILE")))
                        .strip());
    }

    private static String value(Map<String, String> values, String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    private JsonNode state() throws IOException {
        return JSON.readTree(home.resolve("run/state.json").toFile());
    }

    private JsonNode part(String name) throws IOException {
        for (JsonNode part : state().get("parts")) {
            if (part.get("name").asText().equals(name)) {
                return part;
            }
        }
        throw new AssertionError("no part " + name);
    }

    private static String firstWord(String text) {
        return text.substring(0, text.indexOf(' '));
    }

    private static void kill(long pid) {
        ProcessHandle.of(pid)
                .orElseThrow(() -> new AssertionError("no process " + pid))
                .destroyForcibly();
    }

    @Override
    public void close() throws Exception {
        run(Duration.ofMinutes(2), "down", "--purge");
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder())
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
    public static final class Running implements AutoCloseable {
        private final Process process;
        private final String name;
        private final Path output;

        private Running(Process process, String name, Path output) {
            this.process = process;
            this.name = name;
            this.output = output;
        }

        public Result await(Duration limit) throws Exception {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                close();
                throw new TimeoutException(
                        "otherworld %s took more than %s:\n%s".formatted(name, limit, output()));
            }
            return new Result(process.exitValue(), output());
        }

        public boolean isRunning() {
            return process.isAlive();
        }

        public String output() throws IOException {
            return Files.readString(output);
        }

        /** SIGTERM, as a person's session that ends. */
        void terminate() {
            process.destroy();
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
