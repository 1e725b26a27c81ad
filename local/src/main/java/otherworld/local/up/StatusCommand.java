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

/** {@code ./otherworld status}: parts, Worlds, instances and players. Exit status 3 if not up. */
@Command(
        name = "status",
        description =
                "Show parts, Worlds, instances and players. Exit status 3 if the cluster is down.")
final class StatusCommand implements Callable<Integer> {
    static final int DOWN = 3;

    private final Home home = Home.of(System.getenv());
    private final PrintStream out = System.out;

    @Override
    public Integer call() throws Exception {
        Optional<ClusterState> state = ClusterState.ofLiving(home.state());
        if (state.isEmpty()) {
            out.println("Not running. Start it with ./otherworld up");
            return DOWN;
        }
        parts(state.get());
        if (Files.exists(home.kubeconfig())) {
            try (KubernetesClient client = client(home)) {
                worlds(client);
            } catch (KubernetesClientException e) {
                out.println("\nThe API server does not answer: " + e.getMessage());
            }
        }
        return 0;
    }

    /** A client for the cluster of {@code home}, with short time-outs. */
    static KubernetesClient client(Home home) throws java.io.IOException {
        Config config = Config.fromKubeconfig(Files.readString(home.kubeconfig()));
        config.setConnectionTimeout(2_000);
        config.setRequestTimeout(5_000);
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private void parts(ClusterState state) {
        out.printf("Cluster %s in %s%s%n", state.phase(), home.folder(), database(state));
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

    private void worlds(KubernetesClient client) {
        List<GenericKubernetesResource> worlds =
                client.genericKubernetesResources(WorldResources.WORLDS)
                        .inAnyNamespace()
                        .list()
                        .getItems();
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
        return value == null ? 0 : value;
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
