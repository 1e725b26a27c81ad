package otherworld.operator.act;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import otherworld.crds.Resources;
import otherworld.crds.World;
import otherworld.operator.config.InstancePorts;
import otherworld.operator.config.OperatorSettings.PodDefaults;
import otherworld.operator.config.OperatorSettings.Reach;
import otherworld.operator.observe.FleetParts;
import otherworld.operator.plan.Action;

/** How players reach a pod: its ports, what it advertises, and the endpoints that are told. */
class PodFactoryTest {
    private static final PodDefaults DEFAULTS =
            new PodDefaults(
                    "image",
                    Optional.of(
                            new Resources(
                                    Map.of("cpu", new Quantity("250m")),
                                    Map.of("memory", new Quantity("512Mi")))),
                    URI.create("http://m/v1/keys"),
                    "otherworld",
                    false);

    private static World world(String network) {
        World world =
                Serialization.unmarshal(
                        """
                        apiVersion: otherworld.dev/v1alpha1
                        kind: World
                        metadata: {name: plaza, namespace: default, uid: u-1}
                        spec: {capacity: 9%s}
                        """
                                .formatted(network),
                        World.class);
        return world;
    }

    private static Pod pod(World world, Reach reach) {
        return pod(world, reach, InstancePorts.DEFAULT);
    }

    private static Pod pod(World world, Reach reach, InstancePorts ports) {
        return new PodFactory(DEFAULTS, reach, ports)
                .pod(world, new Action.Create(0, 1, 0, 0, Set.of(), "test"), 20_001);
    }

    @Test
    void aWorldWithoutResourcesHasTheOperatorsAndOneWithHasItsOwnAlone() {
        Reach reach = new Reach(Optional.empty(), true);
        ResourceRequirements given = resources(pod(world(""), reach));
        assertThat(given.getRequests()).containsExactly(Map.entry("cpu", new Quantity("250m")));
        assertThat(given.getLimits()).containsExactly(Map.entry("memory", new Quantity("512Mi")));
        ResourceRequirements own =
                resources(pod(world(", template: {resources: {requests: {cpu: 2}}}"), reach));
        assertThat(own.getRequests()).containsExactly(Map.entry("cpu", new Quantity("2")));
        assertThat(own.getLimits()).isNullOrEmpty();
    }

    private static ResourceRequirements resources(Pod pod) {
        return pod.getSpec().getContainers().getFirst().getResources();
    }

    private static Map<String, EnvVar> env(Pod pod) {
        return pod.getSpec().getContainers().getFirst().getEnv().stream()
                .collect(Collectors.toMap(EnvVar::getName, Function.identity()));
    }

    private static String value(Map<String, EnvVar> env, String name) {
        return Objects.requireNonNull(env.get(name), name).getValue();
    }

    @Test
    void onePortNumberServesTcpAndUdp() {
        assertThat(
                        pod(world(""), new Reach(Optional.empty(), true))
                                .getSpec()
                                .getContainers()
                                .getFirst()
                                .getPorts())
                .extracting(port -> port.getProtocol() + " " + port.getHostPort())
                .containsExactly("TCP 20001", "UDP 20001", "TCP null");
    }

    @Test
    void probesComeToTheManagementPortWhichIsThePodsOwnOrBesideThePlayersOne() {
        checkManagement(InstancePorts.DEFAULT, 8081);
        checkManagement(new InstancePorts(20_001, 20_099, 8081, 100), 20_101);
    }

    private static void checkManagement(InstancePorts ports, int port) {
        Pod pod = pod(world(""), new Reach(Optional.empty(), true), ports);
        assertThat(value(env(pod), "OTHERWORLD_PORT")).isEqualTo("20001");
        assertThat(value(env(pod), "OTHERWORLD_MANAGEMENT_PORT")).isEqualTo("" + port);
        Container container = pod.getSpec().getContainers().getFirst();
        assertThat(container.getPorts())
                .filteredOn(it -> it.getName().equals("management"))
                .singleElement()
                .satisfies(it -> assertThat(it.getContainerPort()).isEqualTo(port));
        assertThat(
                        List.of(
                                container.getStartupProbe(),
                                container.getReadinessProbe(),
                                container.getLivenessProbe()))
                .allSatisfy(it ->
                        assertThat(it.getHttpGet().getPort().getStrVal()).isEqualTo("management"));
    }

    @Test
    void whatTheTemplateSaysIsHonouredAndTheOperatorsOwnIsAdded() {
        assertThat(annotations(""))
                .containsEntry("cluster-autoscaler.kubernetes.io/safe-to-evict", "true");
        assertThat(
                        annotations(
                                "cluster-autoscaler.kubernetes.io/safe-to-evict: 'false', karpenter.sh/do-not-disrupt: 'true', sidecar.istio.io/inject: 'false'"))
                .containsEntry("cluster-autoscaler.kubernetes.io/safe-to-evict", "false")
                .containsEntry("karpenter.sh/do-not-disrupt", "true")
                .containsEntry("sidecar.istio.io/inject", "false")
                .containsEntry("otherworld.dev/world-uid", "u-1");
    }

    private static Map<String, String> annotations(String template) {
        return pod(
                        world(", template: {annotations: {%s}}".formatted(template)),
                        new Reach(Optional.empty(), true))
                .getMetadata()
                .getAnnotations();
    }

    @Test
    void turnServersReachThePodWithTheirSecretByReference() {
        Map<String, EnvVar> env =
                env(
                        pod(
                                world(
                                        ", network: {turn: {urls: ['turn:t', 'stun:s'], secretRef: {name: relay}}}"),
                                new Reach(Optional.of("play.example.org"), false)));
        assertThat(value(env, "OTHERWORLD_WEBRTC")).isEqualTo("false");
        assertThat(value(env, "OTHERWORLD_ENDPOINT_HOST")).isEqualTo("play.example.org");
        assertThat(value(env, "OTHERWORLD_TURN_URLS")).isEqualTo("turn:t,stun:s");
        assertThat(value(env, "OTHERWORLD_TURN_TTL")).isEqualTo("1h");
        EnvVar secret = Objects.requireNonNull(env.get("OTHERWORLD_TURN_SECRET"));
        assertThat(secret.getValue()).isNull();
        assertThat(secret.getValueFrom().getSecretKeyRef().getName()).isEqualTo("relay");
        assertThat(secret.getValueFrom().getSecretKeyRef().getKey()).isEqualTo("secret");
        assertThat(env(pod(world(""), new Reach(Optional.empty(), true))))
                .doesNotContainKeys("OTHERWORLD_TURN_URLS", "OTHERWORLD_TURN_SECRET");
    }

    @Test
    void endpointsNameWebRtcFirstAtTheMostParticularAddress() {
        Reach reach = new Reach(Optional.empty(), true);
        assertThat(endpoints(reach, "192.0.2.1", ""))
                .containsExactly(
                        "http://192.0.2.1:20001/v1/webrtc", "ws://192.0.2.1:20001/v1/play");
        assertThat(endpoints(new Reach(Optional.of("2001:db8::1"), true), "192.0.2.1", ""))
                .containsExactly(
                        "http://[2001:db8::1]:20001/v1/webrtc", "ws://[2001:db8::1]:20001/v1/play");
        assertThat(endpoints(reach, "192.0.2.1", "203.0.113.7"))
                .containsExactly(
                        "http://203.0.113.7:20001/v1/webrtc", "ws://203.0.113.7:20001/v1/play");
        assertThat(endpoints(new Reach(Optional.empty(), false), "192.0.2.1", ""))
                .containsExactly("ws://192.0.2.1:20001/v1/play");
    }

    private static List<String> endpoints(Reach reach, String hostIp, String annotation) {
        World world = world("");
        Pod pod = pod(world, reach);
        pod.getMetadata().setUid("pod-uid");
        if (!annotation.isEmpty()) {
            pod.getMetadata().getAnnotations().put("otherworld.dev/advertised-address", annotation);
        }
        Pod placed = pod.edit().withNewStatus().withHostIP(hostIp).endStatus().build();
        return new FleetParts(reach)
                .of(world, List.of(placed))
                .hosts()
                .values()
                .iterator()
                .next()
                .getEndpointsList();
    }
}
