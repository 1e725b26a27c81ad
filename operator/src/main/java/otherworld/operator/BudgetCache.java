package otherworld.operator;

import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import otherworld.crds.World;
import otherworld.operator.act.Budget;

/** All budgets of the namespaces watched: the user's own count, too. */
final class BudgetCache implements Budget.Cache {
    private final InformerEventSource<PodDisruptionBudget, World> source;

    BudgetCache(InformerEventSource<PodDisruptionBudget, World> source) {
        this.source = source;
    }

    @Override
    public List<PodDisruptionBudget> in(String namespace) {
        return source.list(namespace, budget -> true)
                .filter(budget -> budget.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    @Override
    public void created(PodDisruptionBudget budget) {
        source.handleRecentResourceCreate(ResourceID.fromResource(budget), budget);
    }

    @Override
    public void updated(PodDisruptionBudget budget, PodDisruptionBudget before) {
        source.handleRecentResourceUpdate(ResourceID.fromResource(budget), budget, before);
    }
}
