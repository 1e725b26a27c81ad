package otherworld.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static otherworld.operator.OperatorFixture.PATIENCE;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import otherworld.crds.World;
import otherworld.crds.WorldCondition;
import otherworld.local.controlplane.ControlPlane;
import otherworld.operator.stored.OperatorClient;

/**
 * Worlds that an earlier, laxer schema let in and that the operator cannot read, really stored by a
 * real API server: each is told of in its own status, can be mended and deleted, and stops nobody.
 */
class UnreadableWorldIT {
    private static final String DEEP = "[".repeat(3000) + "]".repeat(3000);

    /** A rule that meets a value of a wrong type fails, and with it every update, a status, too. */
    private static final Set<String> TAKE_NO_STATUS =
            Set.of("float", "huge", "text", "deep-known", "persistence", "id-list");

    /** As above, and the rule that keeps the identity fails whatever the new spec is. */
    private static final Set<String> TAKE_NO_UPDATE = Set.of("persistence", "id-list");

    private static final String NAME_TOO_LONG = "w".repeat(120);
    private static final String LONG_NAME = "n".repeat(60_000);

    /** Name → spec as JSON → part of what the World says of it. */
    private static final Map<String, Map.Entry<String, String>> BAD = new LinkedHashMap<>();

    static {
        bad(NAME_TOO_LONG, "{'capacity':5}", "must be 1 to 104 characters");
        bad(
                "quantity",
                "{'capacity':5,'template':{'resources':{'limits':{'cpu':''}}}}",
                "spec.template.resources.limits.cpu");
        bad(
                "negative",
                "{'capacity':5,'template':{'resources':{'limits':{'cpu':'-1'}}}}",
                "'-1' is no quantity");
        bad("no-spec", "", "spec is missing");
        bad("null-spec", "null", "spec is missing");
        bad("empty", "{}", "capacity must be given");
        bad("text", "{'capacity':'many'}", "spec.capacity");
        bad("float", "{'capacity':5.5}", "spec.capacity");
        bad("huge", "{'capacity':1e300}", "spec.capacity");
        bad("overflow", "{'capacity':4294967301}", "spec.capacity");
        bad("zero", "{'capacity':0}", "capacity 0 must be from 1 to 4096");
        bad("crowd", "{'capacity':2000000000}", "must be from 1 to 4096");
        bad("enum", "{'capacity':5,'placement':'Sideways'}", "spec.placement");
        bad("enum-number", "{'capacity':5,'placement':1}", "spec.placement");
        bad(
                "duration",
                "{'capacity':5,'instances':{'idleAfter':'soon'}}",
                "instances.idleAfter 'soon'");
        bad(
                "long-ago",
                "{'capacity':5,'simulation':{'reconnectWindow':'999999h'}}",
                "simulation.reconnectWindow 999999h");
        bad("id", "{'capacity':5,'persistence':{'id':'Not An Id'}}", "Not An Id");
        bad("id-list", "{'capacity':5,'persistence':{'id':['a']}}", "spec.persistence.id");
        bad("persistence", "{'capacity':5,'persistence':'yes'}", "spec.persistence");
        bad("urls", "{'capacity':5,'network':{'turn':{}}}", "network.turn.urls must be given");
        bad(
                "deep",
                "{'capacity':5,'template':{'affinity':" + DEEP + "}}",
                "spec.template.affinity");
        bad("deep-known", "{'capacity':5,'template':{'env':" + DEEP + "}}", "spec.template.env");
        bad(
                "long-name",
                "{'capacity':5,'template':{'resources':{'limits':{'" + LONG_NAME + "':''}}}}",
                "spec.template.resources.limits");
    }

    private final OperatorFixture fleet = new OperatorFixture(ControlPlane.shared());
    private final KubernetesClient admin = fleet.admin;

    /** As the operator's, since the usual one cannot read what is stored here. */
    private final KubernetesClient reader =
            OperatorClient.create(
                    Config.fromKubeconfig(fleet.plane.kubeconfig().toFile()),
                    new ApiMetrics(new PrometheusRegistry()));

    private final String namespace = fleet.namespace;
    private final PatchedNode node = new PatchedNode(admin, namespace);

    UnreadableWorldIT() throws IOException {}

    private static void bad(String name, String spec, String problem) {
        BAD.put(name, Map.entry(spec.replace('\'', '"'), problem));
    }

    @AfterEach
    void stop() throws Exception {
        schema(false);
        node.close();
        reader.close();
        fleet.close();
        assertThat(fleet.matchmaker.violations).isEmpty();
    }

    @Test
    void oneThatCannotBeReadStopsNobodyAndIsToldMendedAndDeleted() throws Exception {
        fleet.startOperator();
        fleet.apply(1, 5, 0);
        fleet.awaitReady(1);
        fleet.stopOperator();

        schema(true);
        BAD.forEach((name, bad) -> store("POST", name, bad.getKey()));
        breakPlaza();
        schema(false);

        fleet.restartOperator(); // it lists them
        BAD.forEach((name, bad) -> {
            if (TAKE_NO_STATUS.contains(name)) {
                awaitEvent(name, bad.getValue());
            } else {
                awaitTold(name, bad.getValue());
            }
        });
        awaitTold("plaza", "spec.template.resources.limits.cpu");
        assertThat(fleet.names()).as("its fleet stays as it is").containsExactly("plaza-0-0");
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(fleet.matchmaker.worlds).containsKey(namespace + ".plaza"));
        fleet.applyYaml(good("other", 2));
        fleet.awaitPods(3);
        assertThat(metrics())
                .contains(
                        "unreadable_world{namespace=\"%s\",world=\"deep\"} 1.0"
                                .formatted(namespace));

        schema(true);
        store("POST", "late", "{\"capacity\":\"later\"}"); // it watches
        awaitTold("late", "spec.capacity");
        schema(false);
        fleet.applyYaml(good("other", 3));
        fleet.awaitPods(4);

        patchPlaza("{\"resources\":null}"); // mended
        fleet.apply(2, 5, 0);
        fleet.awaitPods(5);
        fleet.awaitCondition(WorldCondition.READY, it -> it.reason().equals("InstancesReady"));

        reader.resources(World.class).inNamespace(namespace).delete();
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    assertThat(
                                    reader.resources(World.class)
                                            .inNamespace(namespace)
                                            .list()
                                            .getItems())
                            .isEmpty();
                    assertThat(fleet.pods()).isEmpty();
                    assertThat(metrics())
                            .doesNotContain("unreadable_world{")
                            .doesNotContain("world=\"" + namespace);
                });
    }

    @Test
    void oneThatHasAFleetCanBeDeletedWhateverItsSpecHasBecome() throws Exception {
        fleet.startOperator();
        fleet.apply(1, 5, 0, "persistence: {deletionPolicy: Delete}");
        fleet.awaitReady(1);
        for (String name : madeBefore().keySet()) {
            fleet.applyYaml(good(name, 0));
        }
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(worlds())
                                .allSatisfy(world ->
                                        assertThat(world.getMetadata().getFinalizers())
                                                .contains(Finalizers.FLEET)));
        schema(true);
        madeBefore().forEach((name, bad) -> store("PUT", name, bad.getKey()));
        breakPlaza();
        schema(false);
        awaitTold("plaza", "spec.template.resources.limits.cpu");

        reader.resources(World.class).inNamespace(namespace).delete();
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    assertThat(worlds())
                            .extracting(world -> world.getMetadata().getName())
                            .isEmpty();
                    assertThat(fleet.pods()).isEmpty();
                });
        assertThat(fleet.matchmaker.forgotten).contains(namespace + ".plaza");
    }

    /** Without what no schema of ours has ever let in, and none lets out. */
    private static Map<String, Map.Entry<String, String>> madeBefore() {
        Map<String, Map.Entry<String, String>> made = new LinkedHashMap<>(BAD);
        made.remove(NAME_TOO_LONG);
        made.keySet().removeAll(TAKE_NO_UPDATE);
        return made;
    }

    private List<World> worlds() {
        return reader.resources(World.class).inNamespace(namespace).list().getItems();
    }

    private void breakPlaza() {
        patchPlaza("{\"resources\":{\"limits\":{\"cpu\":\"\"}}}");
    }

    private void patchPlaza(String template) {
        reader.resources(World.class)
                .inNamespace(namespace)
                .withName("plaza")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\":{\"template\":%s}}".formatted(template));
    }

    private void awaitEvent(String name, String problem) {
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(admin.v1().events().inNamespace(namespace).list().getItems())
                                .anySatisfy(event -> {
                                    assertThat(event.getInvolvedObject().getName()).isEqualTo(name);
                                    assertThat(event.getReason()).isEqualTo("Unreadable");
                                    assertThat(event.getMessage()).contains(problem);
                                }));
    }

    private static String conditions(World world) {
        return String.valueOf(world.getStatus());
    }

    private void awaitTold(String name, String problem) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    World world =
                            reader.resources(World.class)
                                    .inNamespace(namespace)
                                    .withName(name)
                                    .get();
                    assertThat(conditions(world))
                            .as(name)
                            .contains("reason=Unreadable", "type=Ready", "type=Degraded", problem);
                });
    }

    private String good(String name, int min) {
        return """
        apiVersion: otherworld.dev/v1alpha1
        kind: World
        metadata: {name: %s, namespace: %s}
        spec: {capacity: 100, instances: {min: %d, spareSeats: 0}}
        """
                .formatted(name, namespace, min);
    }

    private void store(String method, String name, String spec) {
        String path = "/apis/otherworld.dev/v1alpha1/namespaces/%s/worlds".formatted(namespace);
        String finalizers = "";
        if (method.equals("PUT")) {
            path += "/" + name;
            String version =
                    reader.resources(World.class)
                            .inNamespace(namespace)
                            .withName(name)
                            .get()
                            .getMetadata()
                            .getResourceVersion();
            finalizers =
                    ",\"resourceVersion\":\"%s\",\"finalizers\":[\"%s\"]"
                            .formatted(version, Finalizers.FLEET);
        }
        admin.raw(
                path,
                method,
                """
                {"apiVersion":"otherworld.dev/v1alpha1","kind":"World","metadata":{"name":"%s","namespace":"%s"%s}%s}
                """
                        .formatted(
                                name,
                                namespace,
                                finalizers,
                                spec.isEmpty() ? "" : ",\"spec\":" + spec));
    }

    /** Puts a schema that lets everything pass, or the real one, in force. */
    private void schema(boolean lax) throws IOException {
        try (InputStream yaml =
                Objects.requireNonNull(
                        UnreadableWorldIT.class.getResourceAsStream(
                                "/META-INF/fabric8/worlds.otherworld.dev-v1.yml"))) {
            CustomResourceDefinition crd =
                    admin.apiextensions().v1().customResourceDefinitions().load(yaml).item();
            if (lax) {
                // It asks for a spec that is an object.
                crd.getSpec().getVersions().getFirst().getSubresources().setScale(null);
                crd.getSpec()
                        .getVersions()
                        .getFirst()
                        .getSchema()
                        .setOpenAPIV3Schema(
                                new JSONSchemaPropsBuilder()
                                        .withType("object")
                                        .withXKubernetesPreserveUnknownFields(true)
                                        .build());
            }
            admin.resource(crd).forceConflicts().serverSideApply();
        }
        // In force a moment later.
        await().atMost(PATIENCE).until(() -> takesAnything() == lax);
    }

    private boolean takesAnything() {
        try {
            admin.raw(
                    "/apis/otherworld.dev/v1alpha1/namespaces/%s/worlds?dryRun=All"
                            .formatted(namespace),
                    "POST",
                    "{\"apiVersion\":\"otherworld.dev/v1alpha1\",\"kind\":\"World\",\"metadata\":{\"name\":\"probe\"},\"spec\":[]}");
            return true;
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private String metrics() throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://127.0.0.1:%d/metrics"
                                                            .formatted(
                                                                    fleet.operator()
                                                                            .managementPort())))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
