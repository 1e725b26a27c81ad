package otherworld.local.up;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import otherworld.local.observe.PrometheusServer;
import otherworld.local.process.Build;
import otherworld.local.process.StartFailed;

/** What {@code up} puts into the cluster: the World CRD, the connections Secret, World plaza. */
final class ClusterObjects implements AutoCloseable {
    private static final String NAMESPACE = "default";
    private static final String CRD =
            "crds/src/main/resources/META-INF/fabric8/worlds.otherworld.dev-v1.yml";
    private static final String OPERATOR_ROLE =
            "operator/src/main/resources/otherworld/operator/rbac.yaml";
    private static final String SAMPLE = "crds/examples/plaza.yaml";
    private static final Duration READY_LIMIT = Duration.ofSeconds(90);
    private static final int POLL_MS = 100;

    private final KubernetesClient client;
    private final Build build;
    private final Progress progress;

    ClusterObjects(Config config, Build build, Progress progress) {
        this.client = new KubernetesClientBuilder().withConfig(config).build();
        this.build = build;
        this.progress = progress;
    }

    /** The World CRD, as the checkout has it now; returns once the API server serves it. */
    void applyDefinitions() {
        try (InputStream file = Files.newInputStream(build.root().resolve(CRD))) {
            CustomResourceDefinition definition =
                    client.apiextensions().v1().customResourceDefinitions().load(file).item();
            client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .resource(definition)
                    .forceConflicts()
                    .serverSideApply();
            client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .withName(definition.getMetadata().getName())
                    .waitUntilCondition(
                            now ->
                                    now != null
                                            && now.getStatus() != null
                                            && now.getStatus().getConditions() != null
                                            && now.getStatus().getConditions().stream()
                                                    .anyMatch(c ->
                                                            c.getType().equals("Established")
                                                                    && c.getStatus()
                                                                            .equals("True")),
                            30,
                            TimeUnit.SECONDS);
            applyOperatorRole();
            progress.done(Step.DEFINITIONS, "World CRD is applied");
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + CRD, e);
        }
    }

    /** What the operator may do, and no more. */
    private void applyOperatorRole() throws IOException {
        try (InputStream role = Files.newInputStream(build.root().resolve(OPERATOR_ROLE))) {
            client.load(role).forceConflicts().serverSideApply();
        }
    }

    /** That it may find pods. */
    void applyPrometheusRole() {
        try (InputStream role = PrometheusServer.role()) {
            client.load(role).forceConflicts().serverSideApply();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read Prometheus' role", e);
        }
    }

    /** The connections Secret, which a pod reads when it starts. Needs no definitions. */
    void applyConnections(ClusterStart.Stores stores) {
        Secret secret =
                new SecretBuilder()
                        .withNewMetadata()
                        .withName("otherworld-connections")
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .withStringData(
                                Map.of(
                                        "DATABASE_URL", stores.database().jdbcUrl(),
                                        "DATABASE_USER", stores.database().user(),
                                        "DATABASE_PASSWORD", stores.database().password(),
                                        "REDIS_URL", stores.redisUrl()))
                        .build();
        awaitNamespace();
        client.secrets().inNamespace(NAMESPACE).resource(secret).forceConflicts().serverSideApply();
    }

    /** The sample World if there is none: one that was changed stays as it is. */
    void applyWorld() {
        Path sample = build.root().resolve(SAMPLE);
        try (InputStream file = Files.newInputStream(sample)) {
            GenericKubernetesResource world =
                    client.genericKubernetesResources(WorldResources.WORLDS).load(file).item();
            world.getMetadata().setNamespace(NAMESPACE);
            if (client.genericKubernetesResources(WorldResources.WORLDS)
                            .inNamespace(NAMESPACE)
                            .withName(world.getMetadata().getName())
                            .get()
                    == null) {
                client.genericKubernetesResources(WorldResources.WORLDS)
                        .inNamespace(NAMESPACE)
                        .resource(world)
                        .create();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + sample, e);
        }
    }

    /** The API server makes the namespace itself, a moment after it answers. */
    private void awaitNamespace() {
        client.namespaces()
                .withName(NAMESPACE)
                .waitUntilCondition(namespace -> namespace != null, 30, TimeUnit.SECONDS);
    }

    /**
     * Returns once World plaza is Ready on pods that started after {@code since}: its status of an
     * earlier run still says Ready.
     *
     * @param since whole seconds, as pods tell their start
     * @throws StartFailed with the World's own words if it is not Ready in time
     */
    void awaitReady(Instant since) throws InterruptedException {
        long deadline = System.nanoTime() + READY_LIMIT.toNanos();
        Map<String, String> ready = Map.of();
        while (System.nanoTime() < deadline) {
            try {
                GenericKubernetesResource world =
                        client.genericKubernetesResources(WorldResources.WORLDS)
                                .inNamespace(NAMESPACE)
                                .withName("plaza")
                                .get();
                if (world == null) {
                    progress.done(Step.WORLD, "World plaza was deleted: not waiting for it");
                    return;
                }
                ready = StatusCommand.condition(world, "Ready");
                if ("True".equals(ready.get("status")) && hasFreshPods(world, since)) {
                    progress.done(Step.WORLD, "World plaza is Ready");
                    return;
                }
            } catch (KubernetesClientException e) {
                ready = Map.of("message", String.valueOf(e.getMessage()));
            }
            Thread.sleep(POLL_MS);
        }
        throw new StartFailed(
                "World plaza is not Ready after %d s: %s. Look at ./otherworld logs operator and ./otherworld kubectl describe world plaza"
                        .formatted(
                                READY_LIMIT.toSeconds(),
                                ready.getOrDefault("message", "the operator has said nothing")));
    }

    private boolean hasFreshPods(GenericKubernetesResource world, Instant since) {
        Object min = world.get("spec", "instances", "min");
        long wanted = min == null ? 0 : Long.parseLong(min.toString());
        return client
                        .pods()
                        .inNamespace(NAMESPACE)
                        .withLabel("otherworld.dev/world", world.getMetadata().getName())
                        .list()
                        .getItems()
                        .stream()
                        .filter(pod -> isReadySince(pod, since))
                        .count()
                >= wanted;
    }

    private static boolean isReadySince(Pod pod, Instant since) {
        String started = pod.getStatus().getStartTime();
        return started != null
                && !Instant.parse(started).isBefore(since)
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                condition.getType().equals("Ready")
                                        && condition.getStatus().equals("True"));
    }

    @Override
    public void close() {
        client.close();
    }
}
