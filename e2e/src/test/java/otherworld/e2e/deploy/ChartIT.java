package otherworld.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import otherworld.local.controlplane.ControlPlane;
import otherworld.local.controlplane.ControlPlaneOptions.Component;

/** The chart by both Helms, against a real API server with Pod Security admission. */
@Tag("heavy")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChartIT {
    private static final String CHART = "charts/otherworld";
    private static final String ISSUER = "oidc.issuer=https://id.example.org";
    private static final String TRIAL =
            "trial.redis.enabled=true,trial.postgresql.enabled=true,trial.issuer.enabled=true";

    private final ControlPlane plane = ControlPlane.start(Component.CONTROLLERS);
    private final KubernetesClient client =
            new KubernetesClientBuilder()
                    .withConfig(Config.fromKubeconfig(plane.kubeconfig().toFile()))
                    .build();
    private Tool helm3 = new Tool(List.of(), Map.of());
    private Tool helm4 = helm3;

    @BeforeAll
    void findHelm() throws Exception {
        helm3 = Tool.helm(3, plane.kubeconfig());
        helm4 = Tool.helm(4, plane.kubeconfig());
        namespace("restricted", "restricted");
    }

    @AfterAll
    void stop() {
        client.close();
        plane.close();
    }

    /** From the defaults to everything at once. */
    static Stream<String> values() {
        return Stream.of(
                ISSUER,
                TRIAL,
                TRIAL + ",worldNamespaces[0].name=worlds,worldNamespaces[0].create=true",
                ISSUER
                        + ",fullnameOverride=ow,images.repository=registry.example.org/team/ow,images.tag=1.2.3"
                        + ",images.pullSecrets={one,two},images.pullPolicy=Always",
                ISSUER
                        + ",operator.watchNamespaces={restricted},operator.replicas=1"
                        + ",operator.podDisruptionBudget.enabled=false,matchmaker.podDisruptionBudget.enabled=false",
                ISSUER
                        + ",matchmaker.autoscaling.enabled=true,matchmaker.ingress.enabled=true"
                        + ",matchmaker.ingress.host=play.example.org,matchmaker.ingress.tlsSecretName=tls"
                        + ",matchmaker.ingress.className=nginx,matchmaker.service.type=LoadBalancer",
                ISSUER
                        + ",networkPolicy.players[0].ipBlock.cidr=10.0.0.0/8,networkPolicy.prometheus=null"
                        + ",networkPolicy.database.to[0].ipBlock.cidr=10.1.0.0/16",
                ISSUER
                        + ",gateway.enabled=true,gateway.host=play.example.org,gateway.trustedProxies={10.0.0.0/8}"
                        + ",worldNamespaces[0].name=worlds,worldNamespaces[0].create=true,worldNamespaces[0].mode=Gateway",
                ISSUER
                        + ",gateway.enabled=true,gateway.host=play.example.org,gateway.autoscaling.enabled=true"
                        + ",gateway.ingress.enabled=true,gateway.ingress.tlsSecretName=tls,gateway.drain=1m"
                        + ",gateway.redisSecretName=places,networkPolicy.players[0].ipBlock.cidr=10.0.0.0/8"
                        + ",networkPolicy.turn[0].ipBlock.cidr=10.9.0.0/16"
                        + ",tracing.endpoint=http://otel.observability.svc:4318,tracing.headersSecretName=otel"
                        + ",networkPolicy.collector[0].ipBlock.cidr=10.8.0.0/16"
                        + ",logs.format=json,logs.playerIds=none",
                ISSUER
                        + ",metrics.dashboards.enabled=true,metrics.dashboards.annotations.folder=Games",
                ISSUER
                        + ",internalTls.mode=Permissive,gateway.enabled=true,gateway.host=play.example.org"
                        + ",networkPolicy.players[0].ipBlock.cidr=10.0.0.0/8",
                ISSUER + ",internalTls.mode=Off,worldNamespaces[0].name=worlds",
                ISSUER + ",internalTls.certificates=Given,internalTls.secretNames.matchmaker=mine",
                ISSUER
                        + ",networkPolicy.enabled=false,crds.enabled=false,keys.create=false,migrations.enabled=false",
                ISSUER
                        + ",connections.databaseTlsSecretName=sql,test.tokensSecretName=tokens"
                        + ",operator.priorityClassName=system-cluster-critical,matchmaker.nodeSelector.pool=play"
                        + ",matchmaker.tolerations[0].key=play,matchmaker.env[0].name=JDK_JAVA_OPTIONS,matchmaker.env[0].value=-Dx=y"
                        + ",operator.podLabels.team=a,operator.podAnnotations.b=c,instances.endpointHost=play.example.org");
    }

    @ParameterizedTest
    @MethodSource("values")
    void bothHelmsFindNothingToSay(String values) throws Exception {
        for (Tool helm : List.of(helm3, helm4)) {
            helm.run("lint", "--strict", CHART, "--set", values).ok();
        }
    }

    @ParameterizedTest
    @MethodSource("values")
    void bothHelmsMakeObjectsThatTheApiServerTakes(String values) throws Exception {
        for (Tool helm : List.of(helm3, helm4)) {
            List<HasMetadata> objects = render(helm, values, "restricted");
            assertThat(objects).hasSizeGreaterThan(8);
            for (HasMetadata each : objects) {
                if (each.getMetadata().getNamespace() != null) {
                    each.getMetadata().setNamespace("restricted");
                }
                client.resource(each).dryRun(true).forceConflicts().serverSideApply();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyPodPassesPodSecurityRestricted(String values) throws Exception {
        List<Pod> pods = new ArrayList<>();
        for (HasMetadata each : render(helm3, values, "restricted")) {
            template(each).map(ChartIT::pod).ifPresent(pods::add);
            if (each instanceof Pod pod) {
                pods.add(pod);
            }
        }
        assertThat(pods).hasSizeGreaterThanOrEqualTo(2);
        for (Pod pod : pods) {
            // Accounts and classes of the release are not there: admission is what is asked.
            pod.getSpec().setServiceAccountName(null);
            pod.getSpec().setPriorityClassName(null);
            pod.getMetadata().setName("asked");
            pod.getMetadata().setNamespace("restricted");
            client.resource(pod).dryRun(true).create();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "oidc.audience=otherworld | oidc.issuer is empty",
                "oidc.issuer=id.example.org | oidc",
                ISSUER + ",operator.replica=3 | replica",
                ISSUER + ",operator.replicas=-1 | replicas",
                ISSUER + ",instances.portRange=20000 | portRange",
                ISSUER + ",matchmaker.service.type=Headless | type",
                ISSUER + ",operator.leaseDuration=15 | leaseDuration",
                ISSUER + ",images.repository=ghcr.io/a/ | repository",
                ISSUER + ",worldNamespaces[0].create=true | worldNamespaces",
                ISSUER + ",trial.redis.enabled=true | enabled together",
                ISSUER + ",matchmaker.httpRoute.enabled=true | parentRefs",
                ISSUER + ",gateway.enabled=true | gateway.host is empty",
                ISSUER + ",gateway.enabled=true,gateway.host=https://a | host",
                ISSUER + ",gateway.drain=10 | drain",
                ISSUER + ",metrics.podMonitor.interval=15 | interval",
                ISSUER + ",metrics.prometheusRule.runbookUrl=docs | runbookUrl",
                ISSUER
                        + ",metrics.podMonitor.enabled=true,metrics.serviceMonitor.enabled=true | enable one",
                ISSUER
                        + ",gateway.enabled=true,gateway.host=a.b,gateway.httpRoute.enabled=true | parentRefs",
                ISSUER + ",worldNamespaces[0].name=w,worldNamespaces[0].mode=Ingress | mode",
                ISSUER + ",logs.playerIds=sha256 | playerIds",
                ISSUER + ",internalTls.mode=On | mode",
                ISSUER + ",internalTls.domain=Games | domain",
                ISSUER + ",internalTls.certificates=CertManager | issuerRef.name is empty",
            })
    void wrongValuesAreRefusedByName(String values, String named) throws Exception {
        for (Tool helm : List.of(helm3, helm4)) {
            Tool.Ended ended = helm.run("template", "ow", CHART, "--set", values);
            assertThat(ended.code()).isNotZero();
            assertThat(ended.err()).contains(named);
        }
    }

    /** How players are named is said once, to whatever of ours writes a log. */
    @Test
    void everyProcessIsToldWhatLogsLookLike() throws Exception {
        String values =
                TRIAL + ",gateway.enabled=true,gateway.host=a.b,logs.format=json,logs.playerIds=";
        for (String named : List.of("none", "hash")) {
            List<Container> ours =
                    render(helm3, values + named, "restricted").stream()
                            .flatMap(each -> template(each).stream())
                            .flatMap(it -> it.getSpec().getContainers().stream())
                            .filter(it -> it.getImage().contains("otherworld"))
                            .toList();
            assertThat(ours)
                    .extracting(Container::getName)
                    .contains("operator", "matchmaker", "gateway", "migrations", "issuer");
            assertThat(ours)
                    .allSatisfy(it ->
                            assertThat(it.getEnv())
                                    .as(it.getName())
                                    .extracting(EnvVar::getName, EnvVar::getValue)
                                    .contains(
                                            tuple("OTHERWORLD_LOG_FORMAT", "json"),
                                            tuple("OTHERWORLD_PLAYER_IDS", named)));
        }
        assertThat(helm3.run("template", "ow", CHART, "--set", ISSUER).ok())
                .doesNotContain("OTHERWORLD_LOG_FORMAT", "OTHERWORLD_PLAYER_IDS");
    }

    /** No verb more than rbac.yaml, and Leases in the release's namespace alone. */
    @Test
    void theOperatorMayDoWhatItsRulesSayAndNothingMore() throws Exception {
        List<PolicyRule> rules =
                objects(
                                DeployFilesTest.read(
                                        "operator/src/main/resources/otherworld/operator/rbac.yaml"))
                        .stream()
                        .filter(ClusterRole.class::isInstance)
                        .flatMap(role -> ((ClusterRole) role).getRules().stream())
                        .filter(rule -> rule.getResourceNames().isEmpty())
                        .toList();
        List<PolicyRule> cluster = new ArrayList<>();
        List<PolicyRule> election = new ArrayList<>();
        String all = ISSUER + ",operator.mayGet.secrets={*},operator.mayGet.configMaps={*}";
        for (HasMetadata each : render(helm3, all, "restricted")) {
            if (each instanceof ClusterRole role
                    && role.getMetadata().getName().endsWith("-sources")) {
                cluster.add(
                        role.getRules()
                                .getFirst()
                                .edit()
                                .addToResources(role.getRules().getLast().getResources().getFirst())
                                .build());
            } else if (each instanceof ClusterRole role
                    && !role.getMetadata().getName().endsWith("-certificates")) {
                cluster.addAll(role.getRules());
            } else if (each instanceof Role role
                    && role.getMetadata().getName().endsWith("-election")) {
                election.addAll(role.getRules());
            }
        }
        assertThat(election)
                .allSatisfy(rule -> assertThat(rule.getResources()).containsExactly("leases"));
        assertThat(cluster).noneSatisfy(rule -> assertThat(rule.getResources()).contains("leases"));
        assertThat(Stream.concat(cluster.stream(), election.stream()).map(ChartIT::sorted))
                .containsExactlyInAnyOrderElementsOf(rules.stream().map(ChartIT::sorted).toList());
    }

    /** Secrets by name, made and renewed by the operator, and by nobody where others make them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                " | - | restricted-ow-otherworld-operator-instance-certificates",
                ",operator.watchNamespaces={a} | a | ow-otherworld-operator-instance-certificates",
            })
    void theOperatorMayMakeTheCertificatesThatAreNamed(String more, String where, String name)
            throws Exception {
        List<HasMetadata> roles = certificates(more == null ? "" : more);
        assertThat(roles).hasSize(2);
        for (HasMetadata each : roles) {
            boolean release =
                    each.getMetadata().getName().equals("ow-otherworld-operator-certificates");
            PolicyRule rule =
                    (each instanceof Role role ? role.getRules() : ((ClusterRole) each).getRules())
                            .getFirst();
            assertThat(rule.getVerbs()).containsExactly("get", "create", "patch");
            assertThat(rule.getResources()).containsExactly("secrets");
            if (release) {
                assertThat(each.getMetadata().getNamespace()).isEqualTo("restricted");
                assertThat(rule.getResourceNames())
                        .containsExactly(
                                "ow-otherworld-authority",
                                "ow-otherworld-matchmaker-tls",
                                "ow-otherworld-gateway-tls");
            } else {
                assertThat(each.getMetadata().getName()).isEqualTo(name);
                assertThat(each.getMetadata().getNamespace())
                        .isEqualTo(where.equals("-") ? null : where);
                assertThat(rule.getResourceNames()).containsExactly("otherworld-internal-tls");
            }
        }
        assertThat(certificates(",internalTls.mode=Off")).isEmpty();
        assertThat(certificates(",internalTls.certificates=Given")).isEmpty();
    }

    private List<HasMetadata> certificates(String more) throws Exception {
        return render(helm3, ISSUER + more, "restricted").stream()
                .filter(each -> each.getMetadata().getName().endsWith("-certificates"))
                .filter(each -> each.getKind().endsWith("Role"))
                .toList();
    }

    /** Each mode opens its ports, and the wall lets in who has business there. */
    @ParameterizedTest
    @CsvSource({
        "Required, false, true, grpc-tls keys",
        "Permissive, true, true, grpc-tls grpc keys http",
        "Off, true, false, grpc http"
    })
    void whatIsServedIsWhatTheModeSays(String mode, boolean plain, boolean tls, String ports)
            throws Exception {
        String text =
                helm3.run(
                                "template",
                                "ow",
                                CHART,
                                "-n",
                                "restricted",
                                "--set",
                                ISSUER
                                        + ",gateway.enabled=true,gateway.host=a.b,worldNamespaces[0].name=worlds"
                                        + ",networkPolicy.players[0].ipBlock.cidr=10.0.0.0/8,internalTls.mode="
                                        + mode)
                        .ok();
        List<HasMetadata> objects = objects(text);
        assertThat(
                        objects.stream()
                                .anyMatch(each ->
                                        each.getMetadata()
                                                .getName()
                                                .equals("ow-otherworld-matchmaker-grpc")))
                .isEqualTo(plain);
        assertThat(text.contains("ow-otherworld-matchmaker-internal")).isEqualTo(tls);
        assertThat(
                        text.contains(
                                "https://ow-otherworld-matchmaker-internal.restricted.svc:8443/v1/keys"))
                .isEqualTo(tls);
        List<String> open =
                objects.stream()
                        .filter(
                                io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy.class
                                        ::isInstance)
                        .map(
                                io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy.class
                                        ::cast)
                        .filter(each ->
                                each.getMetadata().getName().equals("ow-otherworld-matchmaker"))
                        .flatMap(each -> each.getSpec().getIngress().stream())
                        .flatMap(each -> each.getPorts().stream())
                        .map(port -> port.getPort().getStrVal())
                        .distinct()
                        .filter(port -> !port.equals("management"))
                        .toList();
        List<String> expected = new ArrayList<>(List.of(ports.split(" ", -1)));
        if (!expected.contains("http")) {
            expected.add("http"); // players'
        }
        assertThat(open).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static PolicyRule sorted(PolicyRule rule) {
        return rule.edit().withResources(rule.getResources().stream().sorted().toList()).build();
    }

    /** Which Secrets, and where: by name, and where Worlds live, as far as the values tell. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                " | ClusterRole | restricted-ow-otherworld-operator-sources | secrets/otherworld-connections",
                ",worldNamespaces[0].name=worlds | Role | worlds | secrets/otherworld-connections",
                ",operator.watchNamespaces={a},worldNamespaces[0].name=b | Role | a | secrets/otherworld-connections",
                ",operator.mayGet.secrets={one,two} | ClusterRole | restricted-ow-otherworld-operator-sources | secrets/one,two",
                ",operator.mayGet.secrets=null | | | ",
            })
    void theOperatorMayGetTheSecretsThatAreNamedWhereWorldsLive(
            String more, String kind, String where, String what) throws Exception {
        List<HasMetadata> roles =
                render(helm3, ISSUER + (more == null ? "" : more), "restricted").stream()
                        .filter(each -> each.getMetadata().getName().endsWith("-sources"))
                        .filter(each -> each.getKind().endsWith("Role"))
                        .toList();
        if (kind == null) {
            assertThat(roles).isEmpty();
            return;
        }
        HasMetadata role = roles.getFirst();
        assertThat(roles).hasSize(1);
        assertThat(role.getKind()).isEqualTo(kind);
        assertThat(List.of(role.getMetadata().getName(), "" + role.getMetadata().getNamespace()))
                .contains(where);
        List<PolicyRule> rules =
                role instanceof Role it ? it.getRules() : ((ClusterRole) role).getRules();
        assertThat(rules)
                .singleElement()
                .satisfies(rule ->
                        assertThat(
                                        rule.getResources().getFirst()
                                                + "/"
                                                + String.join(",", rule.getResourceNames()))
                                .isEqualTo(what));
    }

    @ParameterizedTest
    @CsvSource({"3", "4"})
    void aReleaseIsInstalledUpgradedAndLeavesWorldsBehind(int major, @TempDir Path folder)
            throws Exception {
        Tool helm = major == 3 ? helm3 : helm4;
        String namespace = "release-" + major;
        namespace(namespace, "restricted");
        // Nothing here runs pods, and hooks would wait for theirs: the node's test runs those.
        List<String> flags = List.of("-n", namespace, "--no-hooks", "--take-ownership", "--set");
        helm.run(with(flags, "install", "ow", older(folder), ISSUER), "").ok();
        assertThat(columns()).isEmpty();
        Deployment operator = deployment(namespace, "ow-otherworld-operator");
        assertThat(operator.getSpec().getReplicas()).isEqualTo(2);
        assertThat(deployment(namespace, "ow-otherworld-matchmaker")).isNotNull();
        client.resource(
                        """
                        apiVersion: otherworld.dev/v1alpha1
                        kind: World
                        metadata: {name: plaza, namespace: %s}
                        spec: {capacity: 20}
                        """
                                .formatted(namespace))
                .create();
        String account = "system:serviceaccount:%s:ow-otherworld-operator".formatted(namespace);
        assertThat(can(account, "create", "pods", "default")).isTrue();
        assertThat(can(account, "update", "leases", namespace)).isTrue();
        assertThat(can(account, "update", "leases", "default")).isFalse();
        // When a Secret was changed is told by its metadata, of those that operator.mayGet names;
        // none is listed or written.
        assertThat(can(account, "get", "secrets/otherworld-connections", namespace)).isTrue();
        for (String other :
                List.of("secrets", "secrets/ow-otherworld-keys", "configmaps", "configmaps/a")) {
            assertThat(can(account, "get", other, namespace)).as(other).isFalse();
        }
        for (String verb : List.of("list", "watch", "create", "update", "patch", "delete")) {
            assertThat(can(account, verb, "secrets", namespace)).as(verb).isFalse();
        }

        helm.run(with(flags, "upgrade", "ow", CHART, ISSUER + ",operator.replicas=3"), "").ok();
        assertThat(deployment(namespace, "ow-otherworld-operator").getSpec().getReplicas())
                .isEqualTo(3);
        assertThat(columns()).isNotEmpty();

        helm.run("uninstall", "ow", "-n", namespace, "--no-hooks").ok();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() ->
                        client.apps()
                                .deployments()
                                .inNamespace(namespace)
                                .list()
                                .getItems()
                                .isEmpty());
        assertThat(crd()).isNotNull();
        assertThat(
                        client.genericKubernetesResources("otherworld.dev/v1alpha1", "World")
                                .inNamespace(namespace)
                                .withName("plaza")
                                .get())
                .isNotNull();
        assertThat(
                        client.rbac()
                                .clusterRoles()
                                .withName(namespace + "-ow-otherworld-operator")
                                .get())
                .isNull();
    }

    @Test
    void plainManifestsAreWhatTheChartMakes(@TempDir Path folder) throws Exception {
        Path made = folder.resolve("otherworld.yaml");
        new Tool(List.of("tools/chart/manifests"), Map.of()).run(made.toString()).ok();
        assertThat(Files.readString(made))
                .as("deploy/manifests/otherworld.yaml is stale: run tools/chart/manifests")
                .isEqualTo(DeployFilesTest.read("deploy/manifests/otherworld.yaml"))
                .doesNotContain("helm");
        Tool kubectl =
                new Tool(
                        List.of(
                                plane.kubectl().toString(),
                                "--kubeconfig",
                                plane.kubeconfig().toString()),
                        Map.of());
        assertThat(kubectl.run("kustomize", "deploy/manifests").ok())
                .contains("kind: CustomResourceDefinition", "kind: Deployment");
        namespace("worlds", "privileged");
        namespace("otherworld", "restricted");
        kubectl.run("delete", "crd", "worlds.otherworld.dev", "--ignore-not-found")
                .ok(); // a release's
        assertThat(
                        kubectl.run(
                                        "apply",
                                        "--server-side",
                                        "--dry-run=server",
                                        "-k",
                                        "deploy/manifests")
                                .ok())
                .contains("deployment.apps/otherworld-operator serverside-applied");
    }

    private List<HasMetadata> render(Tool helm, String values, String namespace)
            throws IOException, InterruptedException {
        String text = helm.run("template", "ow", CHART, "-n", namespace, "--set", values).ok();
        return objects(text);
    }

    private List<HasMetadata> objects(String yaml) {
        return client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).items();
    }

    /** Of the pods that an object makes, if it does. */
    private static Optional<PodTemplateSpec> template(HasMetadata object) {
        return switch (object) {
            case Deployment deployment -> Optional.of(deployment.getSpec().getTemplate());
            case Job job -> Optional.of(job.getSpec().getTemplate());
            default -> Optional.empty();
        };
    }

    private static Pod pod(PodTemplateSpec template) {
        return new PodBuilder()
                .withMetadata(template.getMetadata())
                .withSpec(template.getSpec())
                .build();
    }

    private void namespace(String name, String level) {
        client.resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .addToLabels("pod-security.kubernetes.io/enforce", level)
                                .endMetadata()
                                .build())
                .serverSideApply();
    }

    private Deployment deployment(String namespace, String name) {
        return client.apps().deployments().inNamespace(namespace).withName(name).get();
    }

    private CustomResourceDefinition crd() {
        return client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName("worlds.otherworld.dev")
                .get();
    }

    private List<CustomResourceColumnDefinition> columns() {
        return crd().getSpec().getVersions().getFirst().getAdditionalPrinterColumns();
    }

    /** The chart as an older version would have it: its CRD has no columns yet. */
    private static String older(Path folder) throws IOException {
        Path chart = DeployFilesTest.ROOT.resolve(CHART);
        try (Stream<Path> files = Files.walk(chart)) {
            for (Path each : files.toList()) {
                Path copy = folder.resolve(chart.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(each, copy);
                }
            }
        }
        Path file = folder.resolve("files/world-crd.yaml");
        CustomResourceDefinition crd =
                Serialization.unmarshal(Files.readString(file), CustomResourceDefinition.class);
        crd.getSpec().getVersions().getFirst().setAdditionalPrinterColumns(List.of());
        Files.writeString(file, Serialization.asYaml(crd));
        return folder.toString();
    }

    private boolean can(String user, String verb, String resource, String namespace)
            throws IOException, InterruptedException {
        Tool kubectl =
                new Tool(
                        List.of(
                                plane.kubectl().toString(),
                                "--kubeconfig",
                                plane.kubeconfig().toString()),
                        Map.of());
        return kubectl.run("auth", "can-i", verb, resource, "-n", namespace, "--as", user)
                .out()
                .strip()
                .equals("yes");
    }

    private static List<String> with(
            List<String> flags, String command, String release, String chart, String values) {
        List<String> all = new ArrayList<>(List.of(command, release, chart));
        all.addAll(flags);
        all.add(values);
        return all;
    }
}
