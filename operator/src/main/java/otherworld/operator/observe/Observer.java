package otherworld.operator.observe;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import otherworld.base.WorldId;
import otherworld.crds.World;
import otherworld.crds.WorldSpec;
import otherworld.operator.plan.Demand;
import otherworld.operator.plan.Observation;
import otherworld.operator.plan.PodView;
import otherworld.operator.plan.Policy;
import otherworld.operator.plan.Setback;

/** Puts together what a plan rests on. Thread-safe; one reconciliation of a World at a time. */
public final class Observer {
    private static final int MAX_LEAP = 1 << 16;

    private final Function<WorldId, Demand> demand;
    private final Function<World, Optional<Setback>> setback;
    private final InstantSource clock;

    // By World uid. Lost with the operator; the pods' own annotations are not.
    private final Map<String, Memory> memories = new ConcurrentHashMap<>();

    /** What pods that may be gone by now told of a World's instances. */
    private static final class Memory {
        // Attempts, so that names are not reused while their process may still run.
        final Map<Integer, Integer> attempts = new ConcurrentHashMap<>();
        final Map<Integer, Instant> lastReady = new ConcurrentHashMap<>();
        // How many numbers to leap the next time that a name is somebody else's.
        final Map<Integer, Integer> leaps = new ConcurrentHashMap<>();
    }

    /**
     * @param setback why the API server took no pods of a World lately, if so
     */
    public Observer(
            Function<WorldId, Demand> demand,
            Function<World, Optional<Setback>> setback,
            InstantSource clock) {
        this.demand = demand;
        this.setback = setback;
        this.clock = clock;
    }

    /**
     * @param pods the World's, of which those of an earlier World of the same name are left out
     */
    public Observation observe(World world, Collection<Pod> pods) {
        Instant now = clock.instant();
        List<PodView> views =
                pods.stream()
                        .filter(pod -> Pods.ownedBy(world, pod))
                        .flatMap(pod -> Pods.view(pod).stream())
                        .toList();
        Memory memory = memory(world);
        for (PodView view : views) {
            memory.attempts.merge(view.ordinal(), view.attempt(), Math::max);
            memory.leaps.remove(view.ordinal());
            if (view.phase() == PodView.Phase.READY) {
                memory.lastReady.put(view.ordinal(), now);
            } else {
                memory.lastReady.putIfAbsent(view.ordinal(), now);
            }
        }
        return new Observation(
                policy(world),
                views,
                Map.copyOf(memory.attempts),
                demand.apply(world.id()),
                setback.apply(world),
                Map.copyOf(memory.lastReady),
                now);
    }

    /** The pod's name is somebody else's: the instance goes on with a higher number. */
    public void nameTaken(World world, int ordinal, int attempt) {
        Memory memory = memory(world);
        // Doubled each time, so that many taken names in a row cost few requests.
        int leap = memory.leaps.merge(ordinal, 1, (a, b) -> Math.min(MAX_LEAP, a * 2));
        memory.attempts.merge(ordinal, attempt + leap - 1, Math::max);
    }

    public void forget(World world) {
        memories.remove(world.getMetadata().getUid());
    }

    private Memory memory(World world) {
        return memories.computeIfAbsent(world.getMetadata().getUid(), uid -> new Memory());
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
