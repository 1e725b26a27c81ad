package otherworld.training;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import otherworld.base.WorldId;
import otherworld.local.database.DatabaseServer;
import otherworld.local.files.SecretFiles;
import otherworld.local.files.Trees;
import otherworld.local.oidc.LocalIssuer;
import otherworld.local.process.Await;
import otherworld.local.process.Build;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.Probe;
import otherworld.local.process.ProcessSpec;
import otherworld.local.process.Processes;
import otherworld.local.process.StartFailed;
import otherworld.local.redis.RedisServer;
import otherworld.ops.Logs;
import otherworld.tickets.SigningKeys;
import otherworld.training.Recorded.Keeps;

/**
 * Run once after a build, or with images before they are packed: starts a matchmaker and an
 * instance on a Redis and a database of their own, has {@linkplain Players players} in it, and
 * makes of what their JVMs saw a cache for each. What is there already stays. On loopback, in a
 * temporary folder; ends by itself, with an exception if anything of that did not happen.
 */
public final class Main {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final WorldId WORLD = new WorldId("default.training");
    private static final int CAPACITY = 100;
    private static final String POD_UID = "training";

    private final Build build = Build.ofThisCheckout();
    private final Path work = Trees.temporary("training");
    private final Recorded matchmaker;
    private final Recorded instance;

    /**
     * @param roots the files of each program's image; none: programs are this checkout's
     */
    private Main(Map<String, Path> roots) {
        // It answers for weeks: with the profile of a dozen players it would give a twelfth less.
        this.matchmaker = recorded("matchmaker", Keeps.CLASSES, roots);
        this.instance = recorded("instance-server", Keeps.CLASSES_AND_PROFILES, roots);
    }

    private Recorded recorded(String process, Keeps keeps, Map<String, Path> roots) {
        Path root = roots.get(process);
        return new Recorded(
                process,
                root == null
                        ? new Trained.InCheckout(process, build)
                        : new Trained.InImage(process, build, root, work),
                keeps,
                work);
    }

    /**
     * @param arguments {@code PROCESS=FOLDER}: the files of an image of each, unpacked; none: this
     *     checkout
     */
    public static void main(String[] arguments) throws Exception {
        Logs.init();
        Map<String, Path> roots = new HashMap<>();
        for (String argument : arguments) {
            String[] parts = argument.split("=", 2);
            roots.put(parts[0], Path.of(parts[1]).toAbsolutePath());
        }
        new Main(roots).run();
    }

    private void run() throws Exception {
        if (matchmaker.isTrained() && instance.isTrained()) {
            return;
        }
        String secret = SecretFiles.random();
        try (RedisServer redis = RedisServer.start();
                DatabaseServer database = DatabaseServer.start();
                LocalIssuer issuer = issuer(secret)) {
            Map<String, String> common = new HashMap<>();
            common.put("OTHERWORLD_BIND", "127.0.0.1");
            common.put("OTHERWORLD_MANAGEMENT_BIND", "127.0.0.1");
            common.put("DATABASE_URL", database.jdbcUrl());
            common.put("DATABASE_USER", database.user());
            common.put("DATABASE_PASSWORD", database.password());
            common.put("REDIS_URL", redis.url());
            migrate(common);
            int http = FreePorts.next();
            int grpc = FreePorts.next();
            int play = FreePorts.next();
            String grpcToken = SecretFiles.random();
            try (ChildProcess matching = matchmaker(common, http, grpc, grpcToken, issuer);
                    ChildProcess hosting = instance(common, http, play);
                    StandInOperator operator = new StandInOperator(grpc, grpcToken)) {
                operator.tell(WORLD, CAPACITY, POD_UID, play);
                URI matchmakerUrl = URI.create("http://127.0.0.1:" + http);
                new Players(matchmakerUrl, issuer, secret, WORLD).play();
                instance.finish(hosting);
                matchmaker.finish(matching);
            }
        } finally {
            Trees.delete(work);
        }
    }

    private static LocalIssuer issuer(String secret) {
        return LocalIssuer.start(0, LocalIssuer.newKey(), secret);
    }

    private void migrate(Map<String, String> environment) throws InterruptedException {
        Path log = work.resolve("migrations.log");
        Processes.Program migrations = build.processes().get("migrations");
        List<String> command =
                build.java(migrations.module(), migrations.main(), build.jvmFlags("migrations"));
        try (ChildProcess migrating =
                ChildProcess.start(
                        ProcessSpec.of("migrations", work, log, command)
                                .withEnvironment(environment))) {
            if (migrating.onExit().join() != 0) {
                throw StartFailed.withLog("The SQL schema could not be made", log);
            }
        }
    }

    private ChildProcess matchmaker(
            Map<String, String> common, int http, int grpc, String grpcToken, LocalIssuer issuer)
            throws IOException {
        int management = FreePorts.next();
        Map<String, String> environment = new HashMap<>(common);
        environment.put("OTHERWORLD_HTTP_PORT", Integer.toString(http));
        environment.put("OTHERWORLD_GRPC_PORT", Integer.toString(grpc));
        environment.put("OTHERWORLD_MANAGEMENT_PORT", Integer.toString(management));
        environment.put(
                "OTHERWORLD_SIGNING_KEY_FILE",
                Files.writeString(work.resolve("ticket-keys.json"), SigningKeys.generate())
                        .toString());
        environment.put(
                "OTHERWORLD_GRPC_TOKEN_FILE",
                Files.writeString(work.resolve("grpc-token"), grpcToken).toString());
        environment.put("OTHERWORLD_OIDC_ISSUER", issuer.issuer());
        environment.put("OTHERWORLD_OIDC_JWKS_URL", issuer.issuer() + "/jwks");
        return ready(matchmaker, environment, management);
    }

    private ChildProcess instance(Map<String, String> common, int http, int play) {
        int management = FreePorts.next();
        Map<String, String> environment = new HashMap<>(common);
        environment.put("OTHERWORLD_WORLD", WORLD.value());
        environment.put("OTHERWORLD_ORDINAL", "0");
        environment.put("OTHERWORLD_POD_UID", POD_UID);
        environment.put("OTHERWORLD_HOST_IP", "127.0.0.1");
        environment.put("OTHERWORLD_ENDPOINT_HOST", "127.0.0.1");
        environment.put("OTHERWORLD_PORT", Integer.toString(play));
        environment.put("OTHERWORLD_MANAGEMENT_PORT", Integer.toString(management));
        environment.put("OTHERWORLD_CAPACITY", Integer.toString(CAPACITY));
        environment.put("OTHERWORLD_KEYS_URL", "http://127.0.0.1:%d/v1/keys".formatted(http));
        return ready(instance, environment, management);
    }

    private static ChildProcess ready(
            Recorded program, Map<String, String> environment, int management) {
        ChildProcess process = program.start(environment);
        try {
            Await.ready(
                    process, program.log(), LIMIT, () -> Probe.answers(at(management, "/readyz")));
            Probe.answers(at(management, "/metrics"));
            return process;
        } catch (RuntimeException e) {
            process.kill();
            throw e;
        }
    }

    private static URI at(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
