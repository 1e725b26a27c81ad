package otherworld.local.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static otherworld.local.node.TestCluster.PATIENCE;
import static otherworld.local.node.TestCluster.awaitDead;
import static otherworld.local.node.TestCluster.phase;
import static otherworld.local.node.TestCluster.pod;
import static otherworld.local.node.TestCluster.server;
import static otherworld.local.node.TestCluster.shell;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.local.process.FreePorts;

/** The node on a real control plane: pods placed by the scheduler, watched with kubectl. */
class LocalNodeIT {
    @TempDir private static Path folder;
    private static TestCluster cluster;
    private static LocalNode node;

    @BeforeAll
    static void start() {
        cluster = TestCluster.shared();
        node = cluster.startNode(folder);
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void theNodeIsReadyWithALease() {
        Node object = cluster.client().nodes().withName("local").get();
        assertThat(object.getStatus().getConditions())
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
        assertThat(object.getStatus().getAllocatable()).containsKeys("cpu", "memory", "pods");
        assertThat(object.getSpec().getTaints()).isEmpty();
        await().atMost(PATIENCE)
                .until(() ->
                        cluster.client()
                                        .leases()
                                        .inNamespace(NodeObject.LEASE_NAMESPACE)
                                        .withName("local")
                                        .get()
                                != null);
    }

    @Test
    void aServerBecomesReadyWithItsEnvironmentAndLimits() throws Exception {
        int port = FreePorts.next();
        cluster.create(
                pod(
                        "server",
                        server(port)
                                .withArgs("--name=$(NAME)")
                                .addNewEnv()
                                .withName("NAME")
                                .withNewValueFrom()
                                .withNewFieldRef("v1", "metadata.name")
                                .endValueFrom()
                                .endEnv()
                                .withNewResources()
                                .addToLimits("memory", new Quantity("100Mi"))
                                .addToLimits("cpu", new Quantity("1"))
                                .addToRequests("memory", new Quantity("10Mi"))
                                .addToRequests("cpu", new Quantity("10m"))
                                .endResources()
                                .withReadinessProbe(probe("/readyz", 1))));
        Pod pod = cluster.awaitPod("server", TestCluster::ready);

        assertThat(pod.getSpec().getNodeName()).isEqualTo("local");
        assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
        assertThat(pod.getStatus().getPodIP()).isEqualTo("127.0.0.1");
        assertThat(pod.getStatus().getHostIP()).isEqualTo("127.0.0.1");
        assertThat(TestCluster.condition(pod, "PodScheduled")).isPresent();
        assertThat(TestCluster.condition(pod, "Initialized")).isPresent();
        assertThat(pod.getStatus().getContainerStatuses())
                .singleElement()
                .satisfies(status -> {
                    assertThat(status.getReady()).isTrue();
                    assertThat(status.getStarted()).isTrue();
                    assertThat(status.getState().getRunning().getStartedAt()).isNotNull();
                });
        assertThat(get(port, "/environment").lines())
                .contains(
                        "OTHERWORLD_BIND=127.0.0.1",
                        "NAME=server",
                        "HOSTNAME=server",
                        "processors=1")
                .anyMatch(line -> line.startsWith("maxMemoryMib=6") || line.endsWith("Mib=70"))
                .as("nothing of the node's own environment but the basics")
                .noneMatch(line -> line.startsWith("JAVA_HOME=") || line.startsWith("MAVEN_"));
        assertThat(cluster.kubectl("logs", "server")).isEqualTo("listening with --name=server\n");

        assertThat(cluster.kubectl("get", "pod", "server", "-o", "wide"))
                .contains("127.0.0.1", "local");
        assertThat(cluster.kubectl("logs", "server", "--previous")).contains("only one log");
        assertThat(cluster.kubectl("logs", "server", "--since=1s", "--tail=5")).isEmpty();
        forwardsItsPortAndNoOther(port);

        get(port, "/be?unready");
        Pod unready = cluster.awaitPod("server", p -> !TestCluster.ready(p));
        assertThat(TestCluster.condition(unready, "Ready").orElseThrow().getReason())
                .isEqualTo("ContainersNotReady");
        get(port, "/be?ready");
        Pod again = cluster.awaitPod("server", TestCluster::ready);
        assertThat(again.getStatus().getConditions())
                .as("a condition that holds has no reason of the time when it did not")
                .allSatisfy(condition -> {
                    assertThat(condition.getStatus()).isEqualTo("True");
                    assertThat(condition.getReason()).isNull();
                    assertThat(condition.getMessage()).isNull();
                });
        assertThat(
                        TestCluster.condition(again, "Initialized")
                                .orElseThrow()
                                .getLastTransitionTime())
                .as("keeps the time when it turned")
                .isEqualTo(
                        TestCluster.condition(pod, "Initialized")
                                .orElseThrow()
                                .getLastTransitionTime());
        assertThat(cluster.kubectl("exec", "server", "--", "true"))
                .contains("no containers to enter", "port-forward work");
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(events("server"))
                                .extracting(Event::getReason)
                                .contains(
                                        "Scheduled", "Pulled", "Created", "Started", "Unhealthy"));
        cluster.delete("server");
        cluster.awaitGone("server");
        assertThat(FreePorts.isFree(port)).isTrue();
    }

    private static void forwardsItsPortAndNoOther(int port) throws Exception {
        int here = FreePorts.next();
        int wrong = FreePorts.next();
        Process forward =
                cluster.kubectlProcess(
                        "port-forward",
                        "--address=127.0.0.1",
                        "pod/server",
                        here + ":" + port,
                        wrong + ":" + node.port());
        String errors;
        try (BufferedReader said = forward.inputReader()) {
            assertThat(said.readLine()).isEqualTo("Forwarding from 127.0.0.1:%d -> %d", here, port);
            assertThat(said.readLine()).startsWith("Forwarding from 127.0.0.1:" + wrong);
            // Several connections, of which each has streams of its own.
            for (int i = 0; i < 3; i++) {
                assertThat(get(here, "/environment")).contains("HOSTNAME=server");
            }
            assertThatThrownBy(() -> get(wrong, "/environment")).isInstanceOf(IOException.class);
        } finally {
            forward.toHandle().destroy(); // and leaves its output readable
            errors = new String(forward.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            System.out.println(errors);
        }
        assertThat(errors)
                .contains("pod server declares %d (play)".formatted(port), "is not its own");
    }

    @Test
    void aContainerThatFailsItsLivenessProbeIsEndedAndThePodFails() throws Exception {
        int port = FreePorts.next();
        cluster.create(
                pod(
                        "sick",
                        server(port)
                                .withStartupProbe(probe("/healthz", 60))
                                .withLivenessProbe(probe("/healthz", 2))));
        cluster.awaitPod("sick", TestCluster::ready);
        get(port, "/be?sick");
        Pod pod = cluster.awaitPod("sick", phase("Failed"));
        assertThat(pod.getStatus().getReason()).isEqualTo("Unhealthy");
        assertThat(pod.getStatus().getMessage()).contains("LIVENESS").contains("answered 500");
        assertThat(events("sick")).anyMatch(e -> e.getReason().equals("Unhealthy"));
    }

    @Test
    void aPodWaitsForItsSecret() throws Exception {
        cluster.create(
                pod(
                        "waiting",
                        shell("echo $URL; exec sleep 1000")
                                .addNewEnvFrom()
                                .withNewSecretRef("connections", false)
                                .endEnvFrom()));
        // Until the API server's node authorizer has heard of the pod it forbids to look.
        Pod pod =
                cluster.awaitPod(
                        "waiting",
                        p ->
                                p.getStatus().getContainerStatuses().stream()
                                        .map(c -> c.getState().getWaiting())
                                        .anyMatch(waiting ->
                                                waiting != null
                                                        && "secret \"connections\" not found"
                                                                .equals(waiting.getMessage())));
        var waiting = pod.getStatus().getContainerStatuses().getFirst().getState().getWaiting();
        assertThat(waiting.getReason()).isEqualTo("CreateContainerConfigError");
        assertThat(waiting.getMessage()).isEqualTo("secret \"connections\" not found");
        assertThat(pod.getStatus().getPhase()).isEqualTo("Pending");
        assertThat(cluster.kubectl("logs", "waiting")).contains("waiting to start");

        cluster.client()
                .secrets()
                .resource(
                        new SecretBuilder()
                                .withNewMetadata()
                                .withName("connections")
                                .withNamespace(TestCluster.NAMESPACE)
                                .endMetadata()
                                .withStringData(Map.of("URL", "redis://here"))
                                .build())
                .create();
        cluster.awaitPod("waiting", TestCluster::ready);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(cluster.kubectl("logs", "waiting")).isEqualTo("redis://here\n"));
        cluster.delete("waiting");
        cluster.awaitGone("waiting");
    }

    @Test
    void kubectlReadsAndFollowsLogs() throws Exception {
        cluster.create(
                pod(
                        "talker",
                        shell(
                                "for i in 1 2 3 4 5 6; do echo line $i; sleep 0.2; done; echo end >&2")));
        cluster.awaitPod("talker", p -> !phase("Pending").test(p));
        assertThat(cluster.kubectl("logs", "-f", "talker"))
                .isEqualTo("line 1\nline 2\nline 3\nline 4\nline 5\nline 6\nend\n");
        assertThat(cluster.kubectl("logs", "--tail=2", "talker")).isEqualTo("line 6\nend\n");
        assertThat(cluster.kubectl("logs", "--tail=1", "--timestamps", "talker"))
                .matches("20[-0-9]{8}T[:0-9]{8}\\.[0-9]{9}Z end\n");
        Pod pod = cluster.awaitPod("talker", phase("Succeeded"));
        assertThat(pod.getStatus().getContainerStatuses().getFirst().getState().getTerminated())
                .satisfies(terminated -> {
                    assertThat(terminated.getExitCode()).isZero();
                    assertThat(terminated.getReason()).isEqualTo("Completed");
                });
        cluster.delete("talker");
        cluster.awaitGone("talker");
    }

    @Test
    void nobodyButTheApiServerReadsLogs() {
        HttpClient stranger = HttpClient.newBuilder().sslContext(Strangers.trustAll()).build();
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + node.port() + "/healthz"))
                        .build();
        assertThatThrownBy(() -> stranger.send(request, HttpResponse.BodyHandlers.ofString()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aDeletedPodEndsWithinItsGraceWithAllItsChildren() throws Exception {
        cluster.create(
                pod(
                        "polite",
                        shell(
                                "trap 'echo bye; exit 0' TERM; sleep 1000 & echo pid $!; echo pid $$;"
                                        + " while :; do sleep 0.1; done")));
        List<Long> pids = awaitPids("polite", 2);
        cluster.client().pods().inNamespace("default").withName("polite").delete();
        cluster.awaitGone("polite");
        awaitDead(pids);
    }

    @Test
    void aProcessThatIgnoresSigtermIsKilledAfterItsGrace() throws Exception {
        cluster.create(
                pod(
                                "stubborn",
                                shell(
                                        "trap '' TERM; sleep 1000 & echo pid $!; echo pid $$;"
                                                + " while :; do sleep 0.1; done"))
                        .editSpec()
                        .withTerminationGracePeriodSeconds(2L)
                        .endSpec());
        List<Long> pids = awaitPids("stubborn", 2);
        long start = System.nanoTime();
        cluster.delete("stubborn");
        cluster.awaitGone("stubborn");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(20));
        awaitDead(pids);
    }

    @Test
    void aPodDeletedByForceLeavesNoProcess() throws Exception {
        cluster.create(pod("forced", shell("echo pid $$; exec sleep 1000")));
        List<Long> pids = awaitPids("forced", 1);
        assertThat(cluster.kubectl("delete", "pod", "forced", "--force", "--grace-period=0"))
                .contains("deleted");
        awaitDead(pids);
        cluster.awaitGone("forced");
    }

    @Test
    void theProcessesOfAPodWhoseOwnerIsDeletedEnd() throws Exception {
        ConfigMap owner =
                cluster.client()
                        .configMaps()
                        .resource(
                                new ConfigMapBuilder()
                                        .withNewMetadata()
                                        .withName("owner")
                                        .withNamespace(TestCluster.NAMESPACE)
                                        .endMetadata()
                                        .build())
                        .create();
        cluster.create(
                pod("owned", shell("echo pid $$; exec sleep 1000"))
                        .editMetadata()
                        .withOwnerReferences(
                                new OwnerReferenceBuilder()
                                        .withApiVersion("v1")
                                        .withKind("ConfigMap")
                                        .withName("owner")
                                        .withUid(owner.getMetadata().getUid())
                                        .build())
                        .endMetadata());
        List<Long> pids = awaitPids("owned", 1);
        cluster.client().configMaps().resource(owner).delete();
        cluster.awaitGone("owned");
        awaitDead(pids);
    }

    @Test
    void aCrashIsReportedWithItsExitCodeAndLastWords() {
        cluster.create(
                pod(
                        "crash",
                        shell("echo out of luck; exit 3")
                                .withTerminationMessagePolicy("FallbackToLogsOnError")));
        Pod pod = cluster.awaitPod("crash", phase("Failed"));
        assertThat(pod.getStatus().getContainerStatuses().getFirst().getState().getTerminated())
                .satisfies(terminated -> {
                    assertThat(terminated.getExitCode()).isEqualTo(3);
                    assertThat(terminated.getReason()).isEqualTo("Error");
                    assertThat(terminated.getMessage()).isEqualTo("out of luck\n");
                });
        assertThat(TestCluster.ready(pod)).isFalse();
    }

    @Test
    void aKilledProcessIsSeenAtOnce() throws Exception {
        cluster.create(pod("killed", shell("echo pid $$; exec sleep 1000")));
        long pid = awaitPids("killed", 1).getFirst();
        long start = System.nanoTime();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Pod pod = cluster.awaitPod("killed", phase("Failed"));
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        System.out.println("killed process seen in the API after " + took.toMillis() + " ms");
        assertThat(took).isLessThan(Duration.ofSeconds(5)); // 1 s where nobody else is busy
        assertThat(
                        pod.getStatus()
                                .getContainerStatuses()
                                .getFirst()
                                .getState()
                                .getTerminated()
                                .getExitCode())
                .isEqualTo(137);
    }

    @Test
    void anUnsupportedPodFailsWithAnEventThatNamesTheField() throws Exception {
        cluster.create(
                pod("refused", shell("true"))
                        .editSpec()
                        .withVolumes(
                                new VolumeBuilder()
                                        .withName("data")
                                        .withNewEmptyDir()
                                        .endEmptyDir()
                                        .build())
                        .endSpec());
        Pod pod = cluster.awaitPod("refused", phase("Failed"));
        assertThat(pod.getStatus().getReason()).isEqualTo(PodRules.REASON);
        assertThat(pod.getStatus().getMessage()).contains("spec.volumes: 'data'");
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(events("refused"))
                                .anyMatch(event ->
                                        event.getReason().equals(PodRules.REASON)
                                                && event.getMessage().contains("spec.volumes")));
        assertThat(cluster.kubectl("get", "pod", "refused")).contains(PodRules.REASON);
    }

    @Test
    void aPortInUseFailsThePodWithThatReason() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            cluster.create(pod("port", server(socket.getLocalPort())));
            Pod pod = cluster.awaitPod("port", phase("Failed"));
            assertThat(pod.getStatus().getReason()).isEqualTo(PodWorker.HOST_PORT_TAKEN);
            assertThat(pod.getStatus().getMessage())
                    .contains(Integer.toString(socket.getLocalPort()));
        }
    }

    @Test
    void whatHappensWhileTheApiServerIsAwayIsReportedAfterwards() throws Exception {
        cluster.create(
                pod(
                        "outage",
                        shell("echo pid $$; trap 'exit 4' TERM; while :; do sleep 0.1; done")));
        long pid = awaitPids("outage", 1).getFirst();
        cluster.plane().apiServer().kill();
        ProcessHandle.of(pid).orElseThrow().destroy();
        awaitDead(List.of(pid));
        cluster.plane().apiServer().start();
        Pod pod = cluster.awaitPod("outage", phase("Failed"));
        assertThat(
                        pod.getStatus()
                                .getContainerStatuses()
                                .getFirst()
                                .getState()
                                .getTerminated()
                                .getExitCode())
                .isEqualTo(4);
    }

    private static ProbeBuilder probeBuilder(String path, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withNewPort("play")
                .endHttpGet()
                .withPeriodSeconds(1)
                .withTimeoutSeconds(2)
                .withFailureThreshold(failures);
    }

    private static io.fabric8.kubernetes.api.model.Probe probe(String path, int failures) {
        return probeBuilder(path, failures).build();
    }

    private static List<Long> awaitPids(String pod, int count) throws Exception {
        cluster.awaitPod(pod, phase("Running"));
        await().atMost(PATIENCE).until(() -> cluster.pids(pod).size() == count);
        return cluster.pids(pod);
    }

    private static List<Event> events(String pod) {
        return cluster.client()
                .v1()
                .events()
                .inNamespace(TestCluster.NAMESPACE)
                .withField("involvedObject.name", pod)
                .list()
                .getItems();
    }

    private static String get(int port, String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .timeout(Duration.ofSeconds(20))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
