package otherworld.operator.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.local.controlplane.ControlPlane;
import otherworld.operator.config.CertificateSettings;
import otherworld.ops.tls.Material;
import otherworld.ops.tls.PeerId;
import otherworld.ops.tls.Pem;
import otherworld.ops.tls.Role;

/** Secrets of a real API server, written with exactly the permissions of rbac.yaml. */
class CertificatesIT {
    private static final String DOMAIN = "otherworld.games";

    private final ControlPlane plane = ControlPlane.shared();
    private final KubernetesClient admin = client(plane.kubeconfig());
    private final KubernetesClient operator = client(plane.operatorKubeconfig());
    private final AtomicReference<Instant> clock = new AtomicReference<>(Instant.now());
    private final String release = "release-" + Long.toHexString(System.nanoTime());
    private final String worlds = "worlds-" + Long.toHexString(System.nanoTime());
    private Certificates certificates = certificates();

    private static KubernetesClient client(Path kubeconfig) {
        try {
            return new KubernetesClientBuilder()
                    .withConfig(Config.fromKubeconfig(Files.readString(kubeconfig)))
                    .build();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Certificates certificates() {
        return new Certificates(
                new CertificateSettings(release, "otherworld", "otherworld-internal-tls", DOMAIN),
                operator,
                clock::get,
                Authorities.Lives.DEFAULT);
    }

    @BeforeEach
    void start() throws Exception {
        try (InputStream yaml =
                Objects.requireNonNull(
                        CertificatesIT.class.getResourceAsStream(
                                "/otherworld/operator/rbac.yaml"))) {
            admin.load(yaml).items().forEach(it -> admin.resource(it).serverSideApply());
        }
        for (String name : List.of(release, worlds)) {
            admin.resource(
                            new NamespaceBuilder()
                                    .withNewMetadata()
                                    .withName(name)
                                    .endMetadata()
                                    .build())
                    .create();
        }
    }

    @AfterEach
    void stop() {
        operator.close();
        admin.close();
    }

    private Map<String, String> data(String namespace, String name) {
        Secret secret = admin.secrets().inNamespace(namespace).withName(name).get();
        return secret == null ? Map.of() : secret.getData();
    }

    private Map<String, String> matchmaker() {
        return data(release, "otherworld-matchmaker-tls");
    }

    private static byte[] decoded(Map<String, String> data, String key) {
        return Base64.getDecoder().decode(Objects.requireNonNull(data.get(key), key));
    }

    private static List<X509Certificate> certificates(Map<String, String> data, String key)
            throws Exception {
        return Pem.certificates(decoded(data, key), key);
    }

    private static void verifies(Map<String, String> data, PeerId id) throws Exception {
        X509Certificate leaf = certificates(data, "tls.crt").getFirst();
        assertThat(id.isOf(leaf)).isTrue();
        leaf.verify(certificates(data, "ca.crt").getFirst().getPublicKey());
    }

    @Test
    void everyRoleGetsItsSecretAndWhoeverLostOneGetsItBack() throws Exception {
        certificates.look(Set.of(worlds));
        assertThat(certificates.trouble()).isEmpty();
        verifies(matchmaker(), PeerId.of(DOMAIN, Role.MATCHMAKER));
        verifies(data(release, "otherworld-gateway-tls"), PeerId.of(DOMAIN, Role.GATEWAY));
        verifies(data(worlds, "otherworld-internal-tls"), PeerId.instance(DOMAIN, worlds));
        Material own = certificates.own().orElseThrow();
        assertThat(PeerId.of(DOMAIN, Role.OPERATOR).isOf(own.own().certificate())).isTrue();
        assertThat(
                        admin.secrets()
                                .inNamespace(release)
                                .withName("otherworld-matchmaker-tls")
                                .get()
                                .getType())
                .isEqualTo("kubernetes.io/tls");

        Map<String, String> before = matchmaker();
        certificates.look(Set.of(worlds));
        assertThat(matchmaker()).as("nothing is written for nothing").isEqualTo(before);

        var _ = admin.secrets().inNamespace(release).withName("otherworld-matchmaker-tls").delete();
        var _ = admin.secrets().inNamespace(release).withName("otherworld-authority").delete();
        certificates.look(Set.of(worlds));
        assertThat(data(release, "otherworld-authority")).containsKeys("ca.crt", "ca.key");
        assertThat(matchmaker().get("ca.crt"))
                .as("the same authority")
                .isEqualTo(before.get("ca.crt"));
        assertThat(certificates.ensure(worlds)).isEmpty();
    }

    @Test
    void anAuthorityTakesAnothersPlaceInStepsThatRefuseNobody() throws Exception {
        certificates.look(Set.of(worlds));
        Map<String, String> first = matchmaker();
        clock.updateAndGet(now -> now.plus(Duration.ofDays(25)));
        certificates.look(Set.of(worlds));
        Map<String, String> renewed = matchmaker();
        assertThat(renewed.get("tls.crt"))
                .as("a leaf is renewed")
                .isNotEqualTo(first.get("tls.crt"));
        assertThat(renewed.get("ca.crt")).isEqualTo(first.get("ca.crt"));

        clock.updateAndGet(now -> now.plus(Duration.ofDays(255)));
        certificates.look(Set.of(worlds));
        Map<String, String> both = matchmaker();
        assertThat(certificates(both, "ca.crt")).hasSize(2);
        verifies(both, PeerId.of(DOMAIN, Role.MATCHMAKER));
        // Another replica takes over in between.
        certificates = certificates();
        certificates.look(Set.of());
        assertThat(matchmaker()).isEqualTo(both);

        clock.updateAndGet(now -> now.plus(Duration.ofHours(1)));
        certificates.look(Set.of());
        Map<String, String> after = matchmaker();
        assertThat(certificates(after, "ca.crt")).hasSize(2);
        certificates(after, "tls.crt")
                .getFirst()
                .verify(certificates(both, "ca.crt").get(1).getPublicKey());
    }

    /** The key is gone, and whoever runs shows what the former authority made. */
    @Test
    void aLostAuthorityIsReplacedWithoutRefusingAnybody() throws Exception {
        certificates.look(Set.of(worlds));
        Map<String, String> before = matchmaker();
        var _ = admin.secrets().inNamespace(release).withName("otherworld-authority").delete();
        certificates = certificates();
        certificates.look(Set.of(worlds));
        Map<String, String> both = matchmaker();
        assertThat(both.get("tls.crt")).as("it stays for now").isEqualTo(before.get("tls.crt"));
        assertThat(certificates(both, "ca.crt"))
                .hasSize(2)
                .contains(certificates(before, "ca.crt").getFirst());
        clock.updateAndGet(now -> now.plus(Duration.ofHours(2)));
        certificates.look(Set.of(worlds));
        verifies(matchmaker(), PeerId.of(DOMAIN, Role.MATCHMAKER));
        assertThat(certificates(matchmaker(), "ca.crt")).hasSize(2);
    }

    @Test
    void anAuthorityThatCannotBeReadIsLeftToBeMended() {
        certificates.look(Set.of(worlds));
        Map<String, String> before = matchmaker();
        admin.secrets()
                .inNamespace(release)
                .withName("otherworld-authority")
                .edit(secret -> {
                    secret.getData()
                            .put(
                                    "ca.key",
                                    Base64.getEncoder()
                                            .encodeToString(
                                                    "none".getBytes(StandardCharsets.UTF_8)));
                    return secret;
                });
        Map<String, String> broken = data(release, "otherworld-authority");
        certificates.look(Set.of(worlds));
        assertThat(certificates.trouble())
                .contains("Secret otherworld-authority")
                .contains("ca.key")
                .contains("Mend it");
        assertThat(data(release, "otherworld-authority")).isEqualTo(broken);
        assertThat(matchmaker()).isEqualTo(before);
        certificates = certificates();
        assertThat(certificates.ensure(worlds))
                .hasValueSatisfying(why -> assertThat(why).contains("Mend it"));
    }

    @Test
    void theOperatorMayMakeTheseSecretsAndNoOthers() {
        Secrets secrets = new Secrets(operator);
        Map<String, String> data = Map.of("k", "v");
        secrets.write(release, "otherworld-authority", "Opaque", data, Optional.empty());
        assertThatThrownBy(() ->
                        secrets.write(release, "otherworld-keys", "Opaque", data, Optional.empty()))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("otherworld-keys")
                .hasMessageContaining("forbidden");
        assertThatThrownBy(() -> operator.secrets().inNamespace(release).list())
                .hasMessageContaining("forbidden");
        Secrets.Stored old = secrets.read(release, "otherworld-authority").orElseThrow();
        secrets.write(
                release, "otherworld-authority", "Opaque", Map.of("k", "w"), Optional.of(old));
        assertThatThrownBy(() ->
                        secrets.write(
                                release, "otherworld-authority", "Opaque", data, Optional.of(old)))
                .as("somebody else has written meanwhile")
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("modified");
    }
}
