package otherworld.matchmaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import otherworld.local.controlplane.ControlPlane;
import otherworld.tickets.SigningKeys;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeySecretIT {
    private static final String NAMESPACE = "keys";

    private final ControlPlane plane = ControlPlane.shared();
    private final KubernetesClient admin =
            new KubernetesClientBuilder().withConfig(config(plane.kubeconfig())).build();

    @BeforeAll
    void makeNamespace() {
        admin.resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(NAMESPACE)
                                .endMetadata()
                                .build())
                .create();
    }

    @AfterAll
    void close() {
        admin.close();
    }

    @Test
    void makesTheSecretOnceAndKeepsIt() throws Exception {
        assertThat(secret("fresh").ensure()).isInstanceOf(KeySecret.Outcome.Created.class);
        Map<String, String> made = data("fresh");
        SigningKeys.check(decoded(made, KeySecret.SIGNING_KEYS));
        assertThat(decoded(made, KeySecret.GRPC_TOKEN)).hasSize(64);

        assertThat(secret("fresh").ensure()).isInstanceOf(KeySecret.Outcome.Kept.class);
        assertThat(data("fresh")).isEqualTo(made);
    }

    @Test
    void saysWhatASecretOfThatNameLacksAndLeavesIt() throws Exception {
        Map<String, String> keys = Map.of(KeySecret.SIGNING_KEYS, SigningKeys.generate());
        create("without-token", keys);
        assertUnusable("without-token", "it has no grpc-token");
        create("short-token", with(keys, "short"));
        assertUnusable("short-token", "at least 16 characters");
        create("without-keys", with(Map.of(), "0123456789abcdef"));
        assertUnusable("without-keys", "it has no signing-keys.json");
        create("no-key", with(Map.of(KeySecret.SIGNING_KEYS, "{}"), "0123456789abcdef"));
        assertUnusable("no-key", "JWK Set");
        create("own", with(keys, "0123456789abcdef"));
        assertThat(secret("own").ensure()).isInstanceOf(KeySecret.Outcome.Kept.class);
    }

    @Test
    void saysWhatTheApiServerRefuses() {
        assertThatThrownBy(() -> secret("any", plane.operatorKubeconfig()).ensure())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("403")
                .hasMessageContaining("otherworld-operator");
    }

    private void assertUnusable(String name, String why) throws Exception {
        Map<String, String> before = data(name);
        assertThat(secret(name).ensure())
                .isInstanceOfSatisfying(
                        KeySecret.Outcome.Unusable.class,
                        unusable -> assertThat(unusable.why()).contains(why));
        assertThat(data(name)).isEqualTo(before);
    }

    private static Map<String, String> with(Map<String, String> keys, String token) {
        Map<String, String> all = new java.util.HashMap<>(keys);
        all.put(KeySecret.GRPC_TOKEN, token);
        return all;
    }

    private void create(String name, Map<String, String> data) {
        Secret secret =
                new SecretBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .withStringData(data)
                        .build();
        admin.resource(secret).create();
    }

    private Map<String, String> data(String name) {
        return admin.secrets().inNamespace(NAMESPACE).withName(name).get().getData();
    }

    private static String decoded(Map<String, String> data, String key) {
        return new String(
                Base64.getDecoder().decode(data.getOrDefault(key, "")), StandardCharsets.UTF_8);
    }

    private KeySecret secret(String name) throws GeneralSecurityException, IOException {
        return secret(name, plane.kubeconfig());
    }

    private KeySecret secret(String name, Path kubeconfig)
            throws GeneralSecurityException, IOException {
        Config config = config(kubeconfig);
        return new KeySecret(
                HttpClient.newBuilder().sslContext(SSLUtils.sslContext(config)).build(),
                URI.create(plane.url() + "/api/v1/namespaces/" + NAMESPACE + "/secrets"),
                config.getAutoOAuthToken(),
                name);
    }

    private static Config config(Path kubeconfig) {
        return Config.fromKubeconfig(kubeconfig.toFile());
    }
}
