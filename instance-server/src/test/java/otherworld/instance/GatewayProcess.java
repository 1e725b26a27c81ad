package otherworld.instance;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import otherworld.base.InstanceId;
import otherworld.local.files.Trees;
import otherworld.local.process.Build;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessSpec;

/** A gateway in a JVM of its own, as a pod runs it. */
final class GatewayProcess implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final List<String> FLAGS =
            List.of(
                    "-Xmx96m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--sun-misc-unsafe-memory-access=allow",
                    "--enable-native-access=ALL-UNNAMED");

    final int port;
    final ChildProcess process;
    private final int management;
    private final Path folder;

    private GatewayProcess(int port, int management, ChildProcess process, Path folder) {
        this.port = port;
        this.management = management;
        this.process = process;
        this.folder = folder;
    }

    static GatewayProcess start(Backend backend, Map<String, String> more) {
        return start(backend, FreePorts.next(), more);
    }

    static GatewayProcess start(Backend backend, int port, Map<String, String> more) {
        int management = FreePorts.next();
        Path folder = Trees.temporary("gateway");
        Map<String, String> environment = new HashMap<>();
        environment.put("OTHERWORLD_HTTP_PORT", Integer.toString(port));
        environment.put("OTHERWORLD_BIND", "127.0.0.1");
        environment.put("OTHERWORLD_MANAGEMENT_PORT", Integer.toString(management));
        environment.put("OTHERWORLD_MANAGEMENT_BIND", "127.0.0.1");
        environment.put("OTHERWORLD_TICKET_ISSUER", Backend.ISSUER);
        environment.put("OTHERWORLD_KEYS_URL", backend.keysUrl());
        environment.put("OTHERWORLD_ZONE_LOG", "true");
        environment.put("OTHERWORLD_DRAIN", "500ms");
        environment.put("REDIS_URL", backend.redis.url());
        environment.putAll(more);
        ChildProcess process =
                ChildProcess.start(
                        ProcessSpec.of(
                                        "gateway",
                                        folder,
                                        folder.resolve("log"),
                                        Build.ofThisCheckout()
                                                .java("gateway", "otherworld.gateway.Main", FLAGS))
                                .withEnvironment(environment));
        return new GatewayProcess(port, management, process, folder);
    }

    GatewayProcess ready() {
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> !process.isAlive() || status("/readyz") == 200);
            if (!process.isAlive()) {
                throw new AssertionError("it ended");
            }
            return this;
        } catch (RuntimeException | AssertionError e) {
            AssertionError withLog = new AssertionError("Not ready:\n" + log(), e);
            close();
            throw withLog;
        }
    }

    /** Of the management listener; 0 while nobody listens. */
    int status(String path) throws IOException {
        try {
            return get(management, path).statusCode();
        } catch (ConnectException e) {
            return 0;
        }
    }

    /** What players use. */
    URI play(InstanceId instance) {
        return URI.create("ws://127.0.0.1:%d%s/v1/play".formatted(port, path(instance)));
    }

    static String path(InstanceId instance) {
        return "/i/%s/%d".formatted(instance.world(), instance.ordinal());
    }

    HttpResponse<String> getAsPlayer(String path) throws IOException {
        return get(port, path);
    }

    private static HttpResponse<String> get(int port, String path) throws IOException {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The value of a metric's sample, labels included in {@code name}; 0 if there is none. */
    double metric(String name) throws IOException {
        return get(management, "/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("otherworld_gateway_" + name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElse(0);
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
        Trees.delete(folder);
    }
}
