package otherworld.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static otherworld.operator.OperatorFixture.PATIENCE;
import static otherworld.operator.OperatorFixture.holds;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import otherworld.crds.World;
import otherworld.crds.WorldCondition;
import otherworld.operator.observe.Names;
import otherworld.operator.observe.Pods;
import otherworld.operator.plan.PodView;

/** The operator in a whole cluster: scheduler, controllers, and a node that KWOK plays. */
class OperatorKwokIT {
    // A busy machine may see a later failure first: status is written seldom.
    private static final Pattern THRICE = Pattern.compile("([3-9]|\\d\\d) times in a row");

    private static @Nullable KwokCluster cluster;

    private final OperatorFixture fleet = cluster().fleet();
    private final KubernetesClient admin = fleet.admin;
    private final ScriptedMatchmaker matchmaker = fleet.matchmaker;
    private final List<OperatorReplica> replicas = new ArrayList<>();

    private static KwokCluster cluster() {
        if (cluster == null) {
            throw new IllegalStateException("no cluster");
        }
        return cluster;
    }

    @BeforeAll
    static void start() {
        cluster = new KwokCluster();
    }

    @AfterAll
    static void end() {
        cluster().close();
    }

    @AfterEach
    void stop() throws InterruptedException {
        replicas.forEach(OperatorReplica::close);
        fleet.deleteWorlds();
        fleet.close();
        assertThat(matchmaker.violations).isEmpty();
    }

    @Test
    void podsAreScheduledAndTheFleetFollowsDemandUpAndDown() {
        fleet.startOperator();
        fleet.apply(1, 5, 10);
        fleet.awaitReady(1);
        assertThat(fleet.pods().getFirst().getSpec().getNodeName()).isEqualTo(KwokCluster.NODE);
        matchmaker.set(() -> {
            matchmaker.occupied.put(0, 100);
            matchmaker.waiting = 150;
        });
        fleet.awaitReady(3);
        matchmaker.set(() -> {
            matchmaker.occupied.clear();
            matchmaker.waiting = 0;
            matchmaker.idleMs = 3_600_000;
        });
        fleet.awaitPods(1);
        fleet.awaitCondition(WorldCondition.PROGRESSING, it -> it.reason().equals("Settled"));
    }

    @Test
    void aDeletedPodIsReplacedAtOnceAndACrashLoopBacksOff() {
        fleet.startOperator();
        fleet.apply(1, 5, 0);
        fleet.awaitReady(1);
        admin.resource(fleet.pods().getFirst()).delete();
        awaitOnly("plaza-0-1");
        try (Watched<Pod> pods = new Watched<>(admin.pods().inNamespace(fleet.namespace))) {
            annotate(fleet.pods().getFirst(), "true");
            awaitOnly("plaza-0-2");

            fleet.apply(
                    1, 5, 0, "template: {annotations: {%s: 'true'}}".formatted(KwokCluster.FAILS));
            World world =
                    fleet.awaitWorld(it ->
                            it.getStatus()
                                    .condition(WorldCondition.SCALING_LIMITED)
                                    .filter(limit -> THRICE.matcher(limit.message()).find())
                                    .isPresent());
            assertThat(world.getStatus().condition(WorldCondition.DEGRADED).orElseThrow().message())
                    .contains("exit code 137");
            assertThat(waits(pods))
                    .as("after the first failure of a template, the second, the third")
                    .element(2)
                    .satisfies(wait -> assertThat(wait).isGreaterThan(Duration.ofMillis(900)));
        }
        fleet.apply(1, 5, 0);
        fleet.awaitCondition(WorldCondition.READY, it -> it.reason().equals("InstancesReady"));
        fleet.awaitCondition(WorldCondition.DEGRADED, it -> it.reason().equals("AsExpected"));
    }

    @Test
    void aHorizontalPodAutoscalerDrivesTheFleetUntilItIsSwitchedOff() throws IOException {
        try (ExternalMetrics metrics =
                new ExternalMetrics(cluster().plane, admin, fleet.namespace)) {
            metrics.visitors = 40;
            fleet.startOperator();
            fleet.apply(1, 6, 0);
            fleet.awaitReady(1);
            createAutoscaler();
            fleet.awaitReady(4);
            assertThat(autoscaler("ScalingActive").getStatus()).isEqualTo("True");

            matchmaker.set(() -> matchmaker.idleMs = 3_600_000);
            metrics.visitors = 20;
            fleet.awaitReady(2);

            metrics.visitors = 60;
            fleet.awaitReady(6);
            admin.resources(World.class).inNamespace(fleet.namespace).withName("plaza").scale(0);
            fleet.awaitReady(1);
            await().atMost(PATIENCE)
                    .until(() -> autoscaler("ScalingActive").getReason().equals("ScalingDisabled"));
        }
    }

    private HorizontalPodAutoscalerCondition autoscaler(String type) {
        return admin
                .autoscaling()
                .v2()
                .horizontalPodAutoscalers()
                .inNamespace(fleet.namespace)
                .withName("plaza")
                .get()
                .getStatus()
                .getConditions()
                .stream()
                .filter(it -> it.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private void createAutoscaler() {
        String yaml =
                """
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: plaza, namespace: %s}
                spec:
                  scaleTargetRef: {apiVersion: otherworld.dev/v1alpha1, kind: World, name: plaza}
                  minReplicas: 1
                  maxReplicas: 6
                  metrics:
                    - type: External
                      external:
                        metric: {name: visitors}
                        target: {type: AverageValue, averageValue: "10"}
                  behavior:
                    scaleDown: {stabilizationWindowSeconds: 0}
                    scaleUp: {policies: [{type: Pods, value: 10, periodSeconds: 1}]}
                """
                        .formatted(fleet.namespace);
        admin.resource(Serialization.unmarshal(yaml, HorizontalPodAutoscaler.class)).create();
    }

    @Test
    void aCrashLoopingInstanceIsScaledAway() {
        fleet.startOperator();
        fleet.apply(2, 5, 0, "template: {annotations: {%s: 'true'}}".formatted(KwokCluster.FAILS));
        fleet.awaitWorld(it ->
                it.getStatus()
                        .condition(WorldCondition.SCALING_LIMITED)
                        .filter(limit -> THRICE.matcher(limit.message()).find())
                        .isPresent());
        fleet.apply(0, 5, 0, "template: {annotations: {%s: 'true'}}".formatted(KwokCluster.FAILS));
        fleet.awaitCondition(WorldCondition.READY, it -> it.reason().equals("ScaledToZero"));
        holds(() -> assertThat(fleet.pods()).isEmpty());
    }

    @Test
    void aChangedTemplateReachesEveryPodWithMaxParallelOfThemAwayAtATime() {
        String rollout = "rollout: {maxParallel: 2}";
        fleet.startOperator();
        fleet.apply(6, 10, 0, rollout);
        fleet.awaitReady(6);
        Set<String> old = revisions();
        try (Watched<Pod> pods = new Watched<>(admin.pods().inNamespace(fleet.namespace))) {
            fleet.apply(6, 10, 0, rollout, "template: {env: [{name: VERSION, value: '2'}]}");
            await().atMost(PATIENCE)
                    .until(() ->
                            fleet.pods().size() == 6
                                    && revisions().size() == 1
                                    && !revisions().equals(old));
            fleet.awaitReady(6);
            assertThat(fewestReady(pods)).isEqualTo(4);
        }
        assertThat(fleet.names()).allMatch(name -> name.endsWith("-1"));
    }

    @Test
    void ofTwoReplicasOneWorksAndTheOtherTakesOverWhenItIsKilled() {
        OperatorReplica first = replica("a");
        replica("b");
        await().atMost(PATIENCE).until(() -> fleet.leader().isPresent());
        try (Watched<Pod> pods = new Watched<>(admin.pods().inNamespace(fleet.namespace))) {
            fleet.apply(2, 20, 0);
            fleet.awaitReady(2);
            OperatorReplica leader =
                    replicas.stream().filter(this::leads).findFirst().orElseThrow();
            OperatorReplica other = leader.equals(first) ? replicas.getLast() : first;
            fleet.apply(12, 20, 0);
            await().atMost(PATIENCE).until(() -> fleet.pods().size() > 2);
            leader.kill();
            fleet.awaitReady(12);
            await().atMost(PATIENCE).until(() -> leads(other));
            assertThat(pods.of(Watcher.Action.ADDED))
                    .as("each instance was started once")
                    .extracting(pod -> pod.getMetadata().getName())
                    .containsExactlyInAnyOrder(
                            IntStream.range(0, 12)
                                    .mapToObj("plaza-%d-0"::formatted)
                                    .toArray(String[]::new));
            assertThat(other.terminate()).as("exit code").isZero();
            assertThat(fleet.leader()).as("the Lease is given back").isEmpty();
        }
    }

    private OperatorReplica replica(String name) {
        OperatorReplica replica = OperatorReplica.start(fleet, name);
        replicas.add(replica);
        return replica;
    }

    private boolean leads(OperatorReplica replica) {
        return fleet.leader().filter(holder -> holder.startsWith(replica.name())).isPresent();
    }

    @Test
    void aDeletedWorldIsLetGoWithAnEventWhenTheMatchmakerNeverAnswers() {
        fleet.startOperator(Duration.ofSeconds(3));
        fleet.apply(1, 5, 0, "persistence: {deletionPolicy: Delete}");
        fleet.awaitReady(1);
        matchmaker.set(() -> matchmaker.answers = false);
        Instant deleted = Instant.now();
        admin.resources(World.class).inNamespace(fleet.namespace).withName("plaza").delete();
        await().atMost(PATIENCE).until(() -> fleet.world("plaza") == null);
        assertThat(Duration.between(deleted, Instant.now())).isGreaterThan(Duration.ofSeconds(2));
        assertThat(fleet.pods()).isEmpty();
        assertThat(events("FinalizerLetGo"))
                .singleElement()
                .satisfies(event ->
                        assertThat(event.getMessage())
                                .contains("the seat ledger of", "was not forgotten"));
    }

    @Test
    void aBusyWorldIsWrittenSeldomAndARepeatedComplaintIsOneEvent() throws InterruptedException {
        fleet.startOperator();
        try (Watched<World> worlds =
                new Watched<>(
                        admin.resources(World.class)
                                .inNamespace(fleet.namespace)
                                .withName("plaza"))) {
            long start = System.nanoTime();
            fleet.apply(40, 40, 0);
            fleet.applyYaml(
                    """
                    apiVersion: otherworld.dev/v1alpha1
                    kind: World
                    metadata: {name: refused, namespace: %s}
                    spec: {capacity: 10, template: {priorityClassName: no-such-class}}
                    """
                            .formatted(fleet.namespace));
            fleet.awaitReady(40);
            long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
            int settled = versions(worlds);
            assertThat(settled)
                    .as("writes while 40 instances started within %d s", seconds)
                    .isLessThanOrEqualTo((int) seconds + 4);

            for (int players = 1; players <= 120; players++) {
                int now = players;
                matchmaker.set(() -> matchmaker.occupied.put(now % 40, now % 100));
                Thread.sleep(100);
            }
            assertThat(versions(worlds) - settled)
                    .as("writes while players came and went for 12 s")
                    .isBetween(1, 2);
        }
        // The second attempt comes 15 s after the first.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() ->
                        assertThat(events("Refused"))
                                .singleElement()
                                .satisfies(event -> {
                                    assertThat(event.getCount()).isGreaterThanOrEqualTo(2);
                                    assertThat(event.getMessage()).contains("no-such-class");
                                }));
        assertThat(
                        fleet.condition("refused", WorldCondition.DEGRADED)
                                .map(WorldCondition::message)
                                .orElse(""))
                .contains("no-such-class");
    }

    // Each write of an object has a resourceVersion of its own.
    private static int versions(Watched<World> worlds) {
        return worlds.changes().stream()
                .map(it -> it.object().getMetadata().getResourceVersion())
                .collect(Collectors.toSet())
                .size();
    }

    private List<Event> events(String reason) {
        return admin.v1().events().inNamespace(fleet.namespace).list().getItems().stream()
                .filter(event -> event.getReason().equals(reason))
                .toList();
    }

    private void awaitOnly(String name) {
        await().atMost(PATIENCE)
                .until(() ->
                        fleet.names().equals(Set.of(name))
                                && Pods.view(fleet.pods().getFirst()).orElseThrow().phase()
                                        == PodView.Phase.READY);
    }

    private void annotate(Pod pod, String fails) {
        admin.pods()
                .resource(pod)
                .edit(it ->
                        new PodBuilder(it)
                                .editMetadata()
                                .addToAnnotations(KwokCluster.FAILS, fails)
                                .endMetadata()
                                .build());
    }

    private Set<String> revisions() {
        return fleet.pods().stream()
                .map(pod -> pod.getMetadata().getLabels().get(Names.REVISION))
                .collect(Collectors.toSet());
    }

    /** The smallest number of Ready pods at any time, as the watch tells it. */
    private static int fewestReady(Watched<Pod> pods) {
        Map<String, Boolean> ready = new HashMap<>();
        int fewest = Integer.MAX_VALUE;
        for (Watched.Change<Pod> change : pods.changes()) {
            PodView view = Pods.view(change.object()).orElseThrow();
            boolean gone = change.action() == Watcher.Action.DELETED;
            ready.put(view.name(), !gone && view.phase() == PodView.Phase.READY);
            if (ready.size() >= 6) { // the watch has told of all that there were
                fewest = Math.min(fewest, (int) ready.values().stream().filter(it -> it).count());
            }
        }
        return fewest;
    }

    /** How long after each pod had failed its successor was created. */
    private static List<Duration> waits(Watched<Pod> pods) {
        List<Duration> waits = new ArrayList<>();
        Map<Integer, Instant> failed = new HashMap<>();
        for (Watched.Change<Pod> change : pods.changes()) {
            PodView view = Pods.view(change.object()).orElseThrow();
            view.endedAt().ifPresent(at -> failed.putIfAbsent(view.attempt(), at));
            if (change.action() == Watcher.Action.ADDED && failed.containsKey(view.attempt() - 1)) {
                waits.add(
                        Duration.between(
                                failed.get(view.attempt() - 1),
                                Instant.parse(
                                        change.object().getMetadata().getCreationTimestamp())));
            }
        }
        return waits;
    }
}
