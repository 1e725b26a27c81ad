package otherworld.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static otherworld.operator.OperatorFixture.PATIENCE;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.crds.World;
import otherworld.crds.WorldCondition;
import otherworld.crds.WorldCondition.Status;
import otherworld.local.controlplane.ControlPlane;
import otherworld.operator.observe.Observer;

/** Pods that nobody takes: the World says why, nobody asks again and again, and scaling goes on. */
class RefusalsIT {
    private static final int WORLDS = 15;
    private static final Pattern WRITE =
            Pattern.compile(
                    "apiserver_request_total\\{.*resource=\"(pods|worlds|events|poddisruptionbudgets)\".*verb=\"(POST|PUT|PATCH|APPLY|DELETE)\".*} (\\d+)");

    private final OperatorFixture fleet = new OperatorFixture(ControlPlane.shared());
    private final KubernetesClient admin = fleet.admin;
    private final String namespace = fleet.namespace;
    private final PatchedNode node = new PatchedNode(admin, namespace);

    RefusalsIT() throws IOException {}

    @BeforeEach
    void start() {
        fleet.startOperator();
    }

    @AfterEach
    void stop() throws InterruptedException {
        node.close();
        fleet.close();
    }

    @Test
    void worldsBeyondAQuotaSaySoInEachConditionAndAskSeldom() throws InterruptedException {
        quota(0);
        for (String name : worlds()) {
            fleet.applyYaml(
                    """
                    apiVersion: otherworld.dev/v1alpha1
                    kind: World
                    metadata: {name: %s, namespace: %s}
                    spec: {capacity: 10}
                    """
                            .formatted(name, namespace));
        }
        await().atMost(PATIENCE)
                .until(() ->
                        worlds().stream()
                                .allMatch(name ->
                                        fleet.condition(name, WorldCondition.READY)
                                                .filter(it -> it.reason().equals("QuotaExceeded"))
                                                .isPresent()));
        World world = fleet.world("world-0");
        assertThat(world).isNotNull();
        assertThat(world.getStatus().conditions())
                .hasSize(4)
                .allSatisfy(it -> {
                    assertThat(it.reason()).isEqualTo("QuotaExceeded");
                    assertThat(it.message()).contains("exceeded quota: small, requested: pods=1");
                    assertThat(it.status())
                            .isEqualTo(
                                    it.type().equals(WorldCondition.READY)
                                            ? Status.False
                                            : Status.True);
                });

        // Statuses of the first attempt settle; the next one is 15 s after it.
        long before = settled();
        Thread.sleep(6000);
        assertThat(writes() - before).as("writes in 6 s").isLessThanOrEqualTo(WORLDS / 5);

        quota(100);
        fleet.applyYaml(
                """
                apiVersion: otherworld.dev/v1alpha1
                kind: World
                metadata: {name: world-0, namespace: %s}
                spec: {capacity: 11}
                """
                        .formatted(namespace));
        await().atMost(PATIENCE)
                .until(() ->
                        fleet.condition("world-0", WorldCondition.READY)
                                .filter(it -> it.status() == Status.True)
                                .isPresent());
    }

    /** Before a pod is made, and in words that say what to do; the World's pods of before stay. */
    @Test
    void aWayToPlayersThatIsNotThereIsSaidAndNoPodIsMade() {
        Map<String, String> reasons =
                Map.of(
                        "{mode: Gateway}", "NoGateway",
                        "{tls: {secretRef: {name: play-tls}}}", "NoEndpointHost");
        reasons.forEach((network, reason) -> {
            fleet.applyYaml(
                    """
                    apiVersion: otherworld.dev/v1alpha1
                    kind: World
                    metadata: {name: edge, namespace: %s}
                    spec: {capacity: 10, network: %s}
                    """
                            .formatted(namespace, network));
            await().atMost(PATIENCE)
                    .until(() ->
                            fleet.condition("edge", WorldCondition.READY)
                                    .filter(it -> it.reason().equals(reason))
                                    .filter(it -> it.message().contains("set "))
                                    .isPresent());
            World world = fleet.world("edge");
            assertThat(world).isNotNull();
            assertThat(
                            admin.pods()
                                    .inNamespace(namespace)
                                    .withLabel("otherworld.dev/world", "edge")
                                    .list()
                                    .getItems())
                    .isEmpty();
            admin.resource(world).delete();
            await().atMost(PATIENCE).until(() -> fleet.world("edge") == null);
        });
    }

    private static List<String> worlds() {
        return IntStream.range(0, WORLDS).mapToObj("world-%d"::formatted).toList();
    }

    // The controller that would count does not run here: the status is what admission goes by.
    private void quota(int pods) {
        Map<String, Quantity> hard = Map.of("pods", new Quantity("" + pods));
        ResourceQuota quota =
                new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withName("small")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withHard(hard)
                        .endSpec()
                        .build();
        admin.resource(quota).serverSideApply();
        admin.resourceQuotas()
                .inNamespace(namespace)
                .withName("small")
                .editStatus(it ->
                        new ResourceQuotaBuilder(it)
                                .withNewStatus()
                                .withHard(hard)
                                .withUsed(Map.of("pods", new Quantity("0")))
                                .endStatus()
                                .build());
    }

    /** As the API server itself counts them. */
    private long writes() {
        return admin.raw("/metrics")
                .lines()
                .map(WRITE::matcher)
                .filter(it -> it.matches())
                .mapToLong(it -> Long.parseLong(it.group(3)))
                .sum();
    }

    /** The writes so far, once there was none for a while. */
    private long settled() throws InterruptedException {
        long before = writes();
        for (int looks = 0; looks < 6; looks++) {
            Thread.sleep(1500);
            long now = writes();
            if (now == before) {
                return now;
            }
            before = now;
        }
        return before;
    }

    @Test
    void pendingPodsOfAScaledDownWorldGoAndThoseThatStayAreNotCalledReady() {
        node.startsPods = false;
        fleet.apply(0, 5, 0, "template: {nodeSelector: {disk: gold}}");
        scale(4);
        fleet.awaitPods(4);
        fleet.pods().forEach(pod -> node.unschedulable(pod, "0/1 nodes are available"));
        World world = fleet.awaitCondition(WorldCondition.READY, reason("Unschedulable"));
        assertThat(message(world, WorldCondition.PROGRESSING)).contains("0/1 nodes");
        assertThat(message(world, WorldCondition.SCALING_LIMITED)).contains("0/1 nodes");
        scale(2);
        fleet.awaitPods(2);
        assertThat(fleet.names()).containsExactlyInAnyOrder("plaza-0-0", "plaza-1-0");
        fleet.awaitCondition(WorldCondition.READY, reason("Unschedulable"));
        scale(0);
        fleet.awaitPods(0);
        fleet.awaitCondition(WorldCondition.READY, reason("ScaledToZero"));
    }

    @Test
    void aWorldThatMakesNoProgressSaysSoAfterItsDeadline() {
        node.startsPods = false;
        fleet.apply(1, 5, 0, "rollout: {progressDeadline: 2s}");
        World world =
                fleet.awaitCondition(
                        WorldCondition.PROGRESSING, reason("ProgressDeadlineExceeded"));
        assertThat(world.getStatus().condition(WorldCondition.PROGRESSING).orElseThrow().status())
                .isEqualTo(Status.False);
        fleet.restartOperator();
        fleet.pods().forEach(node::run);
        fleet.awaitCondition(WorldCondition.PROGRESSING, reason("Settled"));
        fleet.awaitCondition(WorldCondition.READY, reason("InstancesReady"));
    }

    @Test
    void aPodWhosePortIsTakenIsReplacedAtOnceOnAnotherAndNobodyIsBlamed() {
        fleet.apply(1, 5, 0);
        fleet.awaitReady(1);
        for (int i = 0; i < 4; i++) {
            String next = "plaza-0-" + (i + 1);
            node.fail(fleet.pods().getFirst(), 4);
            await().atMost(PATIENCE).until(() -> fleet.names().equals(java.util.Set.of(next)));
            assertThat(fleet.pods().getFirst().getMetadata().getAnnotations())
                    .containsEntry("otherworld.dev/failures", "0")
                    .containsEntry("otherworld.dev/ports-taken", "" + (i + 1));
        }
        fleet.awaitCondition(WorldCondition.DEGRADED, reason("AsExpected"));
    }

    @Test
    void aReconciliationThatFailsIsToldByTheWorldUntilItSucceeds() {
        AtomicBoolean broken = new AtomicBoolean();
        fleet.stopOperator();
        fleet.startOperator(
                Duration.ofSeconds(60),
                () -> {
                    if (broken.get() && isObserving()) {
                        throw new IllegalStateException("the clock has stopped");
                    }
                    return Instant.now();
                });
        fleet.apply(1, 5, 0);
        fleet.awaitReady(1);
        broken.set(true);
        fleet.apply(2, 5, 0);
        World world = fleet.awaitCondition(WorldCondition.READY, reason("ReconcileFailed"));
        assertThat(world.getStatus().conditions())
                .hasSize(4)
                .allSatisfy(it -> {
                    assertThat(it.reason()).isEqualTo("ReconcileFailed");
                    assertThat(it.message()).contains("the clock has stopped");
                });
        assertThat(world.getStatus().condition(WorldCondition.READY).orElseThrow().status())
                .isEqualTo(Status.Unknown);
        assertThat(world.getStatus().readyInstances()).isEqualTo(1);
        broken.set(false);
        fleet.awaitReady(2);
        fleet.awaitCondition(WorldCondition.DEGRADED, reason("AsExpected"));
    }

    private static boolean isObserving() {
        return StackWalker.getInstance()
                .walk(frames ->
                        frames.anyMatch(it -> it.getClassName().equals(Observer.class.getName())));
    }

    private static Predicate<WorldCondition> reason(String reason) {
        return it -> it.reason().equals(reason);
    }

    private static String message(World world, String type) {
        return world.getStatus().condition(type).orElseThrow().message();
    }

    private void scale(int replicas) {
        admin.resources(World.class).inNamespace(namespace).withName("plaza").scale(replicas);
    }
}
