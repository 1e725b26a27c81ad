package otherworld.local.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import otherworld.local.controlplane.ControlPlaneOptions.Component;

class ControlPlaneIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void keepsObjectsAcrossAKilledEtcdAndApiServer() {
        ControlPlane plane = ControlPlane.start();
        try (plane;
                KubernetesClient client = client(plane.kubeconfig())) {
            client.namespaces().resource(namespace("worlds")).create();
            // An etcd that is held is no fault of the API server's.
            plane.etcd().pause();
            await().atMost(PATIENCE).until(() -> !plane.etcd().isResponsive());
            await().during(Duration.ofSeconds(4))
                    .atMost(PATIENCE)
                    .until(() -> plane.apiServer().isResponsive());
            plane.etcd().resume();
            plane.apiServer().kill();
            plane.etcd().kill();
            plane.etcd().start();
            plane.apiServer().start();
            assertThat(client.namespaces().withName("worlds").get()).isNotNull();
            assertThat(client.raw(ControlPlane.BEGUN)).contains("RoleBinding");
            assertThat(ofItsNode(plane)).as("rights are there from the first request on").isNull();
        }
        assertThat(plane.etcd().isAlive()).isFalse();
        assertThat(plane.apiServer().isAlive()).isFalse();
        assertThat(plane.kubeconfig()).doesNotExist();
    }

    private static @Nullable KubernetesClientException ofItsNode(ControlPlane plane) {
        Config once =
                new ConfigBuilder(Config.fromKubeconfig(plane.nodeKubeconfig().toFile()))
                        .withRequestRetryBackoffLimit(0)
                        .build();
        try (KubernetesClient node = new KubernetesClientBuilder().withConfig(once).build()) {
            node.pods().inAnyNamespace().withField("spec.nodeName", "local").list();
            return null;
        } catch (KubernetesClientException e) {
            return e;
        }
    }

    @Test
    void holdsUsersToTheirRoles() {
        ControlPlane plane = ControlPlane.shared();
        try (KubernetesClient operator = client(plane.operatorKubeconfig());
                KubernetesClient node = client(plane.nodeKubeconfig())) {
            assertThatThrownBy(() -> operator.pods().inAnyNamespace().list())
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("otherworld-operator");
            assertThat(
                            node.pods()
                                    .inAnyNamespace()
                                    .withField("spec.nodeName", "local")
                                    .list()
                                    .getItems())
                    .isNotNull();
            assertThatThrownBy(() -> node.namespaces().resource(namespace("mine")).create())
                    .isInstanceOf(KubernetesClientException.class);
        }
    }

    @Test
    void schedulerPlacesPodsAndControllersCollectGarbage() {
        try (ControlPlane plane = ControlPlane.start(Component.SCHEDULER, Component.CONTROLLERS);
                KubernetesClient client = client(plane.kubeconfig())) {
            ConfigMap owner =
                    client.configMaps()
                            .inNamespace("default")
                            .resource(
                                    new ConfigMapBuilder()
                                            .withNewMetadata()
                                            .withName("owner")
                                            .endMetadata()
                                            .build())
                            .create();
            await().atMost(PATIENCE)
                    .until(() ->
                            client.serviceAccounts()
                                            .inNamespace("default")
                                            .withName("default")
                                            .get()
                                    != null);
            client.pods().inNamespace("default").resource(pod(owner)).create();
            await().atMost(PATIENCE)
                    .until(() ->
                            client
                                    .pods()
                                    .inNamespace("default")
                                    .withName("chair")
                                    .get()
                                    .getStatus()
                                    .getConditions()
                                    .stream()
                                    .anyMatch(c -> "Unschedulable".equals(c.getReason())));
            countsAQuotaAndStartsAJob(client);
            client.configMaps().resource(owner).delete();
            await().atMost(PATIENCE)
                    .until(() ->
                            client.pods().inNamespace("default").withName("chair").get() == null);
        }
    }

    private static void countsAQuotaAndStartsAJob(KubernetesClient client) {
        client.resourceQuotas()
                .inNamespace("default")
                .resource(
                        new ResourceQuotaBuilder()
                                .withNewMetadata()
                                .withName("few")
                                .endMetadata()
                                .withNewSpec()
                                .addToHard("pods", new Quantity("2"))
                                .endSpec()
                                .build())
                .create();
        client.batch()
                .v1()
                .jobs()
                .inNamespace("default")
                .resource(
                        new JobBuilder()
                                .withNewMetadata()
                                .withName("errand")
                                .endMetadata()
                                .withNewSpec()
                                .withNewTemplate()
                                .withNewSpec()
                                .withRestartPolicy("Never")
                                .addNewContainer()
                                .withName("main")
                                .withImage("none")
                                .endContainer()
                                .endSpec()
                                .endTemplate()
                                .endSpec()
                                .build())
                .create();
        await().atMost(PATIENCE)
                .until(
                        () ->
                                client.resourceQuotas()
                                        .inNamespace("default")
                                        .withName("few")
                                        .get()
                                        .getStatus()
                                        .getUsed()
                                        .get("pods"),
                        new Quantity("2")::equals);
        assertThatThrownBy(() ->
                        client.pods()
                                .inNamespace("default")
                                .resource(
                                        new PodBuilder(
                                                        pod(
                                                                client.configMaps()
                                                                        .inNamespace("default")
                                                                        .withName("owner")
                                                                        .get()))
                                                .editMetadata()
                                                .withName("one-too-many")
                                                .endMetadata()
                                                .build())
                                .create())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("exceeded quota: few");
    }

    private static Pod pod(ConfigMap owner) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("chair")
                .withOwnerReferences(
                        new OwnerReferenceBuilder()
                                .withApiVersion("v1")
                                .withKind("ConfigMap")
                                .withName(owner.getMetadata().getName())
                                .withUid(owner.getMetadata().getUid())
                                .build())
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("none")
                .endContainer()
                .endSpec()
                .build();
    }

    private static io.fabric8.kubernetes.api.model.Namespace namespace(String name) {
        return new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build();
    }

    private static KubernetesClient client(Path kubeconfig) {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
                .build();
    }
}
