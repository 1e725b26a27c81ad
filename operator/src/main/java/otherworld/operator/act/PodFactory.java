package otherworld.operator.act;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.ContainerPortBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import otherworld.crds.Network;
import otherworld.crds.Resources;
import otherworld.crds.Template;
import otherworld.crds.Tls;
import otherworld.crds.Turn;
import otherworld.crds.World;
import otherworld.crds.WorldSpec;
import otherworld.operator.config.InstancePorts;
import otherworld.operator.config.OperatorSettings.PodDefaults;
import otherworld.operator.config.OperatorSettings.Reach;
import otherworld.operator.observe.Names;
import otherworld.operator.observe.Ownership;
import otherworld.operator.observe.Revision;
import otherworld.operator.plan.Action;

/** Makes the pod of an instance; docs/pod-environment.md lists its environment. */
public final class PodFactory {
    public static final String CONTAINER = "instance";

    /** Beyond the hand-over: to close sessions and commit the last group. */
    public static final Duration GRACE_AFTER_HAND_OVER = Duration.ofSeconds(15);

    private static final String MANAGEMENT = "management";

    /** Tells the process that it is being replaced, and not merely ended. */
    private static final String HAND_OVER = "/hand-over";

    private static final String INTERNAL_TLS_FOLDER = "/etc/otherworld/internal-tls";

    private static final String TLS_FOLDER = "/etc/otherworld/tls";

    private static final List<String> CONNECTION_KEYS =
            List.of("DATABASE_URL", "DATABASE_USER", "DATABASE_PASSWORD", "REDIS_URL");

    /** What a Secret has besides where SQL and Redis ask for it. */
    private static final List<String> OPTIONAL_CONNECTION_KEYS =
            List.of(
                    "DATABASE_CA",
                    "DATABASE_CERTIFICATE",
                    "DATABASE_KEY",
                    "REDIS_USER",
                    "REDIS_PASSWORD",
                    "REDIS_SENTINEL_PASSWORD",
                    "REDIS_CA",
                    "REDIS_CERTIFICATE",
                    "REDIS_KEY");

    private final PodDefaults defaults;
    private final Reach reach;
    private final InstancePorts ports;

    public PodFactory(PodDefaults defaults, Reach reach, InstancePorts ports) {
        this.defaults = defaults;
        this.reach = reach;
        this.ports = ports;
    }

    /** The deterministic name, so that creating twice is the same as once. */
    public static String name(World world, Action.Create create) {
        return new Names.PodName(world.getMetadata().getName(), create.ordinal(), create.attempt())
                .toString();
    }

    public Pod pod(World world, Action.Create create, int port) {
        WorldSpec spec = world.getSpec();
        Template template = spec.template();
        Map<String, String> labels = new HashMap<>(template.labels());
        labels.putAll(Names.selector(world));
        labels.put(Names.ORDINAL, Integer.toString(create.ordinal()));
        labels.put(Names.REVISION, Revision.of(spec));
        Map<String, String> annotations = new HashMap<>(template.annotations());
        annotations.put(Names.ATTEMPT, Integer.toString(create.attempt()));
        annotations.put(Names.FAILURES, Integer.toString(create.failures()));
        annotations.put(Names.PORTS_TAKEN, Integer.toString(create.portsTaken()));
        annotations.put(Names.WORLD_UID, world.getMetadata().getUid());
        annotations.put(Names.REVISION, Revision.of(spec));
        // An instance is handed over; a World that says otherwise knows why.
        annotations.putIfAbsent("cluster-autoscaler.kubernetes.io/safe-to-evict", "true");
        long grace =
                spec.rollout()
                        .handOverTimeoutDuration()
                        .plus(GRACE_AFTER_HAND_OVER)
                        .plusMillis(999)
                        .toSeconds();
        PodBuilder pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withName(name(world, create))
                        .withNamespace(world.getMetadata().getNamespace())
                        .withLabels(labels)
                        .withAnnotations(annotations)
                        .withOwnerReferences(Ownership.reference(world))
                        .endMetadata()
                        .withNewSpec()
                        .withRestartPolicy("Never")
                        .withTerminationGracePeriodSeconds(grace)
                        .withAutomountServiceAccountToken(false)
                        .withEnableServiceLinks(false)
                        .withServiceAccountName(template.serviceAccountName())
                        .withPriorityClassName(template.priorityClassName())
                        .withNodeSelector(template.nodeSelector())
                        .withTolerations(
                                template.tolerations().stream()
                                        .map(PodFactory::toleration)
                                        .toList())
                        .withAffinity(affinity(template.affinity()))
                        .withImagePullSecrets(
                                template.imagePullSecrets().stream()
                                        .map(LocalObjectReference::new)
                                        .toList())
                        .withContainers(container(world, create, port))
                        .endSpec();
        Tls tls = spec.network().tls();
        if (tls != null) {
            pod.editSpec()
                    .addNewVolume()
                    .withName(Names.TLS_VOLUME)
                    .withNewSecret()
                    .withSecretName(tls.secretRef().name())
                    .withDefaultMode(0444)
                    .endSecret()
                    .endVolume()
                    .endSpec();
        }
        if (mountsInternalTls()) {
            // Optional would start a process that cannot show who it is.
            pod.editSpec()
                    .addNewVolume()
                    .withName(Names.INTERNAL_TLS_VOLUME)
                    .withNewSecret()
                    .withSecretName(defaults.tls().secret())
                    .withDefaultMode(0444)
                    .endSecret()
                    .endVolume()
                    .endSpec();
        }
        return pod.build();
    }

    private boolean mountsInternalTls() {
        return defaults.tls().on() && defaults.tls().folder().isEmpty();
    }

    private Container container(World world, Action.Create create, int port) {
        Template template = world.getSpec().template();
        Resources resources =
                template.resources() == null
                        ? defaults.resources().orElse(null)
                        : template.resources();
        ContainerBuilder container =
                new ContainerBuilder()
                        .withName(CONTAINER)
                        .withImage(template.image() == null ? defaults.image() : template.image())
                        .withEnv(environment(world, create, port))
                        .withPorts(playersPorts(world.getSpec().network(), port))
                        // Not on the host: kubelets and Prometheus come to the pod's address.
                        .addNewPort()
                        .withName(MANAGEMENT)
                        .withContainerPort(ports.management(port))
                        .withProtocol("TCP")
                        .endPort()
                        // Kubernetes' defaults are for slow services: an instance is up in 1 s.
                        .withStartupProbe(probe("/healthz", 1, 120))
                        .withReadinessProbe(probe("/readyz", 1, 3))
                        .withLivenessProbe(probe("/healthz", 5, 3))
                        .withNewLifecycle()
                        .withNewPreStop()
                        .withNewHttpGet()
                        .withPath(HAND_OVER)
                        .withPort(new IntOrString(MANAGEMENT))
                        .endHttpGet()
                        .endPreStop()
                        .endLifecycle()
                        // Why it ended is then in the pod's status, and the World's conditions.
                        .withTerminationMessagePolicy("FallbackToLogsOnError")
                        .withNewSecurityContext()
                        .withRunAsNonRoot(behindGateway(world.getSpec()) ? true : null)
                        .withAllowPrivilegeEscalation(false)
                        .withNewCapabilities()
                        .withDrop("ALL")
                        .endCapabilities()
                        .withNewSeccompProfile()
                        .withType("RuntimeDefault")
                        .endSeccompProfile()
                        .endSecurityContext();
        if (world.getSpec().network().tls() != null) {
            container
                    .addNewVolumeMount()
                    .withName(Names.TLS_VOLUME)
                    .withMountPath(TLS_FOLDER)
                    .withReadOnly(true)
                    .endVolumeMount();
        }
        if (mountsInternalTls()) {
            container
                    .addNewVolumeMount()
                    .withName(Names.INTERNAL_TLS_VOLUME)
                    .withMountPath(INTERNAL_TLS_FOLDER)
                    .withReadOnly(true)
                    .endVolumeMount();
        }
        if (template.imagePullPolicy() != null) {
            container.withImagePullPolicy(template.imagePullPolicy().name());
        }
        if (resources != null) {
            container
                    .withNewResources()
                    .withRequests(resources.requests())
                    .withLimits(resources.limits())
                    .endResources();
        }
        return container.build();
    }

    private static boolean behindGateway(WorldSpec spec) {
        return switch (spec.network().mode()) {
            case HostPort -> false;
            case Gateway -> true;
        };
    }

    /** With host ports, or without any that Pod Security would refuse. */
    private List<ContainerPort> playersPorts(Network network, int port) {
        boolean gateway = network.mode() == Network.Mode.Gateway;
        List<ContainerPort> ports = new ArrayList<>();
        ports.add(playersPort(Names.PLAY_PORT, "TCP", port, gateway));
        if (!gateway || (reach.webRtc() && network.relays())) {
            ports.add(playersPort(Names.WEBRTC_PORT, "UDP", port, gateway));
        }
        return ports;
    }

    private static ContainerPort playersPort(
            String name, String protocol, int port, boolean gateway) {
        return new ContainerPortBuilder()
                .withName(name)
                .withContainerPort(port)
                .withHostPort(gateway ? null : Integer.valueOf(port))
                .withProtocol(protocol)
                .build();
    }

    private static Probe probe(String path, int periodSeconds, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withPort(new IntOrString(MANAGEMENT))
                .endHttpGet()
                .withPeriodSeconds(periodSeconds)
                .withTimeoutSeconds(2)
                .withFailureThreshold(failures)
                .build();
    }

    private List<EnvVar> environment(World world, Action.Create create, int port) {
        WorldSpec spec = world.getSpec();
        List<EnvVar> env = new ArrayList<>();
        add(env, "OTHERWORLD_WORLD", world.id().value());
        add(env, "OTHERWORLD_ORDINAL", create.ordinal());
        field(env, "OTHERWORLD_POD_NAME", "metadata.name");
        field(env, "OTHERWORLD_POD_UID", "metadata.uid");
        field(env, "OTHERWORLD_HOST_IP", "status.hostIP");
        add(env, "OTHERWORLD_PORT", port);
        add(env, "OTHERWORLD_MANAGEMENT_PORT", ports.management(port));
        add(env, "OTHERWORLD_CAPACITY", spec.capacity());
        add(env, "OTHERWORLD_TICK_RATE", spec.simulation().tickRate());
        add(env, "OTHERWORLD_PRESENCE_RATE", spec.simulation().presenceRate());
        if (spec.simulation().kbitPerPlayer() != null) {
            add(env, "OTHERWORLD_KBIT_PER_PLAYER", spec.simulation().kbitPerPlayer());
        }
        add(env, "OTHERWORLD_ZONE_SIZE", spec.simulation().zoneSize());
        add(env, "OTHERWORLD_RECONNECT_WINDOW", spec.simulation().reconnectWindow());
        add(env, "OTHERWORLD_PERMISSIONS", spec.permissions().policy().encode());
        add(env, "OTHERWORLD_HAND_OVER_TIMEOUT", spec.rollout().handOverTimeout());
        add(env, "OTHERWORLD_PERSISTENCE_MODE", spec.persistence().mode());
        if (spec.scene() != null) {
            add(env, "OTHERWORLD_SCENE_URL", spec.scene().url());
        }
        add(env, "OTHERWORLD_TICKET_ISSUER", defaults.ticketIssuer());
        add(env, "OTHERWORLD_KEYS_URL", defaults.keysUrl());
        add(env, "OTHERWORLD_ZONE_LOG", defaults.zoneLog());
        webRtc(env, spec.network());
        if (spec.network().tls() != null) {
            add(env, "OTHERWORLD_TLS_CERTIFICATE_FILE", TLS_FOLDER + "/tls.crt");
            add(env, "OTHERWORLD_TLS_KEY_FILE", TLS_FOLDER + "/tls.key");
        }
        if (defaults.tls().on()) {
            add(env, "OTHERWORLD_INTERNAL_TLS_MODE", defaults.tls().mode().text());
            add(env, "OTHERWORLD_INTERNAL_TLS_DOMAIN", defaults.tls().domain());
            add(
                    env,
                    "OTHERWORLD_INTERNAL_TLS_FOLDER",
                    defaults.tls().folder().orElse(INTERNAL_TLS_FOLDER));
        }
        String secret = spec.persistence().connectionSecretRef().name();
        CONNECTION_KEYS.forEach(key -> fromSecret(env, key, secret, key, false));
        OPTIONAL_CONNECTION_KEYS.stream()
                .filter(key -> spec.template().env().stream().noneMatch(e -> e.name().equals(key)))
                .forEach(key -> fromSecret(env, key, secret, key, true));
        defaults.passedOn().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .filter(each ->
                        spec.template().env().stream()
                                .noneMatch(e -> e.name().equals(each.getKey())))
                .forEach(each -> add(env, each.getKey(), each.getValue()));
        spec.template().env().forEach(each -> env.add(userEnv(each)));
        return env;
    }

    private void webRtc(List<EnvVar> env, Network network) {
        switch (network.mode()) {
            case HostPort -> {
                add(env, "OTHERWORLD_WEBRTC", reach.webRtc());
                field(
                        env,
                        "OTHERWORLD_ADVERTISED_ADDRESSES",
                        "metadata.annotations['%s']".formatted(Names.ADVERTISED_ADDRESS));
                reach.host().ifPresent(host -> add(env, "OTHERWORLD_ENDPOINT_HOST", host));
                field(env, "OTHERWORLD_NODE_NAME", "spec.nodeName");
            }
            case Gateway -> {
                // Only a relay inside the cluster's network reaches the pod.
                add(env, "OTHERWORLD_WEBRTC", reach.webRtc() && network.relays());
                field(env, "OTHERWORLD_ADVERTISED_ADDRESSES", "status.podIP");
                add(env, "OTHERWORLD_BEHIND_GATEWAY", true);
            }
        }
        Turn turn = network.turn();
        if (turn != null) {
            add(env, "OTHERWORLD_TURN_URLS", String.join(",", turn.urls()));
            add(env, "OTHERWORLD_TURN_TTL", turn.ttl());
            if (turn.secretRef() != null) {
                fromSecret(
                        env,
                        "OTHERWORLD_TURN_SECRET",
                        turn.secretRef().name(),
                        turn.secretRef().key(),
                        false);
            }
        }
    }

    private static void add(List<EnvVar> env, String name, Object value) {
        env.add(new EnvVarBuilder().withName(name).withValue(value.toString()).build());
    }

    private static void field(List<EnvVar> env, String name, String path) {
        env.add(
                new EnvVarBuilder()
                        .withName(name)
                        .withNewValueFrom()
                        .withNewFieldRef()
                        .withFieldPath(path)
                        .endFieldRef()
                        .endValueFrom()
                        .build());
    }

    private static void fromSecret(
            List<EnvVar> env, String name, String secret, String key, boolean optional) {
        env.add(
                new EnvVarBuilder()
                        .withName(name)
                        .withNewValueFrom()
                        .withNewSecretKeyRef(key, secret, optional)
                        .endValueFrom()
                        .build());
    }

    private static EnvVar userEnv(otherworld.crds.EnvVar each) {
        EnvVarBuilder env = new EnvVarBuilder().withName(each.name());
        if (each.secretKeyRef() != null) {
            env.withNewValueFrom()
                    .withNewSecretKeyRef(
                            each.secretKeyRef().key(), each.secretKeyRef().name(), false)
                    .endValueFrom();
        } else if (each.configMapKeyRef() != null) {
            env.withNewValueFrom()
                    .withNewConfigMapKeyRef(
                            each.configMapKeyRef().key(), each.configMapKeyRef().name(), false)
                    .endValueFrom();
        } else {
            env.withValue(each.value());
        }
        return env.build();
    }

    private static Toleration toleration(otherworld.crds.Toleration each) {
        return new TolerationBuilder()
                .withKey(each.key())
                .withOperator(each.operator() == null ? null : each.operator().name())
                .withValue(each.value())
                .withEffect(each.effect() == null ? null : each.effect().name())
                .withTolerationSeconds(each.tolerationSeconds())
                .build();
    }

    private static @Nullable Affinity affinity(otherworld.crds.@Nullable Affinity affinity) {
        return affinity == null
                ? null
                : Serialization.unmarshal(Serialization.asJson(affinity), Affinity.class);
    }
}
