package otherworld.operator.observe;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import otherworld.base.WorldId;
import otherworld.crds.World;
import otherworld.crds.WorldSpec;
import otherworld.operator.plan.Demand;
import otherworld.operator.plan.Observation;
import otherworld.operator.plan.PodView;
import otherworld.operator.plan.Policy;

/** Puts together what a plan rests on. Thread-safe; one reconciliation of a World at a time. */
public final class Observer {
    private final Function<WorldId, Demand> demand;
    private final InstantSource clock;

    // By World uid: attempts of pods that may be gone by now, so that their names are not reused
    // while their process may still run. Lost with the operator; the pods' own annotations are not.
    private final Map<String, Map<Integer, Integer>> attempts = new ConcurrentHashMap<>();

    public Observer(Function<WorldId, Demand> demand, InstantSource clock) {
        this.demand = demand;
        this.clock = clock;
    }

    /**
     * @param pods the World's, of which those of an earlier World of the same name are left out
     */
    public Observation observe(World world, Collection<Pod> pods) {
        List<PodView> views =
                pods.stream()
                        .filter(pod -> Pods.ownedBy(world, pod))
                        .flatMap(pod -> Pods.view(pod).stream())
                        .toList();
        Map<Integer, Integer> last =
                attempts.computeIfAbsent(
                        world.getMetadata().getUid(), uid -> new ConcurrentHashMap<>());
        views.forEach(view -> last.merge(view.ordinal(), view.attempt(), Math::max));
        return new Observation(
                policy(world), views, Map.copyOf(last), demand.apply(world.id()), clock.instant());
    }

    public void forget(World world) {
        attempts.remove(world.getMetadata().getUid());
    }

    private static Policy policy(World world) {
        WorldSpec spec = world.getSpec();
        return new Policy(
                world.getMetadata().getName(),
                spec.capacity(),
                spec.instances().min(),
                spec.instances().max(),
                spec.replicas(),
                spec.instances().spareSeats(),
                spec.instances().idleAfterDuration(),
                spec.rollout().maxParallel(),
                Revision.of(spec));
    }
}
