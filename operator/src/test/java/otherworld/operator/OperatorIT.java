package otherworld.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static otherworld.operator.OperatorFixture.PATIENCE;
import static otherworld.operator.OperatorFixture.holds;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.crds.World;
import otherworld.crds.WorldCondition;
import otherworld.fleet.v1.HostPhase;
import otherworld.fleet.v1.Permissions;
import otherworld.fleet.v1.Who;
import otherworld.local.controlplane.ControlPlane;
import otherworld.operator.config.InstancePorts;
import otherworld.operator.observe.Pods;

/** The operator on a real API server, with exactly the permissions of rbac.yaml. */
class OperatorIT {
    private final OperatorFixture fleet = new OperatorFixture(ControlPlane.shared());
    private final KubernetesClient admin = fleet.admin;
    private final String namespace = fleet.namespace;
    private final ScriptedMatchmaker matchmaker = fleet.matchmaker;
    private final PatchedNode node = new PatchedNode(admin, namespace);

    OperatorIT() throws IOException {}

    @BeforeEach
    void start() {
        fleet.startOperator();
    }

    @AfterEach
    void stop() throws InterruptedException {
        node.close();
        fleet.close();
        assertThat(matchmaker.violations).isEmpty();
    }

    @Test
    void aWorldGetsItsMinimumAndSaysSo() throws Exception {
        fleet.apply(2, 5, 0);
        fleet.awaitPods(2);
        World world =
                fleet.awaitCondition(
                        WorldCondition.READY, it -> it.reason().equals("InstancesReady"));

        assertThat(fleet.names()).containsExactlyInAnyOrder("plaza-0-0", "plaza-1-0");
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
                                            .matches("http://127\\.0\\.0\\.1:2\\d{4}/v1/webrtc");
                                    assertThat(host.getEndpoints(1))
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
        checkPod(fleet.pods().getFirst());
        checkHttp();
        assertThat(admin.v1().events().inNamespace(namespace).list().getItems())
                .anySatisfy(event -> assertThat(event.getMessage()).contains("always should"));
    }

    @Test
    void demandRaisesTheFleetToThreeInstancesForTwoHundredAndFiftyPlayers() {
        fleet.apply(1, 5, 10);
        fleet.awaitReady(1);
        matchmaker.set(() -> {
            matchmaker.occupied.put(0, 100);
            matchmaker.waiting = 150;
        });
        fleet.awaitReady(3);
        matchmaker.set(() -> {
            matchmaker.occupied.put(1, 100);
            matchmaker.occupied.put(2, 50);
            matchmaker.waiting = 0;
        });
        holds(() -> assertThat(fleet.pods()).hasSize(3));
        World world = fleet.awaitWorld(it -> Integer.valueOf(250).equals(it.getStatus().players()));
        assertThat(world.getStatus().freeSeats()).isEqualTo(50);
    }

    @Test
    void spareSeatsAreKeptAndMaxIsNotExceeded() {
        fleet.apply(1, 2, 10);
        fleet.awaitReady(1);
        matchmaker.set(() -> matchmaker.occupied.put(0, 95));
        fleet.awaitReady(2);
        matchmaker.set(() -> matchmaker.occupied.put(1, 96));
        fleet.awaitCondition(
                WorldCondition.SCALING_LIMITED, it -> it.reason().equals("MaxReached"));
        assertThat(fleet.pods()).hasSize(2);
    }

    @Test
    void aSeatRequestWakesExactlyTheInstanceItNames() {
        fleet.apply(1, 5, 0);
        fleet.awaitReady(1);
        matchmaker.set(() -> matchmaker.wanted.add(7));
        fleet.awaitReady(2);
        assertThat(fleet.names()).containsExactlyInAnyOrder("plaza-0-0", "plaza-7-0");
    }

    @Test
    void anIdleInstanceIsRemovedOnlyAfterItConfirmedItsCordon() {
        fleet.apply(1, 5, 10);
        fleet.awaitReady(1);
        matchmaker.set(() -> matchmaker.occupied.put(0, 95));
        fleet.awaitReady(2);
        matchmaker.set(() -> {
            matchmaker.confirmsCordons = false;
            matchmaker.occupied.clear();
            matchmaker.idleMs = 3_600_000;
        });
        await().atMost(PATIENCE).until(() -> !fleet.cordoned().isEmpty());
        holds(() -> assertThat(fleet.pods()).hasSize(2));
        assertThat(fleet.cordoned()).as("one may go, one is the minimum").hasSize(1);

        matchmaker.set(() -> matchmaker.confirmsCordons = true);
        fleet.awaitPods(1);
        fleet.awaitCondition(WorldCondition.PROGRESSING, it -> it.reason().equals("Settled"));
        assertThat(fleet.cordoned()).isEmpty();
    }

    @Test
    void aCordonIsTakenBackWhenTheInstanceIsNeededAgain() {
        fleet.apply(1, 5, 0);
        fleet.awaitReady(1);
        matchmaker.set(() -> {
            matchmaker.occupied.put(0, 1);
            matchmaker.wanted.add(3);
        });
        fleet.awaitReady(2);
        matchmaker.set(() -> {
            matchmaker.confirmsCordons = false;
            matchmaker.wanted.clear();
            matchmaker.idleMs = 3_600_000;
        });
        await().atMost(PATIENCE).until(() -> fleet.cordoned().equals(Set.of("plaza-3-0")));
        matchmaker.set(() -> matchmaker.occupied.put(3, 1));
        await().atMost(PATIENCE).until(() -> fleet.cordoned().isEmpty());
        holds(() -> assertThat(fleet.pods()).hasSize(2));
    }

    @Test
    void aPodThatEndsIsReplacedUnderAHigherNumberOnAnotherPort() {
        fleet.apply(1, 5, 0);
        fleet.awaitReady(1);
        Pod first = fleet.pods().getFirst();
        node.fail(first, 137);
        await().atMost(PATIENCE).until(() -> fleet.names().equals(Set.of("plaza-0-1")));
        assertThat(Pods.port(fleet.pods().getFirst())).isNotEqualTo(Pods.port(first));
        fleet.awaitCondition(WorldCondition.READY, it -> it.reason().equals("InstancesReady"));
    }

    @Test
    void withoutTheMatchmakerNothingIsRemovedAndTheWorldSaysSo() throws Exception {
        fleet.apply(1, 5, 10);
        fleet.awaitReady(1);
        matchmaker.set(() -> matchmaker.occupied.put(0, 95));
        fleet.awaitReady(2);
        matchmaker.close();
        World world =
                fleet.awaitCondition(
                        WorldCondition.DEGRADED, it -> it.reason().equals("MatchmakerUnreachable"));
        assertThat(world.getStatus().condition(WorldCondition.SCALING_LIMITED).orElseThrow())
                .satisfies(it -> assertThat(it.message()).contains("No instance is removed"));
        matchmaker.occupied.clear();
        matchmaker.idleMs = 3_600_000;
        holds(() -> assertThat(fleet.pods()).hasSize(2));

        matchmaker.start();
        fleet.awaitPods(1);
        fleet.awaitCondition(WorldCondition.DEGRADED, it -> it.reason().equals("AsExpected"));
    }

    @Test
    void anInstanceUnknownToTheLedgerBlocksEveryRemoval() {
        fleet.apply(1, 5, 10);
        fleet.awaitReady(1);
        matchmaker.set(() -> matchmaker.occupied.put(0, 95));
        fleet.awaitReady(2);
        matchmaker.set(() -> {
            matchmaker.knowsInstances = false;
            matchmaker.occupied.clear();
            matchmaker.idleMs = 3_600_000;
        });
        holds(() -> {
            assertThat(fleet.pods()).hasSize(2);
            assertThat(fleet.cordoned()).isEmpty();
        });
    }

    @Test
    void aDeletedWorldTakesItsPodsAndItsLedgerAlong() {
        fleet.apply(2, 5, 0, "persistence: {deletionPolicy: Delete}");
        fleet.awaitReady(2);
        admin.resources(World.class).inNamespace(namespace).withName("plaza").delete();
        await().atMost(PATIENCE)
                .until(() ->
                        admin.resources(World.class).inNamespace(namespace).withName("plaza").get()
                                        == null
                                && fleet.pods().isEmpty());
        assertThat(matchmaker.forgotten).contains(namespace + ".plaza");
    }

    @Test
    void permissionsReachTheMatchmakerWithoutANewPod() {
        fleet.apply(1, 5, 0);
        fleet.awaitReady(1);
        Pod pod = fleet.pods().getFirst();
        String id = namespace + ".plaza";
        assertThat(Objects.requireNonNull(matchmaker.worlds.get(id)).getPermissions())
                .isEqualTo(
                        Permissions.newBuilder()
                                .setBuild(Who.EVERYONE)
                                .setChangeOthers(Who.EVERYONE)
                                .build());
        fleet.apply(
                1,
                5,
                0,
                "permissions: {build: Members, changeOthers: Nobody, members: {groups: [b, a], players: [ann]}}");
        Permissions members =
                Permissions.newBuilder()
                        .setBuild(Who.MEMBERS)
                        .setChangeOthers(Who.NOBODY)
                        .addGroups("a")
                        .addGroups("b")
                        .addPlayers("ann")
                        .build();
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(Objects.requireNonNull(matchmaker.worlds.get(id)))
                                .satisfies(told ->
                                        assertThat(told.getPermissions()).isEqualTo(members)));
        fleet.awaitCondition(WorldCondition.PROGRESSING, it -> it.reason().equals("Settled"));
        assertThat(fleet.pods())
                .extracting(it -> it.getMetadata().getUid())
                .containsExactly(pod.getMetadata().getUid());
    }

    @Test
    void anOperatorThatIsReplacedMidwayStartsNothingTwice() {
        node.startsPods = false;
        fleet.apply(6, 10, 0);
        await().atMost(PATIENCE).until(() -> !fleet.pods().isEmpty());
        fleet.restartOperator();
        fleet.awaitPods(6);
        holds(() -> assertThat(fleet.pods()).hasSize(6));
        assertThat(fleet.names())
                .containsExactlyInAnyOrder(
                        "plaza-0-0",
                        "plaza-1-0",
                        "plaza-2-0",
                        "plaza-3-0",
                        "plaza-4-0",
                        "plaza-5-0");
        assertThat(fleet.pods().stream().map(Pods::port).collect(Collectors.toSet())).hasSize(6);
    }

    @Test
    void aWorldThatCannotBeScheduledNamesTheSchedulersReasonAndRecoversWhenItIsMended() {
        node.startsPods = false;
        fleet.apply(1, 5, 0, "template: {nodeSelector: {disk: gold}}");
        fleet.awaitPods(1);
        node.unschedulable(
                fleet.pods().getFirst(), "0/1 nodes are available: 1 node(s) didn't match");
        World world =
                fleet.awaitCondition(
                        WorldCondition.DEGRADED, it -> it.reason().equals("Unschedulable"));
        assertThat(world.getStatus().condition(WorldCondition.DEGRADED).orElseThrow().message())
                .contains("0/1 nodes are available");
        node.startsPods = true;
        fleet.apply(1, 5, 0);
        fleet.awaitCondition(WorldCondition.READY, it -> it.reason().equals("InstancesReady"));
        assertThat(fleet.names()).containsExactly("plaza-0-1");
    }

    @Test
    void aSecondWorldOfTheSameIdGetsNoFleet() throws Exception {
        fleet.apply(1, 5, 0);
        fleet.awaitReady(1);
        fleet.applyYaml(
                """
                apiVersion: otherworld.dev/v1alpha1
                kind: World
                metadata: {name: twin, namespace: %s}
                spec: {capacity: 10, persistence: {id: %s.plaza}}
                """
                        .formatted(namespace, namespace));
        await().atMost(PATIENCE)
                .until(() ->
                        fleet.condition("twin", WorldCondition.READY)
                                .map(it -> it.reason().equals("IdTaken"))
                                .orElse(false));
        fleet.applyYaml(
                """
                apiVersion: otherworld.dev/v1alpha1
                kind: World
                metadata: {name: thief, namespace: %s}
                spec: {capacity: 10, persistence: {id: default.future}}
                """
                        .formatted(namespace));
        await().atMost(PATIENCE)
                .until(() ->
                        fleet.condition("thief", WorldCondition.READY)
                                .map(it -> it.reason().equals("ForeignId"))
                                .orElse(false));
        assertThat(fleet.names()).containsExactly("plaza-0-0");
        assertThat(admin.v1().events().inNamespace(namespace).list().getItems())
                .anySatisfy(event -> assertThat(event.getReason()).isEqualTo("IdTaken"))
                .anySatisfy(event -> assertThat(event.getReason()).isEqualTo("ForeignId"));

        matchmaker.close();
        matchmaker.worlds.clear();
        matchmaker.start();
        fleet.awaitCondition(WorldCondition.DEGRADED, it -> it.reason().equals("AsExpected"));
        await().atMost(PATIENCE).until(() -> !matchmaker.worlds.isEmpty());
        assertThat(matchmaker.worlds.values())
                .as("the snapshot of a new stream has the older one alone")
                .singleElement()
                .satisfies(world -> assertThat(world.getName()).isEqualTo("plaza"));
        assertThat(matchmaker.namespaces).containsExactly(namespace);
    }

    @Test
    void aChangedSecretIsToldUntilEveryInstanceHasStartedSince() {
        Secret secret =
                new SecretBuilder()
                        .withNewMetadata()
                        .withName("otherworld-connections")
                        .withNamespace(namespace)
                        .endMetadata()
                        .addToStringData("DATABASE_PASSWORD", "before")
                        .build();
        admin.resource(secret).create();
        fleet.apply(1, 5, 0);
        fleet.awaitReady(1);
        fleet.awaitCondition(WorldCondition.DEGRADED, it -> it.reason().equals("AsExpected"));

        // Times in Kubernetes are whole seconds.
        await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
        admin.resource(
                        new SecretBuilder(secret)
                                .withStringData(Map.of("DATABASE_PASSWORD", "after"))
                                .build())
                .update();
        fleet.restartOperator(); // which asks at once, and then every minute
        World world =
                fleet.awaitCondition(
                        WorldCondition.DEGRADED, it -> it.reason().equals("SecretChanged"));
        assertThat(world.getStatus().condition(WorldCondition.DEGRADED).orElseThrow().message())
                .contains("1 of 1 instances", "Secret otherworld-connections");

        fleet.apply(1, 5, 0, "template: {annotations: {restarted-at: now}}");
        fleet.awaitCondition(WorldCondition.DEGRADED, it -> it.reason().equals("AsExpected"));
        assertThat(fleet.names()).doesNotContain("plaza-0-0");
    }

    @Test
    void worldsSayThatNobodyReconcilesThemWhenTheOperatorCannotStart() {
        fleet.apply(1, 5, 0);
        fleet.awaitCondition(WorldCondition.READY, it -> it.reason().equals("InstancesReady"));
        fleet.stopOperator();

        ClusterRole role = admin.rbac().clusterRoles().withName("otherworld-operator").require();
        ClusterRole withoutPods =
                new ClusterRoleBuilder(role)
                        .removeMatchingFromRules(
                                rule -> Objects.equals(rule.getResources(), List.of("pods")))
                        .build();
        admin.resource(withoutPods).update();
        try {
            await().atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThatThrownBy(fleet::restartOperator)
                                    .isInstanceOf(RuntimeException.class));
            World world =
                    fleet.awaitCondition(
                            WorldCondition.READY, it -> it.reason().equals("NotReconciled"));
            assertThat(world.getStatus().condition(WorldCondition.READY).orElseThrow())
                    .satisfies(ready -> {
                        assertThat(ready.status()).isEqualTo(WorldCondition.Status.Unknown);
                        assertThat(ready.message()).contains("does not start", "pods");
                    });
        } finally {
            role.getMetadata().setResourceVersion(null);
            admin.resource(role).update();
        }
        await().atMost(PATIENCE)
                .ignoreExceptions() // until the role is in force again
                .until(() -> {
                    fleet.restartOperator();
                    return true;
                });
        fleet.awaitCondition(WorldCondition.READY, it -> it.reason().equals("InstancesReady"));
    }

    @Test
    void instancesThatFreezeAreWaitedForAndTheWorldSaysSo() {
        fleet.apply(2, 5, 10);
        fleet.awaitReady(2);
        matchmaker.set(() -> matchmaker.notReadyCounts = true);
        fleet.pods().forEach(node::freeze);
        World world =
                fleet.awaitCondition(
                        WorldCondition.DEGRADED, it -> it.reason().equals("InstancesNotReady"));
        assertThat(world.getStatus().condition(WorldCondition.DEGRADED).orElseThrow().message())
                .contains("instances run but are not Ready")
                .contains("kubectl logs plaza-");
        holds(() -> assertThat(fleet.names()).containsExactlyInAnyOrder("plaza-0-0", "plaza-1-0"));
        fleet.pods().forEach(node::run);
        fleet.awaitCondition(WorldCondition.DEGRADED, it -> it.reason().equals("AsExpected"));
    }

    private static void checkPod(Pod pod) {
        Container container = pod.getSpec().getContainers().getFirst();
        int port = Pods.port(pod);
        assertThat(port).isBetween(InstancePorts.DEFAULT.first(), InstancePorts.DEFAULT.last());
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
                                                                        fleet.operator()
                                                                                .managementPort(),
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
}
