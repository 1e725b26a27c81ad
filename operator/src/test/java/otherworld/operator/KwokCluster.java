package otherworld.operator;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import otherworld.local.controlplane.ControlPlane;
import otherworld.local.controlplane.ControlPlaneOptions.Component;
import otherworld.local.controlplane.Kwok;

/** A cluster with scheduler, controllers and one large node that KWOK plays. */
final class KwokCluster implements AutoCloseable {
    /** A pod with this annotation is killed soon after it runs. */
    static final String FAILS = "test.otherworld.dev/fails";

    static final String NODE = "kwok-0";

    private static final Map<String, Quantity> LARGE =
            Map.of(
                    "cpu", new Quantity("1000"),
                    "memory", new Quantity("1Ti"),
                    "pods", new Quantity("2000"));

    final ControlPlane plane =
            ControlPlane.start(
                    Component.SCHEDULER, Component.CONTROLLERS, Component.HASTY_AUTOSCALER);
    private final Kwok kwok;

    KwokCluster() {
        try (KubernetesClient admin = OperatorFixture.client(plane.kubeconfig())) {
            Node node = new NodeBuilder().withNewMetadata().withName(NODE).endMetadata().build();
            admin.nodes().resource(node).create();
            admin.nodes()
                    .withName(NODE)
                    .editStatus(it ->
                            new NodeBuilder(it)
                                    .editOrNewStatus()
                                    .withCapacity(LARGE)
                                    .withAllocatable(LARGE)
                                    .endStatus()
                                    .build());
            kwok = Kwok.start(plane, stages());
            await().atMost(OperatorFixture.PATIENCE)
                    .until(() ->
                            admin.nodes().withName(NODE).get().getStatus().getConditions().stream()
                                    .anyMatch(it ->
                                            it.getType().equals("Ready")
                                                    && it.getStatus().equals("True")));
        } catch (RuntimeException e) {
            plane.close();
            throw e;
        }
    }

    /** A namespace in which pods may be created: the account that each has exists. */
    OperatorFixture fleet() {
        try {
            OperatorFixture fleet = new OperatorFixture(plane);
            await().atMost(OperatorFixture.PATIENCE)
                    .until(() ->
                            fleet.admin
                                            .serviceAccounts()
                                            .inNamespace(fleet.namespace)
                                            .withName("default")
                                            .get()
                                    != null);
            return fleet;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Path stages() {
        try {
            return Path.of(
                    Objects.requireNonNull(KwokCluster.class.getResource("kwok-stages.yaml"))
                            .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kwok.close();
        plane.close();
    }
}
