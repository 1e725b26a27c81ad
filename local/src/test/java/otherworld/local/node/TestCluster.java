package otherworld.local.node;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import otherworld.local.controlplane.ControlPlane;
import otherworld.local.controlplane.ControlPlaneOptions.Component;

/**
 * A real control plane with scheduler and garbage collection, one for all tests of this JVM; it
 * ends with the JVM. One node runs at a time.
 */
final class TestCluster {
    static final String NAMESPACE = "default";
    static final String NODE = "local";
    static final String SERVER = "test/server:1";
    static final String SHELL = "test/shell:1";
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final ImageCommands IMAGES =
            new ImageCommands(
                    Map.of(
                            SERVER,
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-XX:TieredStopAtLevel=1",
                                    "-cp",
                                    testClasses(),
                                    ProbedServer.class.getName()),
                            SHELL,
                            List.of("sh", "-c")));

    private static @Nullable TestCluster shared;

    private final ControlPlane plane;
    private final KubernetesClient client;

    static synchronized TestCluster shared() {
        if (shared == null) {
            shared = new TestCluster();
        }
        return shared;
    }

    private TestCluster() {
        this.plane = ControlPlane.start(Component.SCHEDULER, Component.CONTROLLERS);
        this.client =
                new KubernetesClientBuilder()
                        .withConfig(Config.fromKubeconfig(plane.kubeconfig().toFile()))
                        .build();
        await().atMost(PATIENCE)
                .until(() ->
                        client.serviceAccounts().inNamespace(NAMESPACE).withName("default").get()
                                != null);
    }

    LocalNode startNode(Path folder) {
        return LocalNode.start(options(folder));
    }

    NodeOptions options(Path folder) {
        return NodeOptions.of(
                Config.fromKubeconfig(plane.nodeKubeconfig().toFile()),
                NODE,
                folder,
                IMAGES,
                plane.kubeletTls());
    }

    ControlPlane plane() {
        return plane;
    }

    KubernetesClient client() {
        return client;
    }

    /** A pod of one container that the scheduler places, with a grace of 5 s. */
    static PodBuilder pod(String name, ContainerBuilder container) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy("Never")
                .withAutomountServiceAccountToken(false)
                .withTerminationGracePeriodSeconds(5L)
                .withContainers(container.build())
                .endSpec();
    }

    /** {@code $$} in arguments stands for one dollar sign to a kubelet. */
    static ContainerBuilder shell(String script) {
        return new ContainerBuilder()
                .withName("main")
                .withImage(SHELL)
                .withArgs(script.replace("$", "$$"));
    }

    /** {@link ProbedServer} on {@code port}, which is its host port too. */
    static ContainerBuilder server(int port) {
        return new ContainerBuilder()
                .withName("main")
                .withImage(SERVER)
                .addNewEnv()
                .withName("PORT")
                .withValue(Integer.toString(port))
                .endEnv()
                .addNewPort()
                .withName("play")
                .withContainerPort(port)
                .withHostPort(port)
                .endPort();
    }

    Pod create(PodBuilder pod) {
        return client.pods().resource(pod.build()).create();
    }

    void delete(String name) {
        client.pods().inNamespace(NAMESPACE).withName(name).delete();
    }

    @Nullable Pod get(String name) {
        return client.pods().inNamespace(NAMESPACE).withName(name).get();
    }

    Pod awaitPod(String name, Predicate<Pod> condition) {
        List<Pod> seen = new ArrayList<>();
        try {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> {
                        Pod pod = get(name);
                        if (pod == null) {
                            return false;
                        }
                        seen.add(pod);
                        return condition.test(pod);
                    });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "Pod %s stayed %s"
                            .formatted(name, seen.isEmpty() ? null : seen.getLast().getStatus()),
                    e);
        }
        return seen.getLast();
    }

    void awaitGone(String name) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> get(name) == null);
    }

    static boolean ready(Pod pod) {
        return condition(pod, "Ready").filter(c -> c.getStatus().equals("True")).isPresent();
    }

    static Optional<PodCondition> condition(Pod pod, String type) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst();
    }

    static Predicate<Pod> phase(String phase) {
        return pod -> phase.equals(pod.getStatus().getPhase());
    }

    /** Real kubectl, under way. */
    Process kubectlProcess(String... arguments) throws IOException {
        return new ProcessBuilder(kubectlCommand(arguments)).start();
    }

    private List<String> kubectlCommand(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(plane.kubectl().toString());
        command.add("--kubeconfig=" + plane.kubeconfig());
        command.addAll(List.of(arguments));
        return command;
    }

    /** What real kubectl prints. */
    String kubectl(String... arguments) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(kubectlCommand(arguments)).redirectErrorStream(true).start();
        process.getOutputStream().close();
        try {
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return output;
        } finally {
            process.destroyForcibly();
        }
    }

    /** The pids a shell script printed as {@code pid N}. */
    List<Long> pids(String pod) throws IOException, InterruptedException {
        return kubectl("logs", pod)
                .lines()
                .filter(line -> line.startsWith("pid "))
                .map(line -> Long.parseLong(line.substring(4)))
                .toList();
    }

    static void awaitDead(List<Long> pids) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() ->
                        pids.stream()
                                .flatMap(pid -> ProcessHandle.of(pid).stream())
                                .noneMatch(ProcessHandle::isAlive));
    }

    private static String testClasses() {
        return Path.of(
                        ProbedServer.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .getPath())
                .toString();
    }
}
