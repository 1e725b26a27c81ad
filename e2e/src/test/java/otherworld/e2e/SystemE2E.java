package otherworld.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import otherworld.base.InstanceId;
import otherworld.base.WorldId;
import otherworld.e2e.observe.LiveMetrics;
import otherworld.instance.metrics.InstanceCatalogue;
import otherworld.local.process.Endings;
import otherworld.matchmaker.metrics.MatchmakerCatalogue;
import otherworld.operator.act.OperatorCatalogue;
import otherworld.ops.metric.Catalogue;
import otherworld.persistence.StoredEntities;

/**
 * A newcomer's session, and then everything that may die, on one cluster of {@code ./otherworld
 * up}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SystemE2E {
    private static final Duration UP = Duration.ofMinutes(4);
    private static final int MAX_INSTANCES = 5; // of crds/examples/plaza.yaml
    private static final String IDLE_AFTER_20_S =
            "{\"spec\":{\"instances\":{\"idleAfter\":\"20s\"}}}";
    private static final Path KUBE_CONFIG =
            Path.of(System.getProperty("user.home"), ".kube", "config");

    private static Otherworld otherworld;
    private static String firstUp;
    private static long kubeConfigChanged;

    @BeforeAll
    static void up() throws Exception {
        kubeConfigChanged = modified(KUBE_CONFIG);
        otherworld = Otherworld.fresh();
        firstUp = otherworld.run(UP, "up").expectSuccess().output();
    }

    @AfterAll
    static void down() throws Exception {
        otherworld.close();
    }

    @Test
    @Order(1)
    void upSaysHowToLookJoinMeasureAndStop() throws Exception {
        assertThat(firstUp)
                .contains(
                        "World plaza is Ready",
                        "kubectl get worlds",
                        "bots 250",
                        "/metrics",
                        "down");
        assertThat(firstUp.lines().count()).isLessThan(40);
        assertThat(modified(KUBE_CONFIG)).isEqualTo(kubeConfigChanged);
    }

    @Test
    @Order(2)
    void upTwiceIsHarmless() throws Exception {
        Set<Long> before = otherworld.processes();
        assertThat(otherworld.run(UP, "up").expectSuccess().output()).contains("Already up");
        assertThat(otherworld.processes()).containsAll(before);
    }

    @Test
    @Order(3)
    void kubectlTellsOfWorldsPodsAndLogs() throws Exception {
        assertThat(otherworld.kubectl("get", "worlds").expectSuccess().output()).contains("plaza");
        JsonNode pod = otherworld.pods("plaza").getFirst();
        String name = pod.at("/metadata/name").asText();
        assertThat(name).startsWith("plaza-0-");
        assertThat(otherworld.kubectl("logs", name).expectSuccess().output())
                .contains("Hosting default.plaza/0 at epoch");
        assertThat(otherworld.run(Duration.ofSeconds(30), "status").expectSuccess().output())
                .contains("matchmaker", "operator", "default/plaza", name);
    }

    @Test
    @Order(3)
    void whyTellsWhatIsBehindAWorldAnInstanceAndAPlayer() throws Exception {
        assertThat(why("plaza"))
                .contains("World default/plaza: 1 instances should run", "InstancesReady");
        assertThat(why("plaza-0"))
                .contains("Instance 0 of World default/plaza: ready", "Created", "plaza-0-");
        assertThat(why("nobody-of-this-name")).contains("has no seat in any World");
    }

    private static String why(String name) throws Exception {
        return otherworld.run(Duration.ofSeconds(30), "why", name).expectSuccess().output();
    }

    @Test
    @Order(4)
    void wrongCommandsAndWorldsAreRefusedWithTheWayOut() throws Exception {
        Otherworld.Result flag = otherworld.run(Duration.ofSeconds(30), "down", "--purgee");
        assertThat(flag.status()).isEqualTo(2);
        assertThat(flag.output()).contains("--purgee").contains("--purge");
        assertThat(otherworld.run(Duration.ofSeconds(30), "upp").status()).isEqualTo(2);
        Otherworld.Result world =
                otherworld.apply(
                        """
                        apiVersion: otherworld.dev/v1alpha1
                        kind: World
                        metadata: {name: broken}
                        spec: {capacity: 0}
                        """);
        assertThat(world.status()).isNotZero();
        assertThat(world.output()).contains("capacity");
    }

    @Test
    @Order(5)
    void twoHundredAndFiftyBotsGetThreeInstancesAndBuild() throws Exception {
        List<String> first = podNames();
        // Policy applies live: the pods stay, and the fleet shrinks sooner than plaza.yaml says.
        otherworld
                .kubectl("patch", "world", "plaza", "--type=merge", "-p", IDLE_AFTER_20_S)
                .expectSuccess();
        try (Otherworld.Running bots =
                otherworld.bots(
                        "250",
                        "--world",
                        "plaza",
                        "--seconds",
                        "40",
                        "--seed",
                        "5",
                        "--transport",
                        "websocket")) {
            Set<String> instances = new TreeSet<>();
            while (bots.isRunning()) {
                for (JsonNode pod : otherworld.pods("plaza")) {
                    int players = otherworld.players(pod).orElse(0);
                    assertThat(players).isLessThanOrEqualTo(100);
                    if (players > 0) {
                        instances.add(ordinal(pod));
                    }
                }
                Thread.sleep(1_000);
            }
            String report = bots.await(Duration.ofMinutes(1)).expectSuccess().output();
            String events =
                    otherworld
                            .kubectl(
                                    "get",
                                    "worlds,pods,events",
                                    "--sort-by=.metadata.creationTimestamp")
                            .output();
            assertThat(instances).as("%s%n%s", report, events).hasSize(3);
        }
        assertThat(podNames()).containsAll(first);
        assertThat(storedProps()).isPositive();
        everyProcessShowsWhatItsCatalogueDeclares();
    }

    /** While somebody was seated, and builds. */
    private void everyProcessShowsWhatItsCatalogueDeclares() throws Exception {
        Matcher urls = Pattern.compile("http://\\S+/metrics").matcher(firstUp);
        Set<String> shown = new TreeSet<>();
        while (urls.find()) {
            if (urls.group().contains("PORT")) {
                continue; // of an instance
            }
            String text = otherworld.get(urls.group());
            Catalogue its =
                    text.contains("otherworld_operator_")
                            ? OperatorCatalogue.CATALOGUE
                            : MatchmakerCatalogue.CATALOGUE;
            shown.addAll(LiveMetrics.check(text, its));
        }
        shown.addAll(
                LiveMetrics.check(
                        otherworld.metrics(otherworld.pods("plaza").getFirst()),
                        InstanceCatalogue.CATALOGUE));
        assertThat(shown)
                .contains(
                        "otherworld_operator_last_reconcile_timestamp_seconds",
                        "otherworld_operator_actions_total",
                        "otherworld_matchmaker_seat_wait_seconds",
                        "otherworld_matchmaker_queue_parties",
                        "otherworld_instance_join_seconds",
                        "otherworld_instance_writer_groups_total");
    }

    @Test
    @Order(6)
    void aWorldThatCannotScheduleSaysWhy() throws Exception {
        otherworld
                .apply(
                        """
                        apiVersion: otherworld.dev/v1alpha1
                        kind: World
                        metadata: {name: nowhere}
                        spec:
                          capacity: 10
                          template: {nodeSelector: {planet: mars}}
                        """)
                .expectSuccess();
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(otherworld.conditions("nowhere")).contains("node"));
        otherworld.kubectl("delete", "world", "nowhere", "--timeout=60s").expectSuccess();
        assertThat(otherworld.pods("nowhere")).isEmpty();
    }

    @Test
    @Order(7)
    void anInstanceKilledWhileBotsBuildIsReplacedAndLosesNothingDurable() throws Exception {
        try (Otherworld.Running bots =
                otherworld.bots("30", "--world", "plaza", "--seconds", "22", "--seed", "7")) {
            JsonNode pod =
                    await().atMost(Duration.ofSeconds(30))
                            .until(this::host, Optional::isPresent)
                            .orElseThrow();
            Thread.sleep(6_000);
            otherworld.killPod(pod);
            bots.await(Duration.ofMinutes(3)).expectSuccess();
            assertThat(otherworld.pods("plaza"))
                    .filteredOn(other -> ordinal(other).equals(ordinal(pod)))
                    .singleElement()
                    .satisfies(successor -> assertThat(name(successor)).isNotEqualTo(name(pod)));
        }
    }

    @Test
    @Order(8)
    void matchmakerAndOperatorKilledComeBackAndPlayersStaySeated() throws Exception {
        List<String> before;
        try (Otherworld.Running bots =
                otherworld.bots(
                        "20",
                        "--world",
                        "plaza",
                        "--seconds",
                        "16",
                        "--seed",
                        "8",
                        "--transport",
                        "websocket")) {
            await().atMost(Duration.ofSeconds(30)).until(() -> host().isPresent());
            before = podNames();
            otherworld.killPart("matchmaker");
            otherworld.killPart("operator");
            bots.await(Duration.ofMinutes(2)).expectSuccess();
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> otherworld.partRuns("operator"));
        otherworld
                .bots("5", "--world", "plaza", "--seconds", "5", "--seed", "88")
                .await(Duration.ofMinutes(2))
                .expectSuccess();
        // Nothing is created twice; idle ones may go meanwhile.
        assertThat(podNames()).isNotEmpty().isSubsetOf(before);
    }

    @Test
    @Order(9)
    void redisKilledAndWipedUnseatsNobody() throws Exception {
        try (Otherworld.Running bots =
                otherworld.bots("20", "--world", "plaza", "--seconds", "22", "--seed", "9")) {
            Thread.sleep(6_000);
            otherworld.redis("FLUSHALL");
            Thread.sleep(4_000);
            otherworld.killPart("redis");
            bots.await(Duration.ofMinutes(2)).expectSuccess();
        }
    }

    @Test
    @Order(10)
    void theFleetShrinksAgainOnceItIsIdle() {
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(2))
                .untilAsserted(() -> assertThat(otherworld.pods("plaza")).hasSize(1));
    }

    @Test
    @Order(11)
    void stateSurvivesDownAndNothingIsLeftRunning() throws Exception {
        long props = storedProps();
        Set<Long> processes = otherworld.processes();
        assertThat(processes).hasSizeGreaterThan(5);
        otherworld.run(Duration.ofMinutes(2), "down").expectSuccess();
        assertThat(processes)
                .noneMatch(pid -> ProcessHandle.of(pid).map(Endings::isRunning).orElse(false));
        assertThat(otherworld.run(Duration.ofSeconds(30), "status").status()).isEqualTo(3);
        otherworld.run(UP, "up").expectSuccess();
        assertThat(storedProps()).isEqualTo(props);
    }

    @Test
    @Order(12)
    void aKilledSupervisorBlocksNothing() throws Exception {
        Set<Long> processes = otherworld.processes();
        otherworld.killSupervisor();
        await().atMost(Duration.ofSeconds(30))
                .until(() ->
                        processes.stream()
                                .noneMatch(pid ->
                                        ProcessHandle.of(pid)
                                                .map(Endings::isRunning)
                                                .orElse(false)));
        otherworld.run(UP, "up").expectSuccess();
        Otherworld.Result bots =
                otherworld
                        .bots("5", "--world", "plaza", "--seconds", "5", "--seed", "13")
                        .await(Duration.ofMinutes(2))
                        .expectSuccess();
        assertThat(bots.output()).contains("5 × webrtc");
    }

    /** Props in the database, of all instances of the World. */
    private static long storedProps() throws Exception {
        Otherworld.Connections database = otherworld.connections();
        long props = 0;
        for (int ordinal = 0; ordinal < MAX_INSTANCES; ordinal++) {
            props +=
                    StoredEntities.read(
                                    database.databaseUrl(),
                                    database.databaseUser(),
                                    database.databasePassword(),
                                    new InstanceId(new WorldId("default.plaza"), ordinal))
                            .size();
        }
        return props;
    }

    private static List<String> podNames() throws Exception {
        return otherworld.pods("plaza").stream().map(SystemE2E::name).toList();
    }

    /** A pod that has players, once there is one. */
    private Optional<JsonNode> host() throws Exception {
        for (JsonNode pod : otherworld.pods("plaza")) {
            if (otherworld.players(pod).orElse(0) > 0) {
                return Optional.of(pod);
            }
        }
        return Optional.empty();
    }

    private static String name(JsonNode pod) {
        return pod.at("/metadata/name").asText();
    }

    private static String ordinal(JsonNode pod) {
        return pod.at("/metadata/labels/otherworld.dev~1ordinal").asText();
    }

    private static long modified(Path file) throws Exception {
        return Files.exists(file) ? Files.getLastModifiedTime(file).toMillis() : -1;
    }
}
