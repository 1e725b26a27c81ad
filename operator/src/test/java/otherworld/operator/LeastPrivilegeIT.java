package otherworld.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static otherworld.operator.OperatorFixture.PATIENCE;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import otherworld.crds.World;
import otherworld.crds.WorldCondition;
import otherworld.local.controlplane.ControlPlane;
import otherworld.operator.config.OperatorSettings.Election;

/**
 * Whatever rbac.yaml allows the operator is something that it does: a stolen token of its account
 * is worth no more than that. That it is allowed all that it does, each other test shows.
 */
class LeastPrivilegeIT {
    /**
     * What no request names: the API server's admission asks for the first when pods are made, and
     * the operator's framework for the second, without which it does not begin to elect.
     */
    private static final Set<String> ASKED_FOR =
            Set.of("update otherworld.dev/worlds/finalizers", "update coordination.k8s.io/leases");

    /**
     * For an operator that makes certificates, which this one does not, and of four names alone:
     * see {@code CertificatesIT.theOperatorMayMakeTheseSecretsAndNoOthers}.
     */
    private static final Set<String> OF_CERTIFICATES = Set.of("create /secrets", "patch /secrets");

    private final Requests requests = new Requests();
    private final OperatorFixture fleet = new OperatorFixture(ControlPlane.shared(), requests);
    private final KubernetesClient admin = fleet.admin;
    private final PatchedNode node = new PatchedNode(admin, fleet.namespace);

    LeastPrivilegeIT() throws IOException {}

    @AfterEach
    void stop() throws InterruptedException {
        node.close();
        fleet.close();
    }

    /** What was asked of the API server and not forbidden, as RBAC has it: verb and resource. */
    private static final class Requests implements Interceptor {
        private static final Pattern PATH =
                Pattern.compile(
                        "/(?:api|apis/([^/]+))/[^/]+/(?:namespaces/[^/]+/)?([a-z]+)(?:/([^/]+)(?:/([a-z]+))?)?");

        final NavigableSet<String> seen = new ConcurrentSkipListSet<>();

        @Override
        public void after(
                HttpRequest request,
                HttpResponse<?> response,
                AsyncBody.Consumer<List<ByteBuffer>> consumer) {
            Matcher path = PATH.matcher(request.uri().getPath());
            if (path.matches() && response.code() != HttpURLConnection.HTTP_FORBIDDEN) {
                String group = path.group(1) == null ? "" : path.group(1);
                String sub = path.group(4) == null ? "" : "/" + path.group(4);
                seen.add(
                        "%s %s/%s%s"
                                .formatted(
                                        verb(request.method(), request.uri(), path.group(3)),
                                        group,
                                        path.group(2),
                                        sub));
            }
        }

        private static String verb(String method, URI uri, @Nullable String name) {
            return switch (method) {
                case "GET" ->
                        name != null
                                ? "get"
                                : uri.getQuery() != null && uri.getQuery().contains("watch=true")
                                        ? "watch"
                                        : "list";
                case "POST" -> "create";
                case "PUT" -> "update";
                default -> method.toLowerCase(java.util.Locale.ROOT);
            };
        }
    }

    @Test
    void everyVerbThatIsGrantedIsUsed() throws IOException {
        fleet.startOperator(
                Duration.ofSeconds(60),
                InstantSource.system(),
                new Election(true, fleet.namespace, Duration.ofSeconds(3)));
        fleet.apply(
                1,
                2,
                0,
                "template: {env: [{name: MOTD, configMapKeyRef: {name: motd, key: text}}]}");
        fleet.awaitReady(1);

        // Labels that somebody took come back.
        Pod pod = fleet.pods().getFirst();
        Map<String, String> labels = pod.getMetadata().getLabels();
        admin.resource(
                        new PodBuilder(pod)
                                .editMetadata()
                                .withLabels(without(labels, "otherworld.dev/revision"))
                                .endMetadata()
                                .build())
                .update();
        await().atMost(PATIENCE)
                .until(() ->
                        fleet.pods().getFirst().getMetadata().getLabels().equals(labels)
                                && requests.seen.contains("patch /pods"));

        // So does the budget as it should be.
        var budgets = admin.policy().v1().podDisruptionBudget().inNamespace(fleet.namespace);
        budgets.withName("plaza")
                .edit(budget ->
                        new PodDisruptionBudgetBuilder(budget)
                                .editSpec()
                                .withMinAvailable(new IntOrString(7))
                                .endSpec()
                                .build());
        await().atMost(PATIENCE)
                .until(() ->
                        budgets.withName("plaza").get().getSpec().getMinAvailable().getIntVal()
                                != 7);

        // A pod that is gone is looked for once more before another is made.
        admin.pods().inNamespace(fleet.namespace).withName("plaza-0-0").delete();
        await().atMost(PATIENCE).until(() -> fleet.names().equals(Set.of("plaza-0-1")));

        // What is refused again is the same Event, which is counted up, once a second at most.
        twin(1);
        await().atMost(PATIENCE)
                .until(() ->
                        fleet.condition("twin", WorldCondition.READY)
                                .filter(it -> it.reason().equals("IdTaken"))
                                .isPresent());
        await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
        twin(2);
        await().atMost(PATIENCE).until(() -> requests.seen.contains("patch /events"));

        admin.resources(World.class).inNamespace(fleet.namespace).delete();
        await().atMost(PATIENCE)
                .until(() -> fleet.world("plaza") == null && fleet.world("twin") == null);

        Set<String> granted = granted();
        assertThat(granted.removeAll(ASKED_FOR)).isTrue();
        assertThat(granted.removeAll(OF_CERTIFICATES)).isTrue();
        assertThat(granted).hasSizeGreaterThan(20);
        assertThat(requests.seen).containsAll(granted);
    }

    /** Another World that wants the identity of the first. */
    private void twin(int capacity) {
        fleet.applyYaml(
                """
                apiVersion: otherworld.dev/v1alpha1
                kind: World
                metadata: {name: twin, namespace: %s}
                spec: {capacity: %d, persistence: {id: %s.plaza}}
                """
                        .formatted(fleet.namespace, capacity, fleet.namespace));
    }

    private static Map<String, String> without(Map<String, String> labels, String name) {
        Map<String, String> fewer = new HashMap<>(labels);
        assertThat(fewer.remove(name)).isNotNull();
        return fewer;
    }

    private Set<String> granted() throws IOException {
        Set<String> granted = new TreeSet<>();
        try (InputStream yaml =
                Objects.requireNonNull(
                        getClass().getResourceAsStream("/otherworld/operator/rbac.yaml"))) {
            for (var item : admin.load(yaml).items()) {
                if (item instanceof ClusterRole role) {
                    for (PolicyRule rule : role.getRules()) {
                        for (String group : rule.getApiGroups()) {
                            for (String resource : rule.getResources()) {
                                rule.getVerbs()
                                        .forEach(verb ->
                                                granted.add(
                                                        "%s %s/%s"
                                                                .formatted(verb, group, resource)));
                            }
                        }
                    }
                }
            }
        }
        return granted;
    }
}
