package otherworld.operator.act;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import otherworld.crds.World;
import otherworld.operator.observe.Names;

/**
 * Keeps one PodDisruptionBudget per World, with an integer minAvailable: percentages would count
 * spec.replicas of the scale subresource, not pods.
 */
public final class Budget {
    private final KubernetesClient client;

    // By World uid, what was applied last by this process.
    private final Map<String, Integer> applied = new ConcurrentHashMap<>();

    public Budget(KubernetesClient client) {
        this.client = client;
    }

    /**
     * @param desired instances that should run
     * @throws KubernetesClientException if the API server refuses
     */
    public void apply(World world, int desired) {
        int available = Math.max(0, desired - world.getSpec().rollout().maxParallel());
        String uid = world.getMetadata().getUid();
        Integer before = applied.get(uid);
        if (before != null && before == available) {
            return;
        }
        client.resource(budget(world, available))
                .fieldManager(Names.OPERATOR)
                .forceConflicts()
                .serverSideApply();
        applied.put(uid, available);
    }

    public void forget(World world) {
        applied.remove(world.getMetadata().getUid());
    }

    private static PodDisruptionBudget budget(World world, int available) {
        return new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withName(world.getMetadata().getName())
                .withNamespace(world.getMetadata().getNamespace())
                .withLabels(Names.selector(world))
                .withOwnerReferences(PodFactory.owner(world))
                .endMetadata()
                .withNewSpec()
                .withMinAvailable(new IntOrString(available))
                .withNewSelector()
                .withMatchLabels(Names.selector(world))
                .endSelector()
                .endSpec()
                .build();
    }
}
