package otherworld.operator.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

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
import otherworld.fleet.v1.Host;
import otherworld.operator.config.InstancePorts;
import otherworld.operator.config.OperatorSettings.PodDefaults;
import otherworld.operator.config.OperatorSettings.Reach;
import otherworld.operator.observe.FleetParts;
import otherworld.operator.observe.Pods;
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
    void aPodThatIsDeletedIsToldBeforeItIsAskedToEnd() {
        Pod pod =
                pod(world(", rollout: {handOverTimeout: 45s}"), new Reach(Optional.empty(), true));
        Container container = pod.getSpec().getContainers().getFirst();
        assertThat(container.getLifecycle().getPreStop().getHttpGet())
                .satisfies(hook -> {
                    assertThat(hook.getPath()).isEqualTo("/hand-over");
                    assertThat(hook.getPort().getStrVal()).isEqualTo("management");
                });
        assertThat(value(env(pod), "OTHERWORLD_HAND_OVER_TIMEOUT")).isEqualTo("45s");
        assertThat(pod.getSpec().getTerminationGracePeriodSeconds()).isEqualTo(60);
    }

    /** Pods of before knew nothing of it, and must stay as they were. */
    @Test
    void bytesOfAPlayerAreSaidIfTheWorldSaysThem() {
        Reach reach = new Reach(Optional.empty(), true);
        assertThat(env(pod(world(""), reach))).doesNotContainKey("OTHERWORLD_KBIT_PER_PLAYER");
        Pod pod = pod(world(", simulation: {kbitPerPlayer: 512}"), reach);
        assertThat(value(env(pod), "OTHERWORLD_KBIT_PER_PLAYER")).isEqualTo("512");
    }

    /** No successor comes: instances are told so, and wait for none. */
    @Test
    void instancesOfADeletedWorldAreAskedToClose() {
        Reach reach = new Reach(Optional.empty(), true);
        World world = world("");
        Pod pod = placed(pod(world, reach), "192.0.2.1", "10.1.2.3");
        assertThat(new FleetParts(reach).of(world, List.of(pod)).cordons()).isEmpty();
        world.getMetadata().setDeletionTimestamp("2026-01-01T00:00:00Z");
        assertThat(new FleetParts(reach).of(world, List.of(pod)).cordons().values())
                .singleElement()
                .satisfies(cordon -> assertThat(cordon.getToken()).isEqualTo("deleted"));
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
    void podsAreToldWhatHoldsForAllUnlessTheirWorldSaysOtherwise() {
        PodDefaults defaults =
                new PodDefaults(
                        DEFAULTS.image(),
                        DEFAULTS.resources(),
                        DEFAULTS.keysUrl(),
                        DEFAULTS.ticketIssuer(),
                        false,
                        DEFAULTS.tls(),
                        Map.of(
                                "OTEL_EXPORTER_OTLP_ENDPOINT", "http://otel:4318",
                                "OTEL_TRACES_SAMPLER_ARG", "0.01",
                                "OTHERWORLD_PLAYER_IDS", "hash"));
        PodFactory factory =
                new PodFactory(defaults, new Reach(Optional.empty(), true), InstancePorts.DEFAULT);
        World world = world(", template: {env: [{name: OTEL_TRACES_SAMPLER_ARG, value: '1'}]}");
        Pod pod = factory.pod(world, new Action.Create(0, 1, 0, 0, Set.of(), "test"), 20_001);
        assertThat(pod.getSpec().getContainers().getFirst().getEnv())
                .filteredOn(it ->
                        it.getName().startsWith("OTEL_")
                                || it.getName().equals("OTHERWORLD_PLAYER_IDS"))
                .extracting(EnvVar::getName, EnvVar::getValue)
                .containsExactly(
                        tuple("OTEL_EXPORTER_OTLP_ENDPOINT", "http://otel:4318"),
                        tuple("OTHERWORLD_PLAYER_IDS", "hash"),
                        tuple("OTEL_TRACES_SAMPLER_ARG", "1"));
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

    /** What breaks into an instance finds nothing there that opens the next door. */
    @Test
    void aPodHasNoAccountOfTheApiServerNoPrivilegesAndNoSecretInPlainSight() {
        for (String more :
                List.of(
                        "",
                        ", network: {mode: Gateway, turn: {urls: ['turn:t'], secretRef: {name: t}}}",
                        ", template: {serviceAccountName: robot, env: [{name: MOTD, secretKeyRef: {name: motd, key: text}}]}")) {
            Pod pod = pod(world(more), GATEWAY);
            assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
            assertThat(pod.getSpec().getEnableServiceLinks()).isFalse();
            assertThat(pod.getSpec().getHostNetwork()).isNull();
            assertThat(pod.getSpec().getHostPID()).isNull();
            assertThat(pod.getSpec().getHostIPC()).isNull();
            assertThat(pod.getSpec().getVolumes())
                    .allSatisfy(volume -> assertThat(volume.getHostPath()).isNull());
            Container container = pod.getSpec().getContainers().getFirst();
            assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
            assertThat(container.getSecurityContext().getPrivileged()).isNull();
            assertThat(container.getSecurityContext().getCapabilities().getDrop())
                    .containsExactly("ALL");
            assertThat(container.getSecurityContext().getCapabilities().getAdd()).isEmpty();
            assertThat(container.getSecurityContext().getSeccompProfile().getType())
                    .isEqualTo("RuntimeDefault");
            assertThat(container.getEnv())
                    .filteredOn(env ->
                            env.getName().matches(".*(PASSWORD|SECRET|KEY|URL)|MOTD")
                                    && !env.getName().matches("OTHERWORLD_(KEYS|SCENE)_URL"))
                    .isNotEmpty()
                    .allSatisfy(env -> {
                        assertThat(env.getValue()).isNull();
                        assertThat(env.getValueFrom().getSecretKeyRef()).isNotNull();
                    });
        }
    }

    private static final Reach GATEWAY =
            new Reach(Optional.empty(), true, Optional.of(URI.create("https://play.example.org")));

    @Test
    void behindAGatewayAPodAsksForNothingOfItsNode() {
        Pod pod = pod(world(", network: {mode: Gateway}"), GATEWAY);
        Container container = pod.getSpec().getContainers().getFirst();
        assertThat(container.getPorts())
                .extracting(port -> "%s %s".formatted(port.getName(), port.getHostPort()))
                .containsExactly("play null", "management null");
        assertThat(container.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(value(env(pod), "OTHERWORLD_BEHIND_GATEWAY")).isEqualTo("true");
        assertThat(value(env(pod), "OTHERWORLD_WEBRTC")).isEqualTo("false");
        assertThat(Pods.port(pod)).isEqualTo(20_001);
        // With host ports nothing has changed.
        Pod usual = pod(world(""), GATEWAY);
        assertThat(usual.getSpec().getContainers().getFirst().getSecurityContext())
                .satisfies(it -> assertThat(it.getRunAsNonRoot()).isNull());
        assertThat(env(usual)).doesNotContainKey("OTHERWORLD_BEHIND_GATEWAY");
    }

    @Test
    void behindAGatewayEndpointsAreItsOwnAndTheLedgerIsToldThePodsAddress() {
        Host host = host(", network: {mode: Gateway}", GATEWAY, "10.1.2.3");
        assertThat(host.getEndpointsList())
                .containsExactly("wss://play.example.org/i/default.plaza/0/v1/play");
        assertThat(host.getAddress()).isEqualTo("10.1.2.3:20001");
        assertThat(
                        host(
                                        ", network: {mode: Gateway, turn: {urls: ['turn:t'], secretRef: {name: t}}}",
                                        GATEWAY,
                                        "fd00::3")
                                .getEndpointsList())
                .containsExactly(
                        "https://play.example.org/i/default.plaza/0/v1/webrtc",
                        "wss://play.example.org/i/default.plaza/0/v1/play");
        assertThat(host(", network: {mode: Gateway}", GATEWAY, "fd00::3").getAddress())
                .isEqualTo("[fd00::3]:20001");
        assertThat(host("", GATEWAY, "10.1.2.3").getAddress()).isEmpty();
    }

    /** While a changed World is rolled out, each pod is reached as that pod can be. */
    @Test
    void aPodIsReachedByWhatItHasAndNotByWhatItsWorldSaysNow() {
        World before = world("");
        Pod pod = placed(pod(before, GATEWAY), "192.0.2.1", "10.1.2.3");
        assertThat(hosts(world(", network: {mode: Gateway}"), pod, GATEWAY).getEndpointsList())
                .containsExactly(
                        "http://192.0.2.1:20001/v1/webrtc", "ws://192.0.2.1:20001/v1/play");
    }

    @Test
    void aNameMadeOfTheNodesIsToldOnceItIsKnownAndWithTlsSchemesSaySo() {
        Reach reach = new Reach(Optional.of("{node}.play.example.org"), true);
        World world = world(", network: {tls: {secretRef: {name: play-tls}}}");
        Pod pod = pod(world, reach);
        assertThat(hosts(world, placed(pod, "192.0.2.1", "10.1.2.3"), reach).getEndpointsList())
                .containsExactly(
                        "https://node-7-a.play.example.org:20001/v1/webrtc",
                        "wss://node-7-a.play.example.org:20001/v1/play");
        pod.getMetadata().setUid("pod-uid"); // not scheduled yet
        assertThat(hosts(world, pod, reach).getEndpointsList()).isEmpty();
        Map<String, EnvVar> env = env(pod);
        assertThat(value(env, "OTHERWORLD_ENDPOINT_HOST")).isEqualTo("{node}.play.example.org");
        assertThat(value(env, "OTHERWORLD_TLS_KEY_FILE")).isEqualTo("/etc/otherworld/tls/tls.key");
        assertThat(pod.getSpec().getVolumes())
                .singleElement()
                .satisfies(volume ->
                        assertThat(volume.getSecret().getSecretName()).isEqualTo("play-tls"));
    }

    @Test
    void whatAWorldNeedsOfOthersIsAskedForBeforeItsPodsAre() {
        Reach none = new Reach(Optional.empty(), true);
        String tls = ", network: {tls: {secretRef: {name: play-tls}}}";
        Reach named = new Reach(Optional.of("{node}.play.example.org"), true);
        assertThat(unmet("", none, true)).isEmpty();
        assertThat(unmet(", network: {mode: Gateway}", none, false)).hasValue("NoGateway");
        assertThat(unmet(", network: {mode: Gateway}", GATEWAY, true)).isEmpty();
        assertThat(unmet(tls, none, false)).hasValue("NoEndpointHost");
        assertThat(unmet(tls, new Reach(Optional.of("192.0.2.1"), true), false))
                .hasValue("NoEndpointHost");
        assertThat(unmet(tls, named, true)).hasValue("NoTlsSecret");
        assertThat(unmet(tls, named, false)).isEmpty();
    }

    private static Optional<String> unmet(String spec, Reach reach, boolean missing) {
        try {
            new Prerequisites(
                            reach,
                            source -> {
                                assertThat(source.toString()).isEqualTo("Secret play-tls");
                                return missing;
                            },
                            _ -> Optional.empty())
                    .check(world(spec));
            return Optional.empty();
        } catch (Prerequisites.Unmet e) {
            return Optional.of(e.reason());
        }
    }

    private static Pod placed(Pod pod, String hostIp, String podIp) {
        return pod.edit()
                .editMetadata()
                .withUid("pod-uid")
                .endMetadata()
                .editSpec()
                .withNodeName("node-7.a")
                .endSpec()
                .withNewStatus()
                .withHostIP(hostIp)
                .withPodIP(podIp)
                .endStatus()
                .build();
    }

    private static Host host(String spec, Reach reach, String podIp) {
        World world = world(spec);
        return hosts(world, placed(pod(world, reach), "192.0.2.1", podIp), reach);
    }

    private static Host hosts(World world, Pod pod, Reach reach) {
        return new FleetParts(reach).of(world, List.of(pod)).hosts().values().iterator().next();
    }
}
