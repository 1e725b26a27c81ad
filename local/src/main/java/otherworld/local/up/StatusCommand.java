package otherworld.local.up;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import otherworld.base.Durations;
import picocli.CommandLine.Command;

/** {@code ./otherworld status}: parts, Worlds, instances and players. */
@Command(
        name = "status",
        description =
                "Show parts, Worlds, instances and players. Exit status 3 if the cluster is down,"
                        + " 4 if it is up and a part does not work.")
final class StatusCommand implements Callable<Integer> {
    static final int DOWN = 3;
    static final int AILING = 4;

    /** What it is that tells Worlds' states: without it they are what they were. */
    private static final List<String> TELL_OF_WORLDS =
            List.of("operator", "matchmaker", "etcd", "kube-apiserver");

    private final Home home = Home.of(System.getenv());
    private final PrintStream out = System.out;

    @Override
    public Integer call() throws Exception {
        Optional<ClusterState> state = ClusterState.ofLiving(home.state());
        if (state.isEmpty()) {
            out.println("Not running. Start it with ./otherworld up");
            return DOWN;
        }
        List<String> ailing = ailing(state.get());
        parts(state.get(), ailing);
        boolean answers = true;
        if (Files.exists(home.kubeconfig())) {
            try (KubernetesClient client = client(home)) {
                worlds(client, ailing);
            } catch (KubernetesClientException e) {
                answers = false;
                out.println("\n" + apiServer(e));
            }
        }
        boolean well = ailing.isEmpty() && answers;
        return well || state.get().phase() != ClusterState.Phase.READY ? 0 : AILING;
    }

    /** Parts of a cluster that is up which do not work now. */
    static List<String> ailing(ClusterState state) {
        return state.phase() == ClusterState.Phase.READY
                ? state.parts().stream()
                        .filter(part -> !stateOf(part).equals(Parts.RUNNING))
                        .map(ClusterState.PartState::name)
                        .toList()
                : List.of();
    }

    static String headline(ClusterState state, List<String> ailing) {
        return ailing.isEmpty()
                ? state.phase().toString()
                : "%s but for %s".formatted(state.phase(), String.join(", ", ailing));
    }

    /** In a line, without the request and without what is null in the answer. */
    static String apiServer(KubernetesClientException e) {
        if (e.getStatus() != null) {
            return "The API server answers %d: %s"
                    .formatted(e.getCode(), e.getStatus().getMessage());
        }
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return "The API server does not answer: "
                + (cause.getMessage() == null ? cause.toString() : cause.getMessage());
    }

    /** A client for the cluster of {@code home}, with short time-outs. */
    static KubernetesClient client(Home home) throws java.io.IOException {
        Config config = Config.fromKubeconfig(Files.readString(home.kubeconfig()));
        config.setConnectionTimeout(2_000);
        config.setRequestTimeout(5_000);
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private void parts(ClusterState state, List<String> ailing) {
        out.printf("Cluster %s in %s%s%n", headline(state, ailing), home.folder(), database(state));
        out.printf("%n%-24s %-9s %-8s %-8s %s%n", "PART", "PID", "FOR", "RESTARTS", "STATE");
        for (ClusterState.PartState part : state.parts()) {
            out.printf(
                    "%-24s %-9s %-8s %-8d %s%s%s%n",
                    part.name(),
                    part.process() == null ? "-" : part.process().pid(),
                    age(part.since()),
                    part.restarts(),
                    stateOf(part),
                    part.address().isEmpty() ? "" : "  " + part.address(),
                    part.why().isEmpty() || part.state().startsWith(part.why())
                            ? ""
                            : "  (before: " + part.why() + ")");
        }
        if (!state.detail().isEmpty()) {
            out.println(state.detail());
        }
        Preflight.disk(home, Preflight.DISK_LOW_MIB).forEach(out::println);
    }

    /** The supervisor cannot tell while it cannot write: looked at here, too. */
    private static String stateOf(ClusterState.PartState part) {
        return part.process() == null || part.process().isAlive()
                ? part.state()
                : "process %d has ended, and the supervisor has not said more yet"
                        .formatted(part.process().pid());
    }

    private static String database(ClusterState state) {
        return state.database().isEmpty() ? "" : ", SQL by " + state.database();
    }

    private void worlds(KubernetesClient client, List<String> ailing) {
        List<GenericKubernetesResource> worlds =
                client.genericKubernetesResources(WorldResources.WORLDS)
                        .inAnyNamespace()
                        .list()
                        .getItems();
        List<String> mute = ailing.stream().filter(TELL_OF_WORLDS::contains).toList();
        if (!mute.isEmpty()) {
            out.printf("%nWorlds as %s told last:%n", String.join(" and ", mute));
        }
        out.printf(
                "%n%-24s %-8s %-10s %-9s %-7s %-7s %s%n",
                "WORLD", "READY", "INSTANCES", "PLAYERS", "SEATS", "FREE", "WHY");
        for (GenericKubernetesResource world : worlds) {
            Map<String, String> ready = condition(world, "Ready");
            out.printf(
                    "%-24s %-8s %-10s %-9s %-7s %-7s %s%n",
                    world.getMetadata().getNamespace() + "/" + world.getMetadata().getName(),
                    ready.getOrDefault("status", "Unknown"),
                    status(world, "readyInstances") + "/" + status(world, "instances"),
                    status(world, "players"),
                    status(world, "seats"),
                    status(world, "freeSeats"),
                    ready.getOrDefault("message", ""));
        }
        out.printf("%n%-24s %-10s %-7s %-8s %s%n", "POD", "PHASE", "READY", "FOR", "METRICS");
        client.pods()
                .inAnyNamespace()
                .withLabel("otherworld.dev/world")
                .list()
                .getItems()
                .forEach(this::pod);
    }

    private void pod(Pod pod) {
        boolean ready =
                pod.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                condition.getType().equals("Ready")
                                        && condition.getStatus().equals("True"));
        String ports =
                pod.getSpec().getContainers().stream()
                        .flatMap(container -> container.getPorts().stream())
                        .filter(port -> "management".equals(port.getName()))
                        .map(port ->
                                "http://127.0.0.1:%d/metrics".formatted(port.getContainerPort()))
                        .findFirst()
                        .orElse("-");
        out.printf(
                "%-24s %-10s %-7s %-8s %s%n",
                pod.getMetadata().getName(),
                pod.getMetadata().getDeletionTimestamp() == null
                        ? pod.getStatus().getPhase()
                        : "Stopping",
                ready,
                age(Instant.parse(pod.getMetadata().getCreationTimestamp())),
                ports);
    }

    private static Object status(GenericKubernetesResource world, String field) {
        Object value = world.get("status", field);
        return value == null ? "?" : value;
    }

    /** The named condition of a World; empty if it has none. */
    @SuppressWarnings("unchecked") // conditions are a list of string maps in the World's schema
    static Map<String, String> condition(GenericKubernetesResource world, String type) {
        Object conditions = world.get("status", "conditions");
        if (conditions instanceof List<?> list) {
            for (Object condition : list) {
                if (condition instanceof Map<?, ?> map && type.equals(map.get("type"))) {
                    return (Map<String, String>) map;
                }
            }
        }
        return Map.of();
    }

    private static String age(Instant since) {
        Duration age = Duration.between(since, Instant.now());
        return Durations.format(Duration.ofSeconds(Math.max(0, age.toSeconds())));
    }
}
