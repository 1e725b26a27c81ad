package otherworld.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static otherworld.operator.OperatorFixture.PATIENCE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.crds.World;
import otherworld.local.controlplane.ControlPlane;
import otherworld.ops.audit.AuditTrail;

/** What is changed on a real API server, and by whom, is in the audit log; and no secret is. */
class AuditIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OperatorFixture fleet = new OperatorFixture(ControlPlane.shared());
    private final KubernetesClient admin = fleet.admin;
    private final PatchedNode node = new PatchedNode(admin, fleet.namespace);

    AuditIT() throws IOException {}

    @BeforeEach
    void start() {
        fleet.startOperator();
    }

    @AfterEach
    void stop() throws InterruptedException {
        node.close();
        fleet.close();
    }

    @Test
    void whoChangesWhatIsToldFieldByFieldUntilTheWorldIsGone() {
        edit(
                "helm",
                "{capacity: 100, instances: {min: 1, max: 5}, template: {env: [{name: KEY, value: hunter2}, {name: MOTD, value: hi}]}}");
        JsonNode created = event(it -> is(it, "world.created"));
        assertThat(created.path("actor").asText()).isEqualTo("helm");
        assertThat(created.at("/object/name").asText()).isEqualTo("plaza");
        assertThat(created.at("/object/namespace").asText()).isEqualTo(fleet.namespace);
        assertThat(created.at("/object/generation").asLong()).isEqualTo(1);
        fleet.awaitReady(1);

        // Two people change different things at once; one of them what may be a secret.
        edit("kubectl-edit", "{capacity: 120}");
        JsonNode changed = event(it -> is(it, "world.changed") && has(it, "spec.capacity"));
        assertThat(changed.path("actor").asText()).isEqualTo("kubectl-edit");
        JsonNode capacity = change(changed, "spec.capacity");
        assertThat(capacity.path("from").asText()).isEqualTo("100");
        assertThat(capacity.path("to").asText()).isEqualTo("120");
        assertThat(capacity.path("manager").asText()).isEqualTo("kubectl-edit");
        assertThat(fields(changed)).containsExactly("spec.capacity");

        edit("helm", "{template: {env: [{name: KEY, value: hunter3}, {name: MOTD, value: hi}]}}");
        JsonNode secret = event(it -> has(it, "spec.template.env[KEY].value"));
        assertThat(change(secret, "spec.template.env[KEY].value").path("to").asText())
                .isEqualTo("***");
        assertThat(fields(secret)).containsExactly("spec.template.env[KEY].value");

        // Who may do what is an event of its own.
        edit("console", "{permissions: {build: Members, members: {groups: [builders]}}}");
        JsonNode permissions = event(it -> is(it, "world.permissions-changed"));
        assertThat(permissions.path("actor").asText()).isEqualTo("console");
        assertThat(fields(permissions))
                .contains("spec.permissions.build")
                .allMatch(field -> field.startsWith("spec.permissions."));

        // A pod that somebody deletes, once the one of the older template is replaced.
        await().atMost(PATIENCE)
                .until(() ->
                        fleet.pods().size() == 1
                                && fleet.pods().getFirst().toString().contains("hunter3"));
        fleet.awaitReady(1);
        Pod deleted = fleet.pods().getFirst();
        admin.resource(deleted).delete();
        JsonNode gone =
                event(it ->
                        is(it, "instance.pod-deleted")
                                && it.at("/object/uid")
                                        .asText()
                                        .equals(deleted.getMetadata().getUid())
                                && it.path("reason").asText().contains("not by the operator"));
        assertThat(gone.path("actor").asText()).isEqualTo("unknown");
        assertThat(gone.at("/object/instance").asInt(-1)).isZero();

        // Another operator takes over: nothing is told again.
        fleet.awaitReady(1);
        int told = events().size();
        fleet.restartOperator();
        AtomicInteger capacities = new AtomicInteger(130);
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    int now = capacities.getAndIncrement();
                    edit("kubectl-edit", "{capacity: %d}".formatted(now));
                    return events().stream()
                            .skip(told)
                            .anyMatch(it -> is(it, "world.changed") && has(it, "spec.capacity"));
                });
        assertThat(events().subList(told, events().size()))
                .noneMatch(it -> is(it, "world.created"));

        admin.resources(World.class).inNamespace(fleet.namespace).withName("plaza").delete();
        event(it -> is(it, "world.deleted"));
        event(it -> is(it, "world.gone"));

        assertThat(String.join("\n", fleet.audited)).doesNotContain("hunter");
        assertThat(AuditTrail.check(fleet.audited.stream()).faults()).isEmpty();
        assertThat(AuditTrail.check(fleet.audited.stream()).runs()).isEqualTo(2);
    }

    @Test
    void instancesThatAreClosedAndRemovedAreToldWithTheReason() {
        fleet.apply(2, 5, 0);
        fleet.awaitReady(2);
        fleet.applyYaml(
                """
                apiVersion: otherworld.dev/v1alpha1
                kind: World
                metadata: {name: plaza, namespace: %s}
                spec: {capacity: 100, instances: {min: 2, max: 5, spareSeats: 0, idleAfter: 1m}, template: {labels: {tier: new}}}
                """
                        .formatted(fleet.namespace));
        JsonNode replaced =
                event(it ->
                        is(it, "instance.pod-deleted")
                                && it.path("actor").asText().equals("otherworld-operator"));
        assertThat(replaced.path("reason").asText()).isNotBlank();
        assertThat(replaced.at("/object/type").asText()).isEqualTo("Pod");
    }

    /** As a client with this name for its fields does. */
    private void edit(String manager, String spec) {
        String yaml =
                """
                {"apiVersion": "otherworld.dev/v1alpha1", "kind": "World", "metadata": {"name": "plaza", "namespace": "%s"}, "spec": %s}
                """
                        .formatted(fleet.namespace, json(spec));
        var worlds = admin.resources(World.class).inNamespace(fleet.namespace).withName("plaza");
        if (worlds.get() == null) {
            // With a World at hand the client does not look for one first.
            admin.resource(Serialization.unmarshal(yaml, World.class))
                    .patch(
                            new PatchContext.Builder()
                                    .withPatchType(PatchType.SERVER_SIDE_APPLY)
                                    .withFieldManager(manager)
                                    .withForce(true)
                                    .build(),
                            yaml);
        } else {
            worlds.patch(
                    new PatchContext.Builder()
                            .withPatchType(PatchType.JSON_MERGE)
                            .withFieldManager(manager)
                            .build(),
                    "{\"spec\": %s}".formatted(json(spec)));
        }
    }

    private static String json(String yaml) {
        // What begins with a brace would be taken for JSON.
        return Serialization.asJson(Serialization.unmarshal("---\n" + yaml, JsonNode.class));
    }

    private JsonNode event(Predicate<JsonNode> wanted) {
        return await().atMost(PATIENCE)
                .until(() -> events().stream().filter(wanted).toList(), found -> !found.isEmpty())
                .getFirst();
    }

    private List<JsonNode> events() {
        return fleet.audited.stream()
                .map(line -> {
                    try {
                        return JSON.readTree(line);
                    } catch (IOException e) {
                        throw new AssertionError(line, e);
                    }
                })
                .toList();
    }

    private static boolean is(JsonNode event, String kind) {
        return event.path("event").asText().equals(kind);
    }

    private static boolean has(JsonNode event, String field) {
        return fields(event).contains(field);
    }

    private static Set<String> fields(JsonNode event) {
        Set<String> fields = new TreeSet<>();
        event.path("changes").forEach(it -> fields.add(it.path("field").asText()));
        return fields;
    }

    private static JsonNode change(JsonNode event, String field) {
        for (JsonNode change : event.path("changes")) {
            if (change.path("field").asText().equals(field)) {
                return change;
            }
        }
        throw new AssertionError(event + " has no change of " + field);
    }
}
