package otherworld.operator.certificates;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Secrets by name. They are written by server-side apply alone, whose creation the API server
 * authorizes by name: so the operator may make these Secrets and no others.
 */
final class Secrets {
    private static final String MANAGER = "otherworld-operator";

    private final KubernetesClient client;

    /**
     * What is in one.
     *
     * @param version to be replaced by nobody else meanwhile
     */
    record Stored(Map<String, String> data, String version) {
        byte[] bytes(String key) {
            return data.getOrDefault(key, "").getBytes(StandardCharsets.UTF_8);
        }
    }

    Secrets(KubernetesClient client) {
        this.client = client;
    }

    Optional<Stored> read(String namespace, String name) {
        @Nullable Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
        if (secret == null) {
            return Optional.empty();
        }
        Map<String, String> data = new LinkedHashMap<>();
        if (secret.getData() != null) {
            secret.getData()
                    .forEach((key, value) ->
                            data.put(
                                    key,
                                    new String(
                                            Base64.getDecoder().decode(value),
                                            StandardCharsets.UTF_8)));
        }
        return Optional.of(new Stored(data, secret.getMetadata().getResourceVersion()));
    }

    /**
     * @param before what it was; if it is another by now, this is refused
     */
    void write(
            String namespace,
            String name,
            String type,
            Map<String, String> data,
            Optional<Stored> before) {
        Map<String, String> encoded = new LinkedHashMap<>();
        data.forEach((key, value) ->
                encoded.put(
                        key,
                        Base64.getEncoder()
                                .encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        Secret secret =
                new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(name)
                        .withResourceVersion(before.map(Stored::version).orElse(null))
                        .addToLabels("app.kubernetes.io/managed-by", MANAGER)
                        .addToLabels("app.kubernetes.io/part-of", "otherworld")
                        .endMetadata()
                        .withType(type)
                        .withData(encoded)
                        .build();
        var _ =
                client.secrets()
                        .inNamespace(namespace)
                        .withName(name)
                        .patch(
                                new PatchContext.Builder()
                                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                                        .withFieldManager(MANAGER)
                                        .withForce(true)
                                        .build(),
                                secret);
    }
}
