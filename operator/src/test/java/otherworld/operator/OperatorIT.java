package otherworld.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.crds.World;
import otherworld.crds.WorldCondition;
import otherworld.fleet.v1.HostPhase;
import otherworld.local.controlplane.ControlPlane;
import otherworld.operator.act.Ports;
import otherworld.operator.config.OperatorSettings;
import otherworld.operator.config.OperatorSettings.PodDefaults;
import otherworld.operator.config.OperatorSettings.Target;
import otherworld.operator.observe.Names;
import otherworld.operator.observe.Pods;

/** The operator on a real API server, with exactly the permissions of rbac.yaml. */
class OperatorIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Long enough for a wrong decision to show. */
    private static final Duration CALM = Duration.ofMillis(1500);

    private static final AtomicInteger count = new AtomicInteger();

    private static KubernetesClient admin = client(ControlPlane.shared().kubeconfig());

    private final String namespace = "operator-" + count.incrementAndGet();
    private final ScriptedMatchmaker matchmaker = new ScriptedMatchmaker(namespace + ".plaza", 100);
    private KubernetesClient operatorClient = client(ControlPlane.shared().operatorKubeconfig());
    private @Nullable OperatorProcess operator;
    private @Nullable PatchedNode node;

    @BeforeAll
    static void install() throws IOException {
        for (String resource :
                List.of(
                        "/META-INF/fabric8/worlds.otherworld.dev-v1.yml",
                        "/otherworld/operator/rbac.yaml")) {
            try (InputStream yaml =
                    Objects.requireNonNull(OperatorIT.class.getResourceAsStream(resource))) {
                admin.load(yaml).items().forEach(it -> admin.resource(it).serverSideApply());
            }
        }
    }

    @BeforeEach
    void start() throws IOException {
        admin.resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(namespace)
                                .endMetadata()
                                .build())
                .create();
        matchmaker.start();
        node = new PatchedNode(admin, namespace);
        startOperator();
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (operator != null) {
            operator.close();
        }
        if (node != null) {
            node.close();
        }
        matchmaker.close();
        operatorClient.close();
        assertThat(matchmaker.violations).isEmpty();
    }

    @Test
    void aWorldGetsItsMinimumAndSaysSo() throws Exception {
        apply(2, 5, 0);
        awaitPods(2);
        World world =
                awaitCondition(WorldCondition.READY, it -> it.reason().equals("InstancesReady"));

        assertThat(names()).containsExactlyInAnyOrder("plaza-0-0", "plaza-1-0");
        assertThat(world.getStatus().instances()).isEqualTo(2);
        assertThat(world.getStatus().selector()).contains("otherworld.dev/world=plaza");
        assertThat(world.getMetadata().getFinalizers()).contains("otherworld.dev/fleet");
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(matchmaker.hosts())
                                .hasSize(2)
                                .allSatisfy(host -> {
                                    assertThat(host.getPhase()).isEqualTo(HostPhase.READY);
                                    assertThat(host.getEndpoints(0))
                                            .matches("ws://127\\.0\\.0\\.1:2\\d{4}/v1/play");
                                }));
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(
                                        admin.policy()
                                                .v1()
                                                .podDisruptionBudget()
                                                .inNamespace(namespace)
                                                .withName("plaza")
                                                .get()
                                                .getSpec()
                                                .getMinAvailable()
                                                .getIntVal())
                                .isEqualTo(1));
        checkPod(pods().getFirst());
        checkHttp();
        assertThat(admin.v1().events().inNamespace(namespace).list().getItems())
                .anySatisfy(event -> assertThat(event.getMessage()).contains("always should"));
    }

    @Test
    void demandRaisesTheFleetToThreeInstancesForTwoHundredAndFiftyPlayers() {
        apply(1, 5, 10);
        awaitReady(1);
        matchmaker.set(() -> {
            matchmaker.occupied.put(0, 100);
            matchmaker.waiting = 150;
        });
        awaitReady(3);
        matchmaker.set(() -> {
            matchmaker.occupied.put(1, 100);
            matchmaker.occupied.put(2, 50);
            matchmaker.waiting = 0;
        });
        holds(() -> assertThat(pods()).hasSize(3));
        World world = awaitWorld(it -> Integer.valueOf(250).equals(it.getStatus().players()));
        assertThat(world.getStatus().freeSeats()).isEqualTo(50);
    }

    @Test
    void spareSeatsAreKeptAndMaxIsNotExceeded() {
        apply(1, 2, 10);
        awaitReady(1);
        matchmaker.set(() -> matchmaker.occupied.put(0, 95));
        awaitReady(2);
        matchmaker.set(() -> matchmaker.occupied.put(1, 96));
        awaitCondition(WorldCondition.SCALING_LIMITED, it -> it.reason().equals("MaxReached"));
        assertThat(pods()).hasSize(2);
    }

    @Test
    void aSeatRequestWakesExactlyTheInstanceItNames() {
        apply(1, 5, 0);
        awaitReady(1);
        matchmaker.set(() -> matchmaker.wanted.add(7));
        awaitReady(2);
        assertThat(names()).containsExactlyInAnyOrder("plaza-0-0", "plaza-7-0");
    }

    @Test
    void anIdleInstanceIsRemovedOnlyAfterItConfirmedItsCordon() {
        apply(1, 5, 10);
        awaitReady(1);
        matchmaker.set(() -> matchmaker.occupied.put(0, 95));
        awaitReady(2);
        matchmaker.set(() -> {
            matchmaker.confirmsCordons = false;
            matchmaker.occupied.clear();
            matchmaker.idleMs = 3_600_000;
        });
        await().atMost(PATIENCE).until(() -> !cordoned().isEmpty());
        holds(() -> assertThat(pods()).hasSize(2));
        assertThat(cordoned()).as("one may go, one is the minimum").hasSize(1);

        matchmaker.set(() -> matchmaker.confirmsCordons = true);
        awaitPods(1);
        awaitCondition(WorldCondition.PROGRESSING, it -> it.reason().equals("Settled"));
        assertThat(cordoned()).isEmpty();
    }

    @Test
    void aCordonIsTakenBackWhenTheInstanceIsNeededAgain() {
        apply(1, 5, 0);
        awaitReady(1);
        matchmaker.set(() -> {
            matchmaker.occupied.put(0, 1);
            matchmaker.wanted.add(3);
        });
        awaitReady(2);
        matchmaker.set(() -> {
            matchmaker.confirmsCordons = false;
            matchmaker.wanted.clear();
            matchmaker.idleMs = 3_600_000;
        });
        await().atMost(PATIENCE).until(() -> cordoned().equals(Set.of("plaza-3-0")));
        matchmaker.set(() -> matchmaker.occupied.put(3, 1));
        await().atMost(PATIENCE).until(() -> cordoned().isEmpty());
        holds(() -> assertThat(pods()).hasSize(2));
    }

    @Test
    void aPodThatEndsIsReplacedUnderAHigherNumberOnAnotherPort() {
        apply(1, 5, 0);
        awaitReady(1);
        Pod first = pods().getFirst();
        Objects.requireNonNull(node).fail(first, 137);
        await().atMost(PATIENCE).until(() -> names().equals(Set.of("plaza-0-1")));
        assertThat(Pods.port(pods().getFirst())).isNotEqualTo(Pods.port(first));
        awaitCondition(WorldCondition.READY, it -> it.reason().equals("InstancesReady"));
    }

    @Test
    void withoutTheMatchmakerNothingIsRemovedAndTheWorldSaysSo() throws Exception {
        apply(1, 5, 10);
        awaitReady(1);
        matchmaker.set(() -> matchmaker.occupied.put(0, 95));
        awaitReady(2);
        matchmaker.close();
        World world =
                awaitCondition(
                        WorldCondition.DEGRADED, it -> it.reason().equals("MatchmakerUnreachable"));
        assertThat(world.getStatus().condition(WorldCondition.SCALING_LIMITED).orElseThrow())
                .satisfies(it -> assertThat(it.message()).contains("No instance is removed"));
        matchmaker.occupied.clear();
        matchmaker.idleMs = 3_600_000;
        holds(() -> assertThat(pods()).hasSize(2));

        matchmaker.start();
        awaitPods(1);
        awaitCondition(WorldCondition.DEGRADED, it -> it.reason().equals("AsExpected"));
    }

    @Test
    void anInstanceUnknownToTheLedgerBlocksEveryRemoval() {
        apply(1, 5, 10);
        awaitReady(1);
        matchmaker.set(() -> matchmaker.occupied.put(0, 95));
        awaitReady(2);
        matchmaker.set(() -> {
            matchmaker.knowsInstances = false;
            matchmaker.occupied.clear();
            matchmaker.idleMs = 3_600_000;
        });
        holds(() -> {
            assertThat(pods()).hasSize(2);
            assertThat(cordoned()).isEmpty();
        });
    }

    @Test
    void aDeletedWorldTakesItsPodsAndItsLedgerAlong() {
        apply(2, 5, 0, "persistence: {deletionPolicy: Delete}");
        awaitReady(2);
        admin.resources(World.class).inNamespace(namespace).withName("plaza").delete();
        await().atMost(PATIENCE)
                .until(() ->
                        admin.resources(World.class).inNamespace(namespace).withName("plaza").get()
                                        == null
                                && pods().isEmpty());
        assertThat(matchmaker.forgotten).contains(namespace + ".plaza");
    }

    @Test
    void anOperatorThatIsReplacedMidwayStartsNothingTwice() {
        Objects.requireNonNull(node).startsPods = false;
        apply(6, 10, 0);
        await().atMost(PATIENCE).until(() -> !pods().isEmpty());
        Objects.requireNonNull(operator).close();
        operatorClient.close();
        operatorClient = client(ControlPlane.shared().operatorKubeconfig());
        startOperator();
        awaitPods(6);
        holds(() -> assertThat(pods()).hasSize(6));
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "plaza-0-0",
                        "plaza-1-0",
                        "plaza-2-0",
                        "plaza-3-0",
                        "plaza-4-0",
                        "plaza-5-0");
        assertThat(pods().stream().map(Pods::port).collect(Collectors.toSet())).hasSize(6);
    }

    @Test
    void aWorldThatCannotBeScheduledNamesTheSchedulersReasonAndRecoversWhenItIsMended() {
        PatchedNode nodes = Objects.requireNonNull(node);
        nodes.startsPods = false;
        apply(1, 5, 0, "template: {nodeSelector: {disk: gold}}");
        awaitPods(1);
        nodes.unschedulable(pods().getFirst(), "0/1 nodes are available: 1 node(s) didn't match");
        World world =
                awaitCondition(WorldCondition.DEGRADED, it -> it.reason().equals("Unschedulable"));
        assertThat(world.getStatus().condition(WorldCondition.DEGRADED).orElseThrow().message())
                .contains("0/1 nodes are available");
        nodes.startsPods = true;
        apply(1, 5, 0);
        awaitCondition(WorldCondition.READY, it -> it.reason().equals("InstancesReady"));
        assertThat(names()).containsExactly("plaza-0-1");
    }

    @Test
    void aSecondWorldOfTheSameIdGetsNoFleet() {
        apply(1, 5, 0);
        awaitReady(1);
        applyYaml(
                """
                apiVersion: otherworld.dev/v1alpha1
                kind: World
                metadata: {name: twin, namespace: %s}
                spec: {capacity: 10, persistence: {id: %s.plaza}}
                """
                        .formatted(namespace, namespace));
        await().atMost(PATIENCE)
                .until(() ->
                        condition("twin", WorldCondition.READY)
                                .map(it -> it.reason().equals("IdTaken"))
                                .orElse(false));
        assertThat(names()).containsExactly("plaza-0-0");
    }

    // ---- checks
    // ----------------------------------------------------------------------------------

    private static void checkPod(Pod pod) {
        Container container = pod.getSpec().getContainers().getFirst();
        int port = Pods.port(pod);
        assertThat(port).isBetween(Ports.FIRST, Ports.LAST);
        assertThat(pod.getSpec().getRestartPolicy()).isEqualTo("Never");
        assertThat(pod.getSpec().getTerminationGracePeriodSeconds()).isEqualTo(45);
        assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getSpec().getVolumes()).isEmpty();
        assertThat(pod.getMetadata().getAnnotations())
                .containsEntry("cluster-autoscaler.kubernetes.io/safe-to-evict", "true");
        assertThat(container.getPorts().getFirst().getContainerPort()).isEqualTo(port);
        assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
        Set<String> env =
                container.getEnv().stream().map(EnvVar::getName).collect(Collectors.toSet());
        assertThat(env)
                .contains(
                        "OTHERWORLD_WORLD",
                        "OTHERWORLD_ORDINAL",
                        "OTHERWORLD_POD_UID",
                        "OTHERWORLD_PORT",
                        "OTHERWORLD_CAPACITY",
                        "OTHERWORLD_KEYS_URL",
                        "DATABASE_URL",
                        "REDIS_URL");
    }

    private void checkHttp() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (String path : List.of("/healthz", "/readyz", "/metrics")) {
                HttpResponse<String> response =
                        http.send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        "http://127.0.0.1:%d%s"
                                                                .formatted(
                                                                        Objects.requireNonNull(
                                                                                        operator)
                                                                                .httpPort(),
                                                                        path)))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
                assertThat(response.statusCode()).as(path).isEqualTo(200);
                if (path.equals("/metrics")) {
                    assertThat(response.body())
                            .contains("otherworld_operator_instances")
                            .contains("otherworld_operator_actions_total");
                }
            }
        }
    }

    // ---- steps
    // -----------------------------------------------------------------------------------

    private void startOperator() {
        operator =
                OperatorProcess.start(
                        new OperatorSettings(
                                new Target("127.0.0.1", matchmaker.port()),
                                Optional.empty(),
                                0,
                                "127.0.0.1",
                                new PodDefaults(
                                        "image",
                                        URI.create("http://127.0.0.1:1/v1/keys"),
                                        "otherworld",
                                        false),
                                Optional.empty(),
                                Set.of(namespace),
                                false,
                                "default"),
                        operatorClient,
                        new PrometheusRegistry(),
                        InstantSource.system());
    }

    private void apply(int min, int max, int spareSeats, String... more) {
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

    private static void applyYaml(String yaml) {
        admin.resource(Serialization.unmarshal(yaml, World.class)).serverSideApply();
    }

    private List<Pod> pods() {
        return admin.pods().inNamespace(namespace).list().getItems();
    }

    private Set<String> names() {
        return pods().stream().map(pod -> pod.getMetadata().getName()).collect(Collectors.toSet());
    }

    private Set<String> cordoned() {
        Set<String> names = new HashSet<>();
        for (Pod pod : pods()) {
            if (pod.getMetadata().getAnnotations().containsKey(Names.CORDON)) {
                names.add(pod.getMetadata().getName());
            }
        }
        return names;
    }

    private void awaitPods(int count) {
        await().atMost(PATIENCE).until(() -> pods().size() == count);
    }

    private void awaitReady(int instances) {
        awaitWorld(it ->
                Integer.valueOf(instances).equals(it.getStatus().readyInstances())
                        && matchmaker.hosts().stream()
                                        .filter(host -> host.getPhase() == HostPhase.READY)
                                        .count()
                                == instances);
    }

    private World awaitCondition(String type, Predicate<WorldCondition> holds) {
        return awaitWorld(it -> it.getStatus().condition(type).filter(holds).isPresent());
    }

    private World awaitWorld(Predicate<World> holds) {
        return await().atMost(PATIENCE)
                .until(
                        () -> world("plaza"),
                        it -> it != null && it.getStatus() != null && holds.test(it));
    }

    private Optional<WorldCondition> condition(String name, String type) {
        World world = world(name);
        return world == null || world.getStatus() == null
                ? Optional.empty()
                : world.getStatus().condition(type);
    }

    private @Nullable World world(String name) {
        return admin.resources(World.class).inNamespace(namespace).withName(name).get();
    }

    private static void holds(ThrowingRunnable assertion) {
        await().during(CALM).atMost(PATIENCE).untilAsserted(assertion);
    }

    private static KubernetesClient client(Path kubeconfig) {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build();
    }
}
