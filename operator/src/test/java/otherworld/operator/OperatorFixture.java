package otherworld.operator;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import otherworld.crds.World;
import otherworld.crds.WorldCondition;
import otherworld.fleet.v1.HostPhase;
import otherworld.local.controlplane.ControlPlane;
import otherworld.operator.config.InstancePorts;
import otherworld.operator.config.OperatorSettings;
import otherworld.operator.config.OperatorSettings.Election;
import otherworld.operator.config.OperatorSettings.PodDefaults;
import otherworld.operator.config.OperatorSettings.Reach;
import otherworld.operator.config.OperatorSettings.Target;
import otherworld.operator.config.PageSettings;
import otherworld.operator.observe.Names;
import otherworld.operator.stored.OperatorClient;
import otherworld.ops.ManagementSettings;
import otherworld.ops.PortTaken;
import otherworld.ops.audit.AuditLog;
import otherworld.ops.tls.InternalTlsSettings;

/**
 * A namespace with a World "plaza", an operator with exactly the permissions of rbac.yaml that
 * watches it, and a matchmaker whose demand the test sets.
 */
final class OperatorFixture implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Long enough for a wrong decision to show. */
    static final Duration CALM = Duration.ofMillis(1500);

    private static final AtomicInteger count = new AtomicInteger();

    final ControlPlane plane;
    final KubernetesClient admin;
    final String namespace = "operator-" + count.incrementAndGet();

    /** Lines of the audit log, of every operator that was started. */
    final List<String> audited = new CopyOnWriteArrayList<>();

    final ScriptedMatchmaker matchmaker = new ScriptedMatchmaker(namespace + ".plaza", 100);
    private final Interceptor requests;
    private KubernetesClient operatorClient;
    private @Nullable OperatorProcess operator;

    OperatorFixture(ControlPlane plane) throws IOException {
        this(plane, new ApiMetrics(new PrometheusRegistry()));
    }

    /**
     * @param requests hears of the operator's
     */
    OperatorFixture(ControlPlane plane, Interceptor requests) throws IOException {
        this.requests = requests;
        this.plane = plane;
        this.admin = client(plane.kubeconfig());
        this.operatorClient = operatorClient(plane.operatorKubeconfig());
        for (String resource :
                List.of(
                        "/META-INF/fabric8/worlds.otherworld.dev-v1.yml",
                        "/otherworld/operator/rbac.yaml")) {
            try (InputStream yaml =
                    Objects.requireNonNull(OperatorFixture.class.getResourceAsStream(resource))) {
                admin.load(yaml).items().forEach(it -> admin.resource(it).serverSideApply());
            }
        }
        admin.resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(namespace)
                                .endMetadata()
                                .build())
                .create();
        matchmaker.start();
    }

    /** Ends the operator and the matchmaker; objects stay. */
    @Override
    public void close() throws InterruptedException {
        stopOperator();
        matchmaker.close();
        operatorClient.close();
        admin.close();
    }

    /** Who holds the Lease in this namespace. */
    Optional<String> leader() {
        Lease lease = admin.leases().inNamespace(namespace).withName(Leadership.LEASE).get();
        return Optional.ofNullable(lease)
                .map(it -> it.getSpec().getHolderIdentity())
                .filter(holder -> !holder.isEmpty());
    }

    /** Every World of the namespace goes, and its pods. */
    void deleteWorlds() {
        if (operator == null) {
            startOperator();
        }
        matchmaker.set(() -> matchmaker.answers = true);
        admin.resources(World.class).inNamespace(namespace).delete();
        await().atMost(PATIENCE)
                .until(() ->
                        pods().isEmpty()
                                && admin.resources(World.class)
                                        .inNamespace(namespace)
                                        .list()
                                        .getItems()
                                        .isEmpty());
    }

    OperatorProcess operator() {
        return Objects.requireNonNull(operator);
    }

    void stopOperator() {
        if (operator != null) {
            operator.close();
            operator = null;
        }
    }

    /** As another process would: with a client of its own. */
    void restartOperator() {
        stopOperator();
        operatorClient.close();
        operatorClient = operatorClient(plane.operatorKubeconfig());
        startOperator();
    }

    void startOperator() {
        startOperator(Duration.ofSeconds(60));
    }

    void startOperator(Duration letGoAfter) {
        startOperator(letGoAfter, InstantSource.system());
    }

    void startOperator(Duration letGoAfter, InstantSource clock) {
        startOperator(letGoAfter, clock, new Election(false, "default", Duration.ofSeconds(15)));
    }

    void startOperator(Duration letGoAfter, InstantSource clock, Election election) {
        try {
            operator =
                    OperatorProcess.start(
                            new OperatorSettings(
                                    new Target("127.0.0.1", matchmaker.port()),
                                    Optional.empty(),
                                    new ManagementSettings("127.0.0.1", 0, ""),
                                    new PodDefaults(
                                            "image",
                                            Optional.empty(),
                                            URI.create("http://127.0.0.1:1/v1/keys"),
                                            "otherworld",
                                            false),
                                    new Reach(Optional.empty(), true),
                                    InstancePorts.DEFAULT,
                                    Set.of(namespace),
                                    election,
                                    letGoAfter,
                                    new PageSettings(
                                            true,
                                            "127.0.0.1",
                                            0,
                                            Set.of(),
                                            Optional.empty(),
                                            Optional.empty()),
                                    InternalTlsSettings.NONE,
                                    Optional.empty()),
                            operatorClient,
                            new PrometheusRegistry(),
                            clock,
                            new AuditLog(audited::add, clock, "operator", "test"),
                            () -> {});
        } catch (PortTaken e) {
            throw new AssertionError("port 0 is never taken", e);
        }
    }

    void apply(int min, int max, int spareSeats, String... more) {
        applyYaml(
                """
                apiVersion: otherworld.dev/v1alpha1
                kind: World
                metadata: {name: plaza, namespace: %s}
                spec:
                  capacity: 100
                  instances: {min: %d, max: %d, spareSeats: %d, idleAfter: 1m}
                  %s
                """
                        .formatted(namespace, min, max, spareSeats, String.join("\n  ", more)));
    }

    World applyYaml(String yaml) {
        return admin.resource(Serialization.unmarshal(yaml, World.class)).serverSideApply();
    }

    /** What an operator in a process of its own is told: whom it serves, and with whom. */
    Map<String, String> operatorEnvironment() {
        return Map.of(
                "KUBECONFIG",
                plane.operatorKubeconfig().toString(),
                "OTHERWORLD_MATCHMAKER_GRPC",
                "127.0.0.1:" + matchmaker.port(),
                "OTHERWORLD_KEYS_URL",
                "http://127.0.0.1:1/v1/keys",
                "OTHERWORLD_WATCH_NAMESPACES",
                namespace);
    }

    /** How many pods there are, of which the API server sends one and the number of the others. */
    long podCount() {
        PodList first =
                admin.pods()
                        .inNamespace(namespace)
                        .list(new ListOptionsBuilder().withLimit(1L).build());
        Long others = first.getMetadata().getRemainingItemCount();
        return first.getItems().size() + (others == null ? 0 : others);
    }

    /** A World that wants so many instances whatever its players do. */
    void applyFloor(String name, int capacity, int instances) {
        applyYaml(
                """
                apiVersion: otherworld.dev/v1alpha1
                kind: World
                metadata: {name: %s, namespace: %s}
                spec: {capacity: %d, replicas: %d, instances: {min: 1, max: %d, spareSeats: 0}}
                """
                        .formatted(name, namespace, capacity, instances, instances));
    }

    List<Pod> pods() {
        return admin.pods().inNamespace(namespace).list().getItems();
    }

    Set<String> names() {
        return pods().stream().map(pod -> pod.getMetadata().getName()).collect(Collectors.toSet());
    }

    Set<String> cordoned() {
        Set<String> names = new HashSet<>();
        for (Pod pod : pods()) {
            if (pod.getMetadata().getAnnotations().containsKey(Names.CORDON)) {
                names.add(pod.getMetadata().getName());
            }
        }
        return names;
    }

    void awaitPods(int count) {
        await().atMost(PATIENCE).until(() -> pods().size() == count);
    }

    void awaitReady(int instances) {
        awaitWorld(it ->
                Integer.valueOf(instances).equals(it.getStatus().readyInstances())
                        && matchmaker.hosts().stream()
                                        .filter(host -> host.getPhase() == HostPhase.READY)
                                        .count()
                                == instances);
    }

    World awaitCondition(String type, Predicate<WorldCondition> holds) {
        return awaitWorld(it -> it.getStatus().condition(type).filter(holds).isPresent());
    }

    World awaitWorld(Predicate<World> holds) {
        return await().atMost(PATIENCE)
                .until(
                        () -> world("plaza"),
                        it -> it != null && it.getStatus() != null && holds.test(it));
    }

    Optional<WorldCondition> condition(String name, String type) {
        World world = world(name);
        return world == null || world.getStatus() == null
                ? Optional.empty()
                : world.getStatus().condition(type);
    }

    @Nullable World world(String name) {
        return admin.resources(World.class).inNamespace(namespace).withName(name).get();
    }

    static void holds(ThrowingRunnable assertion) {
        await().during(CALM).atMost(PATIENCE).untilAsserted(assertion);
    }

    private KubernetesClient operatorClient(Path kubeconfig) {
        return OperatorClient.create(Config.fromKubeconfig(kubeconfig.toFile()), requests);
    }

    static KubernetesClient client(Path kubeconfig) {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build();
    }
}
