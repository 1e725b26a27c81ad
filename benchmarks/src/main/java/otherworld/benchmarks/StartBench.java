package otherworld.benchmarks;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import otherworld.local.up.WorldResources;

/**
 * How long an instance takes from its pod's creation until the pod is Ready, and until the first
 * player is inside, on a local cluster of its own: one instance at a time, and four at once. Each
 * round is a World of its own, removed afterwards.
 */
final class StartBench implements Bench {
    private static final int ALONE_ROUNDS = 10;
    private static final int TOGETHER_ROUNDS = 4;
    private static final int TOGETHER = 4;
    private static final Duration ROUND_LIMIT = Duration.ofSeconds(60);

    /** Between rounds: the last World's pods end, and the JVMs of the cluster rest. */
    private static final Duration REST = Duration.ofSeconds(3);

    private static final Duration IDLE = Duration.ofSeconds(20);
    private static final String NAMESPACE = "default";

    /** Not measured in seconds: in rounds. */
    @Override
    public int usualSeconds() {
        return 0;
    }

    @Override
    public Figures run(Request request) throws Exception {
        Path home = Files.createDirectories(request.work().resolve("home"));
        Checkout checkout =
                new Checkout(
                        request.root(), request.work(), Map.of("OTHERWORLD_HOME", home.toString()));
        try {
            checkout.otherworld("up");
            Config config = Config.fromKubeconfig(Files.readString(home.resolve("kubeconfig")));
            try (KubernetesClient client =
                            new KubernetesClientBuilder().withConfig(config).build();
                    HttpClient http = HttpClient.newHttpClient()) {
                return measure(client, new FirstPlayer(http, home), home);
            }
        } finally {
            checkout.otherworld("down", "--purge");
        }
    }

    private static Figures measure(KubernetesClient client, FirstPlayer player, Path home)
            throws IOException, InterruptedException {
        Figures figures = new Figures();
        rounds(figures, client, player, "alone", 1, ALONE_ROUNDS);
        rounds(figures, client, player, "four", TOGETHER, TOGETHER_ROUNDS);
        Thread.sleep(REST);
        IdleFootprint.add(figures, home, IDLE);
        return figures;
    }

    private static void rounds(
            Figures figures,
            KubernetesClient client,
            FirstPlayer player,
            String name,
            int instances,
            int rounds)
            throws IOException, InterruptedException {
        List<Double> ready = new ArrayList<>();
        List<Double> inside = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            String world = "bench-%s-%d".formatted(name, round);
            try (PodTimes pods = new PodTimes(client, NAMESPACE, world)) {
                apply(client, world, instances);
                long firstReadyNs = pods.awaitReady(1, ROUND_LIMIT);
                double toInside = player.join(NAMESPACE + "." + world, ROUND_LIMIT);
                pods.awaitReady(instances, ROUND_LIMIT);
                ready.addAll(pods.createdToReadyMs());
                inside.add(pods.sinceFirstCreationMs(firstReadyNs) + toInside);
            } finally {
                client.genericKubernetesResources(WorldResources.WORLDS)
                        .inNamespace(NAMESPACE)
                        .withName(world)
                        .delete();
            }
            System.err.printf(
                    "%s, round %d of %d: Ready after %s ms, a player inside after %.0f ms%n",
                    name,
                    round,
                    rounds,
                    ready.subList(ready.size() - instances, ready.size()).stream()
                            .map(ms -> Long.toString(Math.round(ms)))
                            .toList(),
                    inside.getLast());
            Thread.sleep(REST);
        }
        percentiles(figures, "ready_" + name, ready);
        percentiles(figures, "player_inside_" + name, inside);
    }

    private static void percentiles(Figures figures, String name, List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        figures.add(name + "_samples", sorted.size(), "");
        figures.addLatency(name + "_p50_ms", at(sorted, 0.50));
        figures.addLatency(name + "_p99_ms", at(sorted, 0.99));
    }

    private static double at(List<Double> sorted, double share) {
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }

    private static void apply(KubernetesClient client, String name, int instances) {
        GenericKubernetesResource world = new GenericKubernetesResource();
        world.setApiVersion("otherworld.dev/v1alpha1");
        world.setKind("World");
        world.setMetadata(
                new io.fabric8.kubernetes.api.model.ObjectMetaBuilder()
                        .withName(name)
                        .withNamespace(NAMESPACE)
                        .build());
        Map<String, Object> scaling = new HashMap<>();
        scaling.put("min", instances);
        scaling.put("max", instances);
        scaling.put("spareSeats", 0);
        world.setAdditionalProperty("spec", Map.of("capacity", 100, "instances", scaling));
        client.genericKubernetesResources(WorldResources.WORLDS)
                .inNamespace(NAMESPACE)
                .resource(world)
                .create();
    }
}
