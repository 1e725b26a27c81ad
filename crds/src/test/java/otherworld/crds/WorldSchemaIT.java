package otherworld.crds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import otherworld.local.controlplane.ControlPlane;

/**
 * What can be known at apply is refused at apply: every row of refused.txt by a real API server, in
 * each of the three ways that a spec comes to it, and nothing of accepted.txt.
 */
class WorldSchemaIT {
    private static final ResourceDefinitionContext WORLDS =
            ResourceDefinitionContext.fromResourceType(World.class);

    private static final KubernetesClient client = client();

    private static KubernetesClient client() {
        Config config = Config.fromKubeconfig(ControlPlane.shared().kubeconfig().toFile());
        config.setRequestRetryBackoffLimit(0); // it answers a value of a wrong type with 500
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    @BeforeAll
    static void install() {
        var crd =
                client.apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .load(Path.of(CrdFileTest.COMMITTED.toString()).toFile());
        crd.forceConflicts().serverSideApply();
        crd.waitUntilCondition(
                it ->
                        it != null
                                && it.getStatus() != null
                                && it.getStatus().getConditions().stream()
                                        .anyMatch(condition ->
                                                condition.getType().equals("Established")
                                                        && condition.getStatus().equals("True")),
                30,
                TimeUnit.SECONDS);
        client.resource(world("good", "{capacity: 9}")).createOr(it -> it.update());
    }

    @AfterAll
    static void close() {
        client.resource(world("good", "{capacity: 9}")).delete();
        client.close();
    }

    static Stream<Arguments> refused() throws IOException {
        return rows("refused.txt")
                .map(row -> {
                    int bar = row.lastIndexOf('|');
                    return Arguments.of(
                            row.substring(0, bar).strip(), row.substring(bar + 1).strip());
                });
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aBadSpecIsRefusedWithWhatToWriteInstead(String spec, String message) {
        assertRefused(() -> client.resource(world("bad", spec)).dryRun().create(), message);
        // A value of a wrong type stops a server-side apply before the schema is looked at.
        assertRefused(() -> serverSideApply(world("bad", spec)), message, "typed patch object");
        assertRefused(() -> client.resource(world("good", spec)).dryRun().update(), message);
    }

    static Stream<String> accepted() throws IOException {
        return rows("accepted.txt");
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void aGoodSpecIsTakenAndRead(String spec) {
        GenericKubernetesResource taken = client.resource(world("fine", spec)).dryRun().create();
        if (!spec.contains("id:")) { // which an update cannot set
            client.resource(world("good", spec)).dryRun().update();
        }
        World world = Serialization.unmarshal(Serialization.asJson(taken), World.class);
        assertThat(world.getSpec().capacity()).isPositive();
        assertThat(Serialization.asJson(world.getSpec()))
                .as("what is written again is what was taken")
                .satisfies(text -> client.resource(world("again", text)).dryRun().create());
    }

    private static void serverSideApply(GenericKubernetesResource world) {
        client.genericKubernetesResources(WORLDS)
                .inNamespace("default")
                .withName("bad")
                .patch(
                        new PatchContext.Builder()
                                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                                .withFieldManager("schema-test")
                                .withDryRun(List.of("All"))
                                .build(),
                        world);
    }

    private static void assertRefused(Runnable attempt, String... messages) {
        KubernetesClientException refusal =
                catchThrowableOfType(KubernetesClientException.class, attempt::run);
        assertThat(refusal).as("the API server's refusal").isNotNull();
        assertThat(refusal.getMessage()).containsAnyOf(messages);
    }

    private static GenericKubernetesResource world(String name, String spec) {
        return Serialization.unmarshal(
                """
                apiVersion: otherworld.dev/v1alpha1
                kind: World
                metadata: {name: %s, namespace: default}
                spec: %s
                """
                        .formatted(name, spec),
                GenericKubernetesResource.class);
    }

    private static Stream<String> rows(String file) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(WorldSchemaIT.class.getResourceAsStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .map(String::strip)
                            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                            .toList()
                            .stream();
        }
    }
}
