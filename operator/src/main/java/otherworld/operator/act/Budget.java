package otherworld.operator.act;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import otherworld.crds.World;
import otherworld.operator.act.Refusal.Change;
import otherworld.operator.observe.Names;
import otherworld.operator.observe.Ownership;
import otherworld.operator.observe.Selectors;

/**
 * Keeps one PodDisruptionBudget per World, with an integer minAvailable: percentages would count
 * spec.replicas of the scale subresource, not pods. It is named as the World, or {@code
 * WORLD-otherworld} where that name is somebody's own. A budget of the user's that selects the
 * World's pods is honoured: the eviction API takes no pod that has two, so the operator then keeps
 * none.
 */
public final class Budget {
    /** Budgets as the watch tells them. */
    public interface Cache {
        List<PodDisruptionBudget> in(String namespace);

        void created(PodDisruptionBudget budget);

        void updated(PodDisruptionBudget budget, PodDisruptionBudget before);
    }

    private final KubernetesClient client;
    private final Cache cache;
    private final Actuator actuator;
    private final EventRecorder events;

    public Budget(KubernetesClient client, Cache cache, Actuator actuator, EventRecorder events) {
        this.client = client;
        this.cache = cache;
        this.actuator = actuator;
        this.events = events;
    }

    /**
     * @param desired instances that should run
     * @param pods of the World
     */
    public Optional<Refusal> apply(World world, int desired, List<Pod> pods) {
        List<PodDisruptionBudget> all = cache.in(world.getMetadata().getNamespace());
        Optional<PodDisruptionBudget> own =
                all.stream().filter(it -> Ownership.owns(world, it)).findFirst();
        Optional<PodDisruptionBudget> users =
                all.stream()
                        .filter(it -> !Ownership.isMadeForAWorld(it))
                        .filter(it -> selects(it, world, pods))
                        .findFirst();
        if (users.isPresent()) {
            return own.flatMap(it -> giveWay(world, it, users.get()));
        }
        int available = Math.max(0, desired - world.getSpec().rollout().maxParallel());
        if (own.isPresent()) {
            return update(world, own.get(), available);
        }
        return create(world, all, available);
    }

    /** The World goes, and its budget with it. */
    public void delete(World world) {
        cache.in(world.getMetadata().getNamespace()).stream()
                .filter(it -> Ownership.owns(world, it))
                .forEach(budget -> {
                    try {
                        delete(budget);
                    } catch (KubernetesClientException e) {
                        if (!ApiErrors.isNotFound(e) && !ApiErrors.isConflict(e)) {
                            throw e;
                        }
                    }
                });
    }

    private Optional<Refusal> create(World world, List<PodDisruptionBudget> all, int available) {
        String name = world.getMetadata().getName();
        for (String candidate : List.of(name, name + "-otherworld")) {
            Optional<PodDisruptionBudget> there =
                    all.stream()
                            .filter(it -> it.getMetadata().getName().equals(candidate))
                            .findFirst();
            if (there.isEmpty()) {
                return attempt(
                        world,
                        "Creating the PodDisruptionBudget " + candidate,
                        () ->
                                cache.created(
                                        client.resource(budget(world, candidate, available))
                                                .create()));
            }
            if (isOfAnEarlierWorld(world, there.get())) {
                return attempt(
                        world,
                        "Deleting the PodDisruptionBudget %s of an earlier World"
                                .formatted(candidate),
                        () -> delete(there.get()));
            }
        }
        return Optional.of(
                new Refusal(
                        Change.BUDGET,
                        "BudgetNameTaken",
                        "PodDisruptionBudgets %s and %s-otherworld exist and are somebody's own: delete or rename one, or let one select the World's pods"
                                .formatted(name, name),
                        false));
    }

    // A World of the same name that has another uid is gone.
    private static boolean isOfAnEarlierWorld(World world, PodDisruptionBudget budget) {
        return Ownership.isMadeForAWorld(budget)
                && Ownership.world(budget).stream()
                        .anyMatch(id -> id.getName().equals(world.getMetadata().getName()));
    }

    private Optional<Refusal> update(World world, PodDisruptionBudget own, int available) {
        PodDisruptionBudgetSpec should = spec(world, available);
        PodDisruptionBudgetSpec is = own.getSpec();
        boolean edited =
                is.getMaxUnavailable() != null
                        || !should.getSelector().equals(is.getSelector())
                        || !own.getMetadata()
                                .getLabels()
                                .entrySet()
                                .containsAll(Names.selector(world).entrySet())
                        || !Ownership.hasReference(world, own);
        if (!edited && should.getMinAvailable().equals(is.getMinAvailable())) {
            return Optional.empty();
        }
        String what = "Updating the PodDisruptionBudget " + own.getMetadata().getName();
        // With the version that was seen: a later edit is looked at before it is overwritten.
        PodDisruptionBudget repaired =
                new PodDisruptionBudgetBuilder(own)
                        .editMetadata()
                        .addToLabels(Names.selector(world))
                        .addToAnnotations(Names.WORLD_UID, world.getMetadata().getUid())
                        .withOwnerReferences(Ownership.repaired(world, own))
                        .endMetadata()
                        .withSpec(should)
                        .build();
        Change change = edited ? Change.REPAIR : Change.BUDGET;
        return actuator.attempt(
                world, change, what, () -> cache.updated(client.resource(repaired).update(), own));
    }

    private Optional<Refusal> giveWay(
            World world, PodDisruptionBudget own, PodDisruptionBudget users) {
        String what =
                "Deleting the PodDisruptionBudget %s, since %s selects the World's pods, too"
                        .formatted(own.getMetadata().getName(), users.getMetadata().getName());
        return attempt(
                world,
                what,
                () -> {
                    delete(own);
                    events.record(world, EventRecorder.Type.Normal, "BudgetGivesWay", what);
                });
    }

    private Optional<Refusal> attempt(World world, String what, Runnable how) {
        return actuator.attempt(world, Change.BUDGET, what, how);
    }

    private void delete(PodDisruptionBudget budget) {
        Deletion.delete(
                client,
                "/apis/policy/v1/namespaces/%s/poddisruptionbudgets/%s"
                        .formatted(
                                budget.getMetadata().getNamespace(),
                                budget.getMetadata().getName()),
                budget.getMetadata().getUid());
    }

    private static boolean selects(PodDisruptionBudget budget, World world, List<Pod> pods) {
        Map<String, String> labels = new HashMap<>(world.getSpec().template().labels());
        labels.putAll(Names.selector(world));
        return Selectors.matches(budget.getSpec().getSelector(), labels)
                || pods.stream()
                        .anyMatch(pod ->
                                Selectors.matches(
                                        budget.getSpec().getSelector(),
                                        pod.getMetadata().getLabels()));
    }

    private static PodDisruptionBudgetSpec spec(World world, int available) {
        return new PodDisruptionBudgetBuilder()
                .withNewSpec()
                .withMinAvailable(new IntOrString(available))
                .withNewSelector()
                .withMatchLabels(Names.selector(world))
                .endSelector()
                .endSpec()
                .build()
                .getSpec();
    }

    private static PodDisruptionBudget budget(World world, String name, int available) {
        return new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(world.getMetadata().getNamespace())
                .withLabels(Names.selector(world))
                .withAnnotations(Map.of(Names.WORLD_UID, world.getMetadata().getUid()))
                .withOwnerReferences(Ownership.reference(world))
                .endMetadata()
                .withSpec(spec(world, available))
                .build();
    }
}
