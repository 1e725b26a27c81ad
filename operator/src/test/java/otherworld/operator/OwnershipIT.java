package otherworld.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static otherworld.operator.OperatorFixture.PATIENCE;
import static otherworld.operator.OperatorFixture.holds;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.crds.World;
import otherworld.crds.WorldCondition;
import otherworld.local.controlplane.ControlPlane;
import otherworld.operator.observe.Names;

/** What is the user's own is left alone, and what is the operator's is repaired. */
class OwnershipIT {
    private final OperatorFixture fleet = new OperatorFixture(ControlPlane.shared());
    private final KubernetesClient admin = fleet.admin;
    private final String namespace = fleet.namespace;
    private final PatchedNode node = new PatchedNode(admin, namespace);

    OwnershipIT() throws IOException {}

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
    void aPodOfTheUsersKeepsItsNameAndOutlivesTheWorld() {
        Pod users =
                admin.pods()
                        .inNamespace(namespace)
                        .resource(
                                new PodBuilder()
                                        .withNewMetadata()
                                        .withName("plaza-0-0")
                                        .withLabels(labels())
                                        .endMetadata()
                                        .withNewSpec()
                                        .addNewContainer()
                                        .withName("mine")
                                        .withImage("mine")
                                        .endContainer()
                                        .endSpec()
                                        .build())
                        .create();
        fleet.apply(1, 5, 0);
        fleet.awaitCondition(WorldCondition.READY, it -> it.reason().equals("InstancesReady"));
        assertThat(fleet.names()).containsExactlyInAnyOrder("plaza-0-0", "plaza-0-1");

        admin.resources(World.class).inNamespace(namespace).withName("plaza").delete();
        await().atMost(PATIENCE).until(() -> fleet.world("plaza") == null);
        assertThat(fleet.pods())
                .singleElement()
                .satisfies(pod -> {
                    assertThat(pod.getMetadata().getUid()).isEqualTo(users.getMetadata().getUid());
                    assertThat(pod.getMetadata().getDeletionTimestamp()).isNull();
                    assertThat(pod.getMetadata().getOwnerReferences()).isEmpty();
                });
    }

    @Test
    void aBudgetOfTheUsersIsNeverTakenOver() {
        PodDisruptionBudget users = createBudget("plaza", Map.of("app", "shop"));
        fleet.apply(2, 5, 0);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(minAvailable("plaza-otherworld")).isEqualTo(1));
        assertThat(budget("plaza").getSpec()).isEqualTo(users.getSpec());
        assertThat(budget("plaza").getMetadata().getManagedFields()).hasSize(1);

        admin.resources(World.class).inNamespace(namespace).withName("plaza").delete();
        await().atMost(PATIENCE).until(() -> budgets().equals(Set.of("plaza")));
        assertThat(budget("plaza").getMetadata().getUid()).isEqualTo(users.getMetadata().getUid());
    }

    @Test
    void aBudgetOfTheUsersThatSelectsTheWorldsPodsTakesTheOperatorsPlace() {
        fleet.apply(2, 5, 0);
        await().atMost(PATIENCE).until(() -> budgets().equals(Set.of("plaza")));
        PodDisruptionBudget users = createBudget("mine", Map.of("otherworld.dev/world", "plaza"));
        await().atMost(PATIENCE).until(() -> budgets().equals(Set.of("mine")));
        admin.resource(users).delete();
        await().atMost(PATIENCE).until(() -> budgets().equals(Set.of("plaza")));
    }

    @Test
    void theOperatorsBudgetComesBackWhenItIsDeletedOrEdited() {
        fleet.apply(2, 5, 0);
        await().atMost(PATIENCE).until(() -> budgets().equals(Set.of("plaza")));
        String first = budget("plaza").getMetadata().getUid();
        admin.resource(budget("plaza")).delete();
        await().atMost(PATIENCE)
                .until(() ->
                        budgets().contains("plaza")
                                && !budget("plaza").getMetadata().getUid().equals(first));

        editBudget(it ->
                it.editSpec()
                        .withMinAvailable(null)
                        .withMaxUnavailable(new IntOrString("100%"))
                        .endSpec()
                        .editMetadata()
                        .withOwnerReferences()
                        .removeFromLabels(Names.WORLD)
                        .addToLabels("team", "blue")
                        .endMetadata());
        await().atMost(PATIENCE)
                .untilAsserted(() -> {
                    PodDisruptionBudget mended = budget("plaza");
                    assertThat(mended.getSpec().getMaxUnavailable()).isNull();
                    assertThat(mended.getSpec().getMinAvailable().getIntVal()).isEqualTo(1);
                    assertThat(mended.getMetadata().getOwnerReferences()).hasSize(1);
                    assertThat(mended.getMetadata().getLabels())
                            .containsEntry(Names.WORLD, "plaza")
                            .containsEntry("team", "blue");
                });
    }

    @Test
    void labelsAndOwnersOfPodsArePutBackAndNoPodIsStartedForThem() {
        fleet.apply(3, 5, 0);
        fleet.awaitReady(3);
        Map<String, String> uids = uids();
        edit("plaza-0-0", it -> it.editMetadata().removeFromLabels(Names.MANAGED_BY).endMetadata());
        edit(
                "plaza-1-0",
                it ->
                        it.editMetadata()
                                .addToLabels(Names.WORLD, "other")
                                .addToLabels(Names.ORDINAL, "7")
                                .addToLabels(Names.REVISION, "none")
                                .addToLabels("team", "blue")
                                .endMetadata());
        edit("plaza-2-0", it -> it.editMetadata().withOwnerReferences().endMetadata());
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(fleet.pods())
                                .allSatisfy(pod -> {
                                    assertThat(pod.getMetadata().getLabels())
                                            .containsAllEntriesOf(labels());
                                    assertThat(pod.getMetadata().getOwnerReferences()).hasSize(1);
                                }));
        holds(() -> assertThat(uids()).isEqualTo(uids));
        Map<String, String> second = pod("plaza-1-0").getMetadata().getLabels();
        assertThat(second).containsEntry(Names.ORDINAL, "1").containsEntry("team", "blue");
        assertThat(second).doesNotContainEntry(Names.REVISION, "none");
    }

    private static Map<String, String> labels() {
        return Map.of(
                Names.MANAGED_BY, Names.OPERATOR,
                Names.APP, Names.INSTANCE_APP,
                Names.WORLD, "plaza");
    }

    private Pod pod(String name) {
        return admin.pods().inNamespace(namespace).withName(name).get();
    }

    private Map<String, String> uids() {
        return fleet.pods().stream()
                .collect(
                        Collectors.toMap(
                                pod -> pod.getMetadata().getName(),
                                pod -> pod.getMetadata().getUid()));
    }

    private void edit(String name, UnaryOperator<PodBuilder> edit) {
        admin.pods()
                .inNamespace(namespace)
                .withName(name)
                .edit(pod -> edit.apply(new PodBuilder(pod)).build());
    }

    private PodDisruptionBudget createBudget(String name, Map<String, String> selector) {
        return admin.resource(
                        new PodDisruptionBudgetBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .withNamespace(namespace)
                                .endMetadata()
                                .withNewSpec()
                                .withMaxUnavailable(new IntOrString(1))
                                .withNewSelector()
                                .withMatchLabels(selector)
                                .endSelector()
                                .endSpec()
                                .build())
                .create();
    }

    private PodDisruptionBudget budget(String name) {
        return admin.policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(namespace)
                .withName(name)
                .get();
    }

    private void editBudget(UnaryOperator<PodDisruptionBudgetBuilder> edit) {
        admin.policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(namespace)
                .withName("plaza")
                .edit(it -> edit.apply(new PodDisruptionBudgetBuilder(it)).build());
    }

    private int minAvailable(String name) {
        return budgets().contains(name) ? budget(name).getSpec().getMinAvailable().getIntVal() : -1;
    }

    private Set<String> budgets() {
        List<PodDisruptionBudget> all =
                admin.policy().v1().podDisruptionBudget().inNamespace(namespace).list().getItems();
        return all.stream().map(it -> it.getMetadata().getName()).collect(Collectors.toSet());
    }
}
