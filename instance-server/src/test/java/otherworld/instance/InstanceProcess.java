package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import otherworld.local.files.Trees;
import otherworld.local.process.Build;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.ClassArchive;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessSpec;

/** An instance server in a JVM of its own, as a pod runs it. */
final class InstanceProcess implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final Build BUILD = Build.ofThisCheckout();

    /** With the quick compiler alone: many of them live shortly. */
    private static final List<String> FLAGS =
            Stream.concat(
                            BUILD.jvmFlags("instance-server").stream(),
                            Stream.of("-Xmx192m", "-XX:TieredStopAtLevel=1"))
                    .toList();

    /** For the JVM that runs tests: another may write its own at the same time. */
    private static final ClassArchive CLASS_ARCHIVE =
            new ClassArchive(
                    Path.of("target", System.getProperty("otherworld.fork") + ".jsa")
                            .toAbsolutePath());

    final int port;
    final int management;
    final ChildProcess process;
    private final Path folder;
    private final ClassArchive.Use classArchive;

    private InstanceProcess(
            int port,
            int management,
            ChildProcess process,
            Path folder,
            ClassArchive.Use classArchive) {
        this.port = port;
        this.management = management;
        this.process = process;
        this.folder = folder;
        this.classArchive = classArchive;
    }

    /** Started, perhaps not ready. */
    static InstanceProcess start(Backend backend, String podUid, Map<String, String> more) {
        int port = FreePorts.next();
        int management = FreePorts.next();
        Path folder = Trees.temporary("instance");
        ClassArchive.Use classArchive = CLASS_ARCHIVE.begin();
        List<String> flags = new ArrayList<>(FLAGS);
        flags.addAll(classArchive.flags());
        List<String> command = BUILD.java("instance-server", Main.class.getName(), flags);
        ChildProcess process =
                ChildProcess.start(
                        ProcessSpec.of("instance", folder, folder.resolve("log"), command)
                                .withEnvironment(backend.environment(podUid, port))
                                .withEnvironment(
                                        Map.of(
                                                "OTHERWORLD_MANAGEMENT_PORT",
                                                Integer.toString(management),
                                                "OTHERWORLD_MANAGEMENT_BIND",
                                                "127.0.0.1"))
                                .withEnvironment(more));
        return new InstanceProcess(port, management, process, folder, classArchive);
    }

    static InstanceProcess ready(Backend backend, String podUid) {
        return ready(backend, podUid, Map.of());
    }

    static InstanceProcess ready(Backend backend, String podUid, Map<String, String> more) {
        InstanceProcess instance = start(backend, podUid, more);
        try {
            instance.awaitReady();
            return instance;
        } catch (RuntimeException | AssertionError e) {
            AssertionError withLog = new AssertionError("Not ready:\n" + instance.log(), e);
            instance.close();
            throw withLog;
        }
    }

    void awaitReady() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .failFast(() -> assertThat(process.isAlive()).as(log()).isTrue())
                .until(() -> status("/readyz") == 200);
    }

    /** HTTP status of the management listener; 0 while nobody listens. */
    int status(String path) {
        try {
            return get(path).statusCode();
        } catch (ConnectException e) {
            return 0;
        } catch (IOException e) {
            return -1;
        }
    }

    /** From the management listener. */
    HttpResponse<String> get(String path) throws IOException {
        return get(management, path);
    }

    /** From the players' port. */
    HttpResponse<String> getAsPlayer(String path) throws IOException {
        return get(port, path);
    }

    private static HttpResponse<String> get(int port, String path) throws IOException {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(5))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The value of a metric's sample, labels included in {@code name}. */
    double metric(String name) throws IOException {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + name));
    }

    String log() {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() {
        process.resume();
        process.stop(Duration.ofSeconds(10));
        classArchive.end();
        Trees.delete(folder);
    }
}
