package otherworld.local.up;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.local.controlplane.ControlPlane;
import otherworld.local.controlplane.ControlPlaneOptions;
import otherworld.local.controlplane.ControlPlaneOptions.Component;
import otherworld.local.database.DatabaseServer;
import otherworld.local.database.ServerOptions;
import otherworld.local.files.AtomicFiles;
import otherworld.local.files.DataFolders;
import otherworld.local.files.MadeOnce;
import otherworld.local.node.ImageCommands;
import otherworld.local.node.LocalNode;
import otherworld.local.node.NodeOptions;
import otherworld.local.observe.AlertmanagerServer;
import otherworld.local.observe.LocalTargets;
import otherworld.local.observe.PodTargets;
import otherworld.local.observe.PrometheusAssets;
import otherworld.local.observe.PrometheusServer;
import otherworld.local.oidc.LocalIssuer;
import otherworld.local.process.Build;
import otherworld.local.process.Probe;
import otherworld.local.process.ProcessSpec;
import otherworld.local.process.Processes;
import otherworld.local.process.Service;
import otherworld.local.process.TrainedCaches;
import otherworld.local.redis.RedisServer;
import otherworld.ops.tls.InternalTlsSettings;
import otherworld.ops.tls.Role;

/**
 * Starts every part of a local cluster, each as soon as what it needs answers: {@link #run} is the
 * order. Used once.
 */
final class ClusterStart {
    static final String INSTANCE_IMAGE = "otherworld/instance-server:dev";
    static final String NODE_NAME = ControlPlane.NODE_NAME;

    private static final Logger log = LoggerFactory.getLogger(ClusterStart.class);

    /** For steps that are under way when another has failed. */
    static final Duration GIVE_UP = Duration.ofSeconds(10);

    private final Home home;
    private final Build build;
    private final CompletableFuture<Processes> processes;
    private final Parts parts;
    private final Progress progress;
    private final Set<Extra> extras;
    private final Inventory inventory;
    private final StateGuard guard;
    private final MadeOnce once;
    private final Secrets secrets;
    private final Ports ports;
    private final InternalCertificates certificates;
    private final StartUpCache caches;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** What the rest of the cluster needs to know of Redis and SQL. */
    record Stores(String redisUrl, DatabaseServer database) {}

    /**
     * @param database what answers SQL, for people
     */
    record Started(String database) {}

    /**
     * @param anew stores that begin anew, whatever they held
     * @param extras what there is to be beside the usual
     * @throws otherworld.local.process.StartFailed if no ports can be had
     */
    ClusterStart(
            Home home,
            Build build,
            Parts parts,
            Progress progress,
            Set<Store> anew,
            Set<Extra> extras) {
        this.home = home;
        this.build = build;
        // Servers that are not ours need not wait for what reads YAML.
        this.processes = begin(build::processes);
        this.parts = parts;
        this.progress = progress;
        this.extras = extras;
        this.inventory = Inventory.open(home, progress::say);
        this.guard = new StateGuard(inventory, anew, progress::say);
        this.once = new MadeOnce(inventory::has, inventory::add, progress::say);
        this.secrets = new Secrets(home.secrets(), once);
        this.certificates =
                new InternalCertificates(
                        home.secrets().resolve("internal-tls"),
                        once,
                        System.getenv().getOrDefault(InternalTlsSettings.MODE, ""));
        this.ports = Ports.claim(home.ports(), once, progress::say);
        this.caches = new StartUpCache(home.data("startup"), TrainedCaches.of(build));
    }

    /**
     * Returns once World plaza is Ready; what was started is in {@code parts}, also if it throws.
     * What was only starting then is ended.
     */
    Started run() throws InterruptedException {
        try {
            return begin();
        } catch (RuntimeException | InterruptedException e) {
            threads.shutdownNow();
            if (!threads.awaitTermination(GIVE_UP.toSeconds(), TimeUnit.SECONDS)) {
                log.warn("Some steps of the start still run after {}", GIVE_UP);
            }
            throw e;
        }
    }

    private Started begin() throws InterruptedException {
        Instant since = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        CompletableFuture<LocalIssuer> issuer = begin(this::issuer);
        CompletableFuture<String> redis = begin(this::redis);
        CompletableFuture<DatabaseServer> database = begin(this::database);
        CompletableFuture<ControlPlane> plane = begin(this::controlPlane);
        CompletableFuture<ControlPlane> kube = plane.thenApplyAsync(this::startApiServer, threads);

        CompletableFuture<Void> migrated = database.thenAcceptAsync(this::migrate, threads);
        CompletableFuture<Void> matchmaker =
                redis.thenCombine(database, Stores::new)
                        .thenCombineAsync(issuer, this::matchmaker, threads);
        CompletableFuture<Void> edge =
                extras.contains(Extra.GATEWAY)
                        ? redis.thenAcceptAsync(this::gateway, threads)
                        : CompletableFuture.completedFuture(null);
        CompletableFuture<Void> scheduling = kube.thenAcceptAsync(this::scheduling, threads);
        // These wait for the API server themselves, the operator for the World type and its role,
        // too: what they load takes longer than it needs to start, which leaves a core idle.
        CompletableFuture<Void> operator = plane.thenAcceptAsync(this::operator, threads);
        CompletableFuture<ClusterObjects> client = plane.thenApplyAsync(this::objects, threads);
        // Pods of the time before would start with where stores were then.
        CompletableFuture<Void> connections =
                client.thenCombine(kube, (objects, _) -> objects)
                        .thenAcceptBothAsync(
                                redis.thenCombine(database, Stores::new),
                                ClusterObjects::applyConnections,
                                threads);
        CompletableFuture<Void> node = plane.thenAcceptAsync(it -> node(it, connections), threads);
        CompletableFuture<ClusterObjects> objects =
                client.thenCombineAsync(kube, ClusterStart::withDefinitions, threads);
        CompletableFuture<Void> watch =
                extras.contains(Extra.OBSERVE)
                        ? objects.thenCombineAsync(kube, this::observe, threads)
                        : CompletableFuture.completedFuture(null);
        CompletableFuture<Void> world =
                objects.thenAcceptBothAsync(
                        connections, (cluster, _) -> cluster.applyWorld(), threads);
        List<CompletableFuture<?>> all =
                List.of(migrated, matchmaker, edge, watch, scheduling, node, operator, world);
        await(all);
        writeConnections(issuer.join(), database.join());
        try (ClusterObjects cluster = objects.join()) {
            cluster.awaitReady(since);
        }
        return new Started(describe(database.join()));
    }

    // ---- parts
    // -----------------------------------------------------------------------------------

    private LocalIssuer issuer() {
        LocalIssuer issuer =
                LocalIssuer.start(
                        ports.of(Ports.Use.OIDC),
                        secrets.oidcKey(),
                        read(secrets.oidcClientSecret()));
        started(Part.inside("oidc-issuer", issuer.issuer(), issuer::close));
        return issuer;
    }

    private String redis() {
        String external = System.getenv().getOrDefault("REDIS_URL", "");
        if (!external.isEmpty()) {
            started(Part.inside("redis", "REDIS_URL", () -> {}));
            return external;
        }
        Path folder = home.data("redis");
        guard.admit(Store.REDIS, RedisServer.data(folder), DataFolders::redis);
        RedisServer redis =
                guard.start(
                        Store.REDIS,
                        () ->
                                RedisServer.start(
                                        folder,
                                        home.log("redis"),
                                        ports.of(Ports.Use.REDIS),
                                        secrets.redisPassword()));
        started(Part.of(redis.service(), "127.0.0.1:" + redis.port()));
        return redis.url();
    }

    private DatabaseServer database() {
        Path folder = create(home.data("database"));
        Path data = DatabaseFolder.of(home, inventory, progress::say);
        boolean ours = System.getenv().getOrDefault("CRDB_URL", "").isEmpty();
        if (ours) {
            guard.admit(Store.DATABASE, data, DatabaseServer::look);
        } else if (inventory.has(Store.DATABASE)) {
            progress.say(
                    "SQL is that of CRDB_URL: what was built without it stays in %s, unused"
                            .formatted(data));
        }
        Supplier<DatabaseServer> start =
                () ->
                        DatabaseServer.start(
                                new ServerOptions(
                                        folder,
                                        home.log("database"),
                                        data,
                                        ports.of(Ports.Use.DATABASE),
                                        secrets.databasePassword(),
                                        true,
                                        progress::say),
                                System.getenv());
        DatabaseServer database = ours ? guard.start(Store.DATABASE, start) : start.get();
        String address = describe(database) + " " + database.jdbcUrl();
        started(
                database.service()
                        .map(service -> Part.of("database", service, address))
                        .orElseGet(() -> Part.inside("database", address, () -> {})));
        return database;
    }

    private ControlPlane controlPlane() {
        Path folder = create(home.data("kube"));
        guard.admit(Store.ETCD, ControlPlane.etcdData(folder), DataFolders::etcd);
        ControlPlane plane =
                ControlPlane.prepare(
                        new ControlPlaneOptions(
                                folder,
                                home.logs(),
                                new ControlPlaneOptions.Ports(
                                        ports.of(Ports.Use.API_SERVER),
                                        ports.of(Ports.Use.ETCD_CLIENT),
                                        ports.of(Ports.Use.ETCD_PEER),
                                        ports.of(Ports.Use.ETCD_HEALTH),
                                        ports.of(Ports.Use.SCHEDULER_HEALTH),
                                        ports.of(Ports.Use.CONTROLLERS_HEALTH)),
                                Set.of(Component.SCHEDULER, Component.CONTROLLERS),
                                true),
                        once);
        AtomicFiles.write(home.kubeconfig(), read(plane.kubeconfig()));
        return plane;
    }

    private ControlPlane startApiServer(ControlPlane plane) {
        guard.start(
                Store.ETCD,
                () -> {
                    started(
                            Part.of(
                                    plane.etcd().start(),
                                    "127.0.0.1:" + ports.of(Ports.Use.ETCD_CLIENT)));
                    plane.startApiServer();
                    return plane;
                });
        started(Part.of(plane.apiServer(), plane.url()));
        return plane;
    }

    private void scheduling(ControlPlane plane) {
        for (Service service : plane.extras()) {
            service.start();
            started(Part.of(service, ""));
        }
    }

    private void migrate(DatabaseServer database) {
        Path log = home.log("migrate");
        Service migrate =
                new Service(
                        program(
                                "migrations",
                                "migrate",
                                log,
                                List.of(),
                                databaseEnvironment(database)),
                        log,
                        Service.Limits.usual(),
                        () -> true);
        migrate.start();
        int code = migrate.process().orElseThrow().onExit().join();
        if (code != 0) {
            throw otherworld.local.process.StartFailed.withLog(
                    "The SQL schema could not be brought up to date (exit code %d)".formatted(code),
                    log);
        }
        progress.done(Step.SCHEMA, "SQL schema is up to date");
    }

    private Void matchmaker(Stores stores, LocalIssuer issuer) {
        Map<String, String> environment = new HashMap<>(databaseEnvironment(stores.database()));
        environment.put("OTHERWORLD_BIND", "127.0.0.1");
        environment.put("OTHERWORLD_MANAGEMENT_BIND", "127.0.0.1");
        environment.put("OTHERWORLD_MANAGEMENT_PORT", port(Ports.Use.MATCHMAKER_MANAGEMENT));
        environment.put("OTHERWORLD_HTTP_PORT", port(Ports.Use.MATCHMAKER_HTTP));
        environment.put(
                certificates.on() ? "OTHERWORLD_INTERNAL_TLS_GRPC_PORT" : "OTHERWORLD_GRPC_PORT",
                port(Ports.Use.MATCHMAKER_GRPC));
        if (certificates.on()) {
            environment.put("OTHERWORLD_INTERNAL_TLS_HTTP_PORT", port(Ports.Use.MATCHMAKER_KEYS));
        }
        certificates.tell(Role.MATCHMAKER, environment::put);
        environment.put("REDIS_URL", stores.redisUrl());
        environment.put("OTHERWORLD_SIGNING_KEY_FILE", secrets.signingKeys().toString());
        environment.put("OTHERWORLD_GRPC_TOKEN_FILE", secrets.grpcToken().toString());
        environment.put("OTHERWORLD_OIDC_ISSUER", issuer.issuer());
        environment.put("OTHERWORLD_OIDC_JWKS_URL", issuer.issuer() + "/jwks");
        jvm(
                "matchmaker",
                "-Xmx256m",
                environment,
                ports.url("http", Ports.Use.MATCHMAKER_HTTP),
                ports.url("http", Ports.Use.MATCHMAKER_MANAGEMENT));
        return null;
    }

    private void gateway(String redisUrl) {
        Map<String, String> environment = new HashMap<>();
        environment.put("OTHERWORLD_BIND", "127.0.0.1");
        environment.put("OTHERWORLD_MANAGEMENT_BIND", "127.0.0.1");
        environment.put("OTHERWORLD_MANAGEMENT_PORT", port(Ports.Use.GATEWAY_MANAGEMENT));
        environment.put("OTHERWORLD_HTTP_PORT", port(Ports.Use.GATEWAY_HTTP));
        environment.put("REDIS_URL", redisUrl);
        environment.put("OTHERWORLD_KEYS_URL", keysUrl());
        certificates.tell(Role.GATEWAY, environment::put);
        environment.put("OTHERWORLD_ZONE_LOG", "true");
        jvm(
                "gateway",
                "-Xmx128m",
                environment,
                ports.url("http", Ports.Use.GATEWAY_HTTP),
                ports.url("http", Ports.Use.GATEWAY_MANAGEMENT));
    }

    private String keysUrl() {
        return (certificates.on()
                        ? ports.url("https", Ports.Use.MATCHMAKER_KEYS)
                        : ports.url("http", Ports.Use.MATCHMAKER_HTTP))
                + "/v1/keys";
    }

    private void operator(ControlPlane plane) {
        Map<String, String> environment = new HashMap<>();
        environment.put("OTHERWORLD_MANAGEMENT_BIND", "127.0.0.1");
        environment.put("OTHERWORLD_MANAGEMENT_PORT", port(Ports.Use.OPERATOR_MANAGEMENT));
        environment.put("OTHERWORLD_PORT_RANGE", ports.playPorts());
        environment.put(
                "OTHERWORLD_INSTANCE_MANAGEMENT_OFFSET", Integer.toString(Ports.MANAGEMENT_OFFSET));
        environment.put("KUBECONFIG", plane.operatorKubeconfig().toString());
        environment.put(
                "OTHERWORLD_MATCHMAKER_GRPC", "127.0.0.1:" + port(Ports.Use.MATCHMAKER_GRPC));
        environment.put("OTHERWORLD_GRPC_TOKEN_FILE", secrets.grpcToken().toString());
        environment.put("OTHERWORLD_KEYS_URL", keysUrl());
        certificates.tell(Role.OPERATOR, environment::put);
        if (certificates.on()) {
            // Pods share the machine: nothing is mounted.
            environment.put(
                    "OTHERWORLD_INTERNAL_TLS_INSTANCE_FOLDER",
                    certificates.of(Role.INSTANCE).toString());
        }
        environment.put("OTHERWORLD_INSTANCE_IMAGE", INSTANCE_IMAGE);
        environment.put("OTHERWORLD_ENDPOINT_HOST", "127.0.0.1");
        if (extras.contains(Extra.GATEWAY)) {
            environment.put("OTHERWORLD_GATEWAY_URL", ports.url("http", Ports.Use.GATEWAY_HTTP));
        }
        environment.put("OTHERWORLD_ZONE_LOG", "true");
        environment.put("OTHERWORLD_PAGE", "true");
        environment.put("OTHERWORLD_PAGE_PORT", port(Ports.Use.OPERATOR_PAGE));
        environment.put("OTHERWORLD_PAGE_TOKEN_FILE", secrets.pageToken().toString());
        if (extras.contains(Extra.OBSERVE)) {
            environment.put("OTHERWORLD_PROMETHEUS_URL", ports.url("http", Ports.Use.PROMETHEUS));
        }
        jvm(
                "operator",
                "-Xmx256m",
                environment,
                ports.url("http", Ports.Use.OPERATOR_MANAGEMENT),
                ports.url("http", Ports.Use.OPERATOR_MANAGEMENT));
    }

    private Void observe(ClusterObjects objects, ControlPlane plane) {
        objects.applyPrometheusRole();
        PrometheusAssets assets = PrometheusAssets.find();
        AlertmanagerServer alertmanager =
                AlertmanagerServer.start(
                        assets,
                        create(home.data("alertmanager")),
                        home.log("alertmanager"),
                        ports.of(Ports.Use.ALERTMANAGER));
        started(Part.of(alertmanager.service(), alertmanager.url().toString()));
        Path folder = create(home.data("prometheus"));
        Path targets = folder.resolve("targets.json");
        PodTargets pods = PodTargets.watch(readConfig(plane.prometheusKubeconfig()), targets);
        started(Part.inside("prometheus-targets", targets.toString(), pods::close));
        PrometheusServer prometheus =
                PrometheusServer.start(
                        assets,
                        folder,
                        home.log("prometheus"),
                        ports.of(Ports.Use.PROMETHEUS),
                        new LocalTargets(
                                        build.root().resolve("observability/rules"),
                                        targets,
                                        ports.of(Ports.Use.PROMETHEUS),
                                        ports.of(Ports.Use.ALERTMANAGER),
                                        ports.of(Ports.Use.OPERATOR_MANAGEMENT),
                                        ports.of(Ports.Use.MATCHMAKER_MANAGEMENT),
                                        extras.contains(Extra.GATEWAY)
                                                ? OptionalInt.of(
                                                        ports.of(Ports.Use.GATEWAY_MANAGEMENT))
                                                : OptionalInt.empty())
                                .configuration());
        started(Part.of(prometheus.service(), prometheus.url().toString()));
        return null;
    }

    private void node(ControlPlane plane, CompletableFuture<?> connections) {
        Path nodeConfig = plane.nodeKubeconfig();
        LocalNode node =
                LocalNode.start(
                        NodeOptions.of(
                                readConfig(nodeConfig),
                                NODE_NAME,
                                create(home.data("node")),
                                instanceImage(),
                                plane.kubeletTls()),
                        connections);
        started(Part.inside("node", NODE_NAME, node::close));
    }

    private ImageCommands instanceImage() {
        Processes.Program instance = processes.join().get("instance-server");
        String module = instance.module();
        List<String> flags = build.jvmFlags("instance-server");
        return new ImageCommands(
                Map.of(INSTANCE_IMAGE, build.java(module, instance.main(), flags)),
                Map.of(INSTANCE_IMAGE, caches.archive(module, build.classPath(module), flags)));
    }

    private ClusterObjects objects(ControlPlane plane) {
        return new ClusterObjects(readConfig(plane.kubeconfig()), build, progress);
    }

    private static ClusterObjects withDefinitions(ClusterObjects objects, ControlPlane serving) {
        objects.applyDefinitions();
        return objects;
    }

    private void jvm(
            String process,
            String heap,
            Map<String, String> environment,
            String url,
            String management) {
        Path log = home.log(process);
        processes.join().readBy(process).stream()
                .filter(name -> name.startsWith("OTEL_"))
                .forEach(name -> passOn(name, environment));
        Service service =
                new Service(
                        program(process, process, log, List.of(heap), environment),
                        log,
                        Service.Limits.usual(),
                        () -> Probe.answers(URI.create(management + "/healthz")));
        service.start();
        started(Part.of(service, url));
    }

    /** What who started this has in their environment. */
    private static void passOn(String name, Map<String, String> environment) {
        String value = System.getenv(name);
        if (value != null && !value.isEmpty()) {
            environment.put(name, value);
        }
    }

    /** As deploy/processes.yaml has it. */
    private ProcessSpec program(
            String process,
            String name,
            Path log,
            List<String> more,
            Map<String, String> environment) {
        processes.join().check(process, environment.keySet());
        Processes.Program program = processes.join().get(process);
        List<String> flags = new ArrayList<>(build.jvmFlags(process));
        flags.addAll(caches.flags(process, build.classPath(program.module()), List.copyOf(flags)));
        flags.addAll(more);
        return ProcessSpec.of(
                        name,
                        home.folder(),
                        log,
                        build.java(program.module(), program.main(), flags))
                .withEnvironment(environment);
    }

    // ---- helpers
    // ---------------------------------------------------------------------------------

    private void started(Part part) {
        parts.add(part);
        String line =
                part.name()
                        + " answers"
                        + (part.address().isEmpty() ? "" : " at " + part.address());
        Step.ofPart(part.name())
                .ifPresentOrElse(step -> progress.done(step, line), () -> progress.say(line));
    }

    private <T> CompletableFuture<T> begin(Supplier<T> step) {
        return CompletableFuture.supplyAsync(step, threads);
    }

    /** The first failure counts; without one, returns when all are done. */
    private static void await(List<CompletableFuture<?>> all) throws InterruptedException {
        CompletableFuture<Object> failed = new CompletableFuture<>();
        all.forEach(future -> {
            var _ =
                    future.exceptionally(failure -> {
                        failed.completeExceptionally(failure);
                        return null;
                    });
        });
        CompletableFuture<Void> done =
                CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
        try {
            CompletableFuture.anyOf(done, failed).get();
        } catch (java.util.concurrent.ExecutionException e) {
            Throwable cause =
                    e.getCause() instanceof CompletionException wrapped
                            ? wrapped.getCause()
                            : e.getCause();
            throw cause instanceof RuntimeException failure
                    ? failure
                    : new IllegalStateException(cause);
        }
    }

    private static Map<String, String> databaseEnvironment(DatabaseServer database) {
        return Map.of(
                "DATABASE_URL", database.jdbcUrl(),
                "DATABASE_USER", database.user(),
                "DATABASE_PASSWORD", database.password());
    }

    /** Read by the launcher for {@code bots}. */
    private void writeConnections(LocalIssuer issuer, DatabaseServer database) {
        Path password = secrets.folder().resolve("database-password-in-use");
        AtomicFiles.write(password, database.password());
        AtomicFiles.write(
                home.connections(),
                """
                OTHERWORLD_MATCHMAKER_URL='%s'
                OTHERWORLD_TOKEN_URL='%s/token'
                OTHERWORLD_CLIENT_SECRET_FILE='%s'
                OTHERWORLD_DATABASE_URL='%s'
                OTHERWORLD_DATABASE_USER='%s'
                OTHERWORLD_DATABASE_PASSWORD_FILE='%s'
                """
                        .formatted(
                                ports.url("http", Ports.Use.MATCHMAKER_HTTP),
                                issuer.issuer(),
                                secrets.oidcClientSecret(),
                                database.jdbcUrl(),
                                database.user(),
                                password));
    }

    private static String describe(DatabaseServer database) {
        return switch (database.kind()) {
            case COCKROACHDB -> "CockroachDB";
            case POSTGRESQL -> "PostgreSQL 18";
        };
    }

    private String port(Ports.Use use) {
        return Integer.toString(ports.of(use));
    }

    private static Config readConfig(Path kubeconfig) {
        return Config.fromKubeconfig(read(kubeconfig));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + file, e);
        }
    }

    private static Path create(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not create " + folder, e);
        }
    }
}
