package otherworld.e2e.trace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
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
import otherworld.base.WorldId;
import otherworld.bots.Tokens;
import otherworld.local.database.DatabaseServer;
import otherworld.local.files.SecretFiles;
import otherworld.local.files.Trees;
import otherworld.local.oidc.LocalIssuer;
import otherworld.local.process.Await;
import otherworld.local.process.Build;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessSpec;
import otherworld.local.process.Processes;
import otherworld.local.redis.RedisServer;
import otherworld.tickets.SigningKeys;
import otherworld.training.StandInOperator;

/**
 * A matchmaker, a gateway and an instance, each a process as it is run, on a Redis and a database
 * of their own, which log all they can as JSON. No Kubernetes.
 */
final class TracedSystem implements AutoCloseable {
    static final WorldId WORLD = new WorldId("default.traced");
    static final int CAPACITY = 20;
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String POD_UID = "pod-uid-of-traced-0";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    final int http = FreePorts.next();
    final int gateway = FreePorts.next();
    final int matchmakerManagement = FreePorts.next();
    final int instanceManagement = FreePorts.next();

    /** By what they are: what nobody may find in any output. */
    final Map<String, String> secrets = new HashMap<>();

    private final Build build = Build.ofThisCheckout();
    private final Path work = Trees.temporary("traced");
    private final RedisServer redis = RedisServer.start();
    private final DatabaseServer database = DatabaseServer.start();
    private final String clientSecret = SecretFiles.random();
    private final LocalIssuer issuer = LocalIssuer.start(0, LocalIssuer.newKey(), clientSecret);
    private final int grpc = FreePorts.next();
    private final int play = FreePorts.next();
    private final Map<String, ChildProcess> processes = new HashMap<>();
    private final StandInOperator operator;

    /**
     * @param tracing further environment of each process
     */
    TracedSystem(Map<String, String> tracing) throws Exception {
        String grpcToken = SecretFiles.random();
        String keys = SigningKeys.generate();
        secrets.put("the operator's token", grpcToken);
        secrets.put("the issuer's client secret", clientSecret);
        secrets.put("the database's password", database.password());
        secrets.put("the password of Redis", redis.password());
        secrets.put(
                "the key that signs tickets",
                JSON.readTree(keys).path("keys").get(0).path("d").asText());
        Map<String, String> common = new HashMap<>(tracing);
        common.put("OTHERWORLD_BIND", "127.0.0.1");
        common.put("OTHERWORLD_MANAGEMENT_BIND", "127.0.0.1");
        common.put("OTHERWORLD_LOG_LEVEL", "TRACE");
        common.put("OTHERWORLD_LOG_FORMAT", "json");
        common.put("OTHERWORLD_KEYS_URL", "http://127.0.0.1:%d/v1/keys".formatted(http));
        Map<String, String> sql =
                Map.of(
                        "DATABASE_URL", database.jdbcUrl(),
                        "DATABASE_USER", database.user(),
                        "DATABASE_PASSWORD", database.password());
        start("migrations", sql).onExit().join();
        start(
                "matchmaker",
                with(
                        common,
                        "OTHERWORLD_HTTP_PORT",
                        Integer.toString(http),
                        "OTHERWORLD_GRPC_PORT",
                        Integer.toString(grpc),
                        "OTHERWORLD_MANAGEMENT_PORT",
                        Integer.toString(matchmakerManagement),
                        "OTHERWORLD_SIGNING_KEY_FILE",
                        write("keys", keys),
                        "OTHERWORLD_GRPC_TOKEN_FILE",
                        write("grpc-token", grpcToken),
                        "OTHERWORLD_OIDC_ISSUER",
                        issuer.issuer(),
                        "REDIS_URL",
                        redis.url()));
        int gatewayManagement = FreePorts.next();
        start(
                "gateway",
                with(
                        common,
                        "OTHERWORLD_HTTP_PORT",
                        Integer.toString(gateway),
                        "OTHERWORLD_MANAGEMENT_PORT",
                        Integer.toString(gatewayManagement),
                        "REDIS_URL",
                        redis.url()));
        Map<String, String> instance =
                with(
                        common,
                        "OTHERWORLD_WORLD",
                        WORLD.value(),
                        "OTHERWORLD_ORDINAL",
                        "0",
                        "OTHERWORLD_POD_UID",
                        POD_UID,
                        "OTHERWORLD_POD_NAME",
                        "traced-0-1",
                        "OTHERWORLD_HOST_IP",
                        "127.0.0.1",
                        "OTHERWORLD_BEHIND_GATEWAY",
                        "true",
                        "OTHERWORLD_PORT",
                        Integer.toString(play),
                        "OTHERWORLD_MANAGEMENT_PORT",
                        Integer.toString(instanceManagement),
                        "OTHERWORLD_CAPACITY",
                        Integer.toString(CAPACITY),
                        "REDIS_URL",
                        redis.url());
        instance.putAll(sql);
        start("instance-server", instance);
        ready("matchmaker", matchmakerManagement);
        ready("gateway", gatewayManagement);
        ready("instance-server", instanceManagement);
        operator = new StandInOperator(grpc, grpcToken);
    }

    private static Map<String, String> with(Map<String, String> common, String... more) {
        Map<String, String> environment = new HashMap<>(common);
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return environment;
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(work.resolve(name), text).toString();
    }

    private ChildProcess start(String process, Map<String, String> environment) {
        Processes.Program program = build.processes().get(process);
        List<String> command =
                build.java(program.module(), program.main(), build.jvmFlags(process));
        ChildProcess started =
                ChildProcess.start(
                        ProcessSpec.of(process, work, work.resolve(process + ".log"), command)
                                .withEnvironment(environment));
        processes.put(process, started);
        return started;
    }

    private void ready(String process, int management) {
        Await.ready(
                java.util.Objects.requireNonNull(processes.get(process)),
                work.resolve(process + ".log"),
                LIMIT,
                () -> {
                    try {
                        return get(management, "/readyz", "").statusCode() == 200;
                    } catch (IOException e) {
                        return false;
                    }
                });
    }

    /** The World is there, and nobody has its instance. */
    void tellWorld() throws InterruptedException {
        operator.tell(WORLD, CAPACITY);
    }

    void tellInstance() throws InterruptedException {
        operator.tell(WORLD, CAPACITY, POD_UID, play);
    }

    URI playUrl() {
        return URI.create("ws://127.0.0.1:%d/i/%s/0/v1/play".formatted(gateway, WORLD));
    }

    /** A bearer token of a player; a secret. */
    String bearer(String player) throws Exception {
        String bearer =
                new Tokens.ClientCredentials(
                                HTTP, URI.create(issuer.issuer() + "/token"), clientSecret)
                        .bearer(0, player);
        secrets.put("a bearer token of " + player, bearer);
        return bearer;
    }

    /** Asks for a seat once. */
    HttpResponse<String> ask(String bearer, String requestId, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:%d/v1/worlds/%s/seats/%s"
                                                .formatted(http, WORLD, requestId)))
                        .timeout(Duration.ofSeconds(10))
                        .header("Authorization", "Bearer " + bearer)
                        .PUT(HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Asks until there is a seat: its answer. */
    JsonNode seat(String bearer, String requestId, String... headers) throws Exception {
        for (int i = 0; i < 200; i++) {
            HttpResponse<String> answer = ask(bearer, requestId, headers);
            if (answer.statusCode() == 200) {
                JsonNode seat = JSON.readTree(answer.body());
                secrets.put("ticket " + requestId, seat.path("ticket").asText());
                secrets.put("session " + requestId, seat.path("session").asText());
                return seat;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("no seat:\n" + log("matchmaker"));
    }

    /** Of a process' management listener. */
    HttpResponse<String> get(int management, String path, String accept) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + path))
                        .timeout(Duration.ofSeconds(5));
        if (!accept.isEmpty()) {
            request.header("Accept", accept);
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What a process has written so far. */
    String log(String process) throws IOException {
        return Files.readString(work.resolve(process + ".log"));
    }

    ChildProcess process(String name) {
        return java.util.Objects.requireNonNull(processes.get(name));
    }

    @Override
    public void close() {
        operator.close();
        processes.values().forEach(process -> process.stop(Duration.ofSeconds(10)));
        issuer.close();
        database.close();
        redis.close();
        Trees.delete(work);
    }
}
