package otherworld.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import otherworld.local.node.PodEnvironment.Resolution;

class PodEnvironmentTest {
    private static final PodEnvironment.Objects OBJECTS =
            new PodEnvironment.Objects() {
                @Override
                public Optional<Map<String, String>> configMap(String namespace, String name) {
                    return namespace.equals("default") && name.equals("config")
                            ? Optional.of(Map.of("COLOR", "blue"))
                            : Optional.empty();
                }

                @Override
                public Optional<Map<String, String>> secret(String namespace, String name) {
                    return namespace.equals("default") && name.equals("connections")
                            ? Optional.of(Map.of("REDIS_URL", "redis://x", "COLOR", "red"))
                            : Optional.empty();
                }
            };

    @Test
    void referencesAreResolvedInOrderAndLaterOnesWin() {
        Container container =
                Pods.container()
                        .addNewEnvFrom()
                        .withNewConfigMapRef("config", false)
                        .endEnvFrom()
                        .addNewEnvFrom()
                        .withNewSecretRef("connections", false)
                        .endEnvFrom()
                        .addNewEnvFrom()
                        .withPrefix("P_")
                        .withNewConfigMapRef("config", false)
                        .endEnvFrom()
                        .withEnv(
                                new EnvVar("REDIS_URL", "own", null),
                                secretKey("KEY", "connections", "REDIS_URL", false),
                                configKey("CFG", "config", "COLOR", false),
                                new EnvVar("EMPTY", null, null))
                        .build();
        assertThat(variables(container))
                .containsEntry("COLOR", "red")
                .containsEntry("P_COLOR", "blue")
                .containsEntry("REDIS_URL", "own")
                .containsEntry("KEY", "redis://x")
                .containsEntry("CFG", "blue")
                .containsEntry("EMPTY", "");
    }

    @ParameterizedTest
    @CsvSource({
        "metadata.name, plaza-0-1",
        "metadata.namespace, default",
        "metadata.uid, 0e1f",
        "metadata.labels['otherworld.dev/world'], plaza",
        "metadata.labels['absent'], ''",
        "metadata.annotations['note'], text",
        "spec.nodeName, local",
        "spec.serviceAccountName, default",
        "status.hostIP, 127.0.0.1",
        "status.podIP, 127.0.0.1",
    })
    void fieldsOfThePodAreReadable(String path, String value) {
        Container container =
                Pods.container()
                        .addNewEnv()
                        .withName("F")
                        .withNewValueFrom()
                        .withNewFieldRef("v1", path)
                        .endValueFrom()
                        .endEnv()
                        .build();
        assertThat(PodFields.supported(path)).isTrue();
        assertThat(variables(container)).containsEntry("F", value);
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(
                        missing(
                                Pods.container()
                                        .addNewEnvFrom()
                                        .withNewSecretRef("no", null)
                                        .endEnvFrom()))
                .isEqualTo("secret \"no\" not found");
        assertThat(
                        missing(
                                Pods.container()
                                        .addNewEnvFrom()
                                        .withNewConfigMapRef("no", null)
                                        .endEnvFrom()))
                .isEqualTo("configmap \"no\" not found");
        assertThat(missing(Pods.container().withEnv(secretKey("A", "connections", "no", false))))
                .isEqualTo("couldn't find key no in secret default/connections");
    }

    @Test
    void whatIsOptionalMayBeMissing() {
        Container container =
                Pods.container()
                        .addNewEnvFrom()
                        .withNewSecretRef("no", true)
                        .endEnvFrom()
                        .withEnv(
                                secretKey("A", "no", "k", true),
                                configKey("B", "config", "k", true))
                        .build();
        assertThat(variables(container)).doesNotContainKeys("A", "B");
    }

    @Test
    void theNodeBindsItsPodsToLoopbackWhateverTheySay() {
        Container container =
                Pods.container().withEnv(new EnvVar("OTHERWORLD_BIND", "0.0.0.0", null)).build();
        assertThat(variables(container)).containsEntry("OTHERWORLD_BIND", "127.0.0.1");
    }

    @Test
    void argumentsAndValuesReferToEarlierVariables() {
        Container container =
                Pods.container()
                        .withEnv(
                                new EnvVar("HOST", "h", null),
                                new EnvVar("URL", "http://$(HOST):$(PORT)", null),
                                new EnvVar("PORT", "1", null))
                        .withArgs("--url=$(URL)", "$$(PORT)", "$(PORT)")
                        .build();
        Resolution.Resolved resolved = resolved(container);
        assertThat(resolved.variables()).containsEntry("URL", "http://h:$(PORT)");
        assertThat(resolved.arguments()).containsExactly("--url=http://h:$(PORT)", "$(PORT)", "1");
    }

    @ParameterizedTest
    @CsvSource({
        "$, $",
        "a$, a$",
        "$x, $x",
        "$(, $(",
        "$(A, $(A",
        "$(A), 1",
        "$$$(A), $1",
        "$(), $()"
    })
    void expansionLeavesWhatItDoesNotKnow(String text, String expected) {
        assertThat(PodEnvironment.expand(text, Map.of("A", "1"))).isEqualTo(expected);
    }

    private static EnvVar secretKey(String name, String secret, String key, boolean optional) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewSecretKeyRef(key, secret, optional)
                .endValueFrom()
                .build();
    }

    private static EnvVar configKey(String name, String configMap, String key, boolean optional) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewConfigMapKeyRef(key, configMap, optional)
                .endValueFrom()
                .build();
    }

    private static Map<String, String> variables(Container container) {
        return resolved(container).variables();
    }

    private static Resolution.Resolved resolved(Container container) {
        return (Resolution.Resolved)
                PodEnvironment.resolve(Pods.pod(container), container, OBJECTS);
    }

    private static String missing(ContainerBuilder container) {
        Container built = container.build();
        return ((Resolution.Missing) PodEnvironment.resolve(Pods.pod(built), built, OBJECTS))
                .message();
    }
}
