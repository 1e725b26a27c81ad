package otherworld.local.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The Node object and its Lease: how the cluster knows that this machine takes pods. Blocking. */
final class NodeObject {
    static final String LEASE_NAMESPACE = "kube-node-lease";
    static final int LEASE_SECONDS = 40;

    private final KubernetesClient client;
    private final NodeOptions options;
    private final int port;
    private final InstantSource clock;

    NodeObject(KubernetesClient client, NodeOptions options, int port, InstantSource clock) {
        this.client = client;
        this.options = options;
        this.port = port;
        this.clock = clock;
    }

    /**
     * Creates or updates the Node so that it is Ready. A taint that somebody set stays: a node may
     * not change its own.
     */
    void register() {
        if (client.nodes().withName(options.name()).get() == null) {
            client.resource(wanted()).create();
        }
        client.nodes()
                .withName(options.name())
                .editStatus(node -> new NodeBuilder(node).withStatus(status()).build());
    }

    /** Renews the Lease; registers again if somebody deleted the Node. */
    void heartbeat() {
        ZonedDateTime now =
                ZonedDateTime.ofInstant(
                        clock.instant().truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC);
        var leases = client.leases().inNamespace(LEASE_NAMESPACE);
        Lease lease = leases.withName(options.name()).get();
        if (lease == null) {
            if (client.nodes().withName(options.name()).get() == null) {
                register();
            }
            leases.resource(
                            new LeaseBuilder()
                                    .withNewMetadata()
                                    .withName(options.name())
                                    .withNamespace(LEASE_NAMESPACE)
                                    .endMetadata()
                                    .withNewSpec()
                                    .withHolderIdentity(options.name())
                                    .withLeaseDurationSeconds(LEASE_SECONDS)
                                    .withRenewTime(now)
                                    .endSpec()
                                    .build())
                    .create();
            return;
        }
        leases.resource(
                        new LeaseBuilder(lease)
                                .editSpec()
                                .withHolderIdentity(options.name())
                                .withLeaseDurationSeconds(LEASE_SECONDS)
                                .withRenewTime(now)
                                .endSpec()
                                .build())
                .update();
        Node node = client.nodes().withName(options.name()).get();
        if (node == null || !ready(node)) {
            register();
        }
    }

    private static boolean ready(Node node) {
        return node.getStatus() != null
                && node.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                Objects.equals(condition.getType(), "Ready")
                                        && Objects.equals(condition.getStatus(), "True"));
    }

    private Node wanted() {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(options.name())
                .withLabels(
                        Map.of(
                                "kubernetes.io/hostname",
                                options.name(),
                                "kubernetes.io/os",
                                os(),
                                "kubernetes.io/arch",
                                arch()))
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build();
    }

    private NodeStatus status() {
        NodeOptions.Allocatable allocatable = options.allocatable();
        Map<String, Quantity> resources =
                Map.of(
                        "cpu",
                        new Quantity(Integer.toString(allocatable.cpus())),
                        "memory",
                        new Quantity(allocatable.memoryMib() + "Mi"),
                        "pods",
                        new Quantity(Integer.toString(allocatable.pods())));
        return new NodeStatusBuilder()
                .withCapacity(resources)
                .withAllocatable(resources)
                .withConditions(
                        List.of(
                                condition(
                                        "Ready", true, "LocalNodeReady", "runs pods as processes"),
                                condition("MemoryPressure", false, "NotWatched", ""),
                                condition("DiskPressure", false, "NotWatched", ""),
                                condition("PIDPressure", false, "NotWatched", "")))
                // No host name: the API server would dial it before the address, and it need not
                // resolve.
                .addNewAddress(PodFields.ADDRESS, "InternalIP")
                .withNewDaemonEndpoints()
                .withNewKubeletEndpoint(port)
                .endDaemonEndpoints()
                .withNewNodeInfo()
                .withArchitecture(arch())
                .withOperatingSystem(os())
                .withOsImage(System.getProperty("os.name"))
                .withKernelVersion(System.getProperty("os.version"))
                .withContainerRuntimeVersion("processes://" + Runtime.version().feature())
                .withKubeletVersion("otherworld-local")
                .withKubeProxyVersion("")
                .withMachineID("")
                .withSystemUUID("")
                .withBootID("")
                .endNodeInfo()
                .build();
    }

    private NodeCondition condition(String type, boolean holds, String reason, String message) {
        String now = PodStatuses.time(clock.instant());
        return new NodeConditionBuilder()
                .withType(type)
                .withStatus(holds ? "True" : "False")
                .withReason(reason)
                .withMessage(message)
                .withLastHeartbeatTime(now)
                .withLastTransitionTime(now)
                .build();
    }

    private static String os() {
        String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        return name.startsWith("mac") ? "darwin" : "linux";
    }

    private static String arch() {
        return switch (System.getProperty("os.arch", "")) {
            case "aarch64" -> "arm64";
            case "x86_64", "amd64" -> "amd64";
            default -> System.getProperty("os.arch", "unknown");
        };
    }
}
