package otherworld.operator.act;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import org.jspecify.annotations.Nullable;
import otherworld.base.WorldId;
import otherworld.crds.World;
import otherworld.crds.WorldStatus;
import otherworld.operator.plan.Action;
import otherworld.operator.plan.Plan;

/** The operator's metrics, labelled by World; a World's series end with it. Thread-safe. */
public final class OperatorMetrics {
    private final Counter actions;
    private final Gauge instances;
    private final Gauge seats;
    private final Gauge limited;
    private final Gauge stream;
    private final Histogram reconcile;
    private final Counter errors;
    private final Gauge unreadable;

    public OperatorMetrics(PrometheusRegistry registry) {
        actions =
                Counter.builder()
                        .name("otherworld_operator_actions_total")
                        .help("Changes made to fleets, by kind")
                        .labelNames("world", "action")
                        .register(registry);
        instances =
                Gauge.builder()
                        .name("otherworld_operator_instances")
                        .help("Instances of a World: desired, running or ready")
                        .labelNames("world", "state")
                        .register(registry);
        seats =
                Gauge.builder()
                        .name("otherworld_operator_seats")
                        .help("Seats of a World: all, free, or taken")
                        .labelNames("world", "state")
                        .register(registry);
        limited =
                Gauge.builder()
                        .name("otherworld_operator_scaling_limited")
                        .help("1 while something holds a scale decision back, by what")
                        .labelNames("world", "limit")
                        .register(registry);
        stream =
                Gauge.builder()
                        .name("otherworld_operator_matchmaker_stream_up")
                        .help("1 while the stream to the matchmaker is open")
                        .register(registry);
        errors =
                Counter.builder()
                        .name("otherworld_operator_reconcile_errors_total")
                        .help("Reconciliations that ended by an exception, by its kind")
                        .labelNames("kind")
                        .register(registry);
        unreadable =
                Gauge.builder()
                        .name("otherworld_operator_unreadable_world")
                        .help("1 for each World whose spec cannot be read: nobody reconciles it")
                        .labelNames("namespace", "name")
                        .register(registry);
        reconcile =
                Histogram.builder()
                        .name("otherworld_operator_reconcile_seconds")
                        .unit(Unit.SECONDS)
                        .help("Time of one reconciliation")
                        .register(registry);
    }

    void acted(World world, Action action) {
        actions.labelValues(world.id().value(), action.getClass().getSimpleName()).inc();
    }

    /** The outcome of one reconciliation. */
    public void reconciled(World world, Plan plan, WorldStatus status, double tookSeconds) {
        String id = world.id().value();
        reconcile.observe(tookSeconds);
        instances.labelValues(id, "desired").set(plan.desired());
        set(instances, id, "running", status.instances());
        set(instances, id, "ready", status.readyInstances());
        set(seats, id, "all", status.seats());
        set(seats, id, "free", status.freeSeats());
        set(seats, id, "taken", status.players());
        for (Plan.Kind kind : Plan.Kind.values()) {
            boolean holds = plan.limits().stream().anyMatch(limit -> limit.kind() == kind);
            limited.labelValues(id, kind.name()).set(holds ? 1 : 0);
        }
    }

    public void streamUp(boolean up) {
        stream.set(up ? 1 : 0);
    }

    /**
     * @param it whether its spec cannot be read
     */
    public void unreadable(World world, boolean it) {
        String namespace = world.getMetadata().getNamespace();
        String name = world.getMetadata().getName();
        if (it) {
            unreadable.labelValues(namespace, name).set(1);
        } else {
            unreadable.remove(namespace, name);
        }
    }

    /** A reconciliation ended by an exception, and is tried again. */
    public void failed(RuntimeException e) {
        errors.labelValues(e.getClass().getSimpleName()).inc();
    }

    /** Nobody has this id any more: its series end. */
    public void forget(WorldId id) {
        String world = id.value();
        for (Class<?> action : Action.class.getPermittedSubclasses()) {
            actions.remove(world, action.getSimpleName());
        }
        for (String state : new String[] {"desired", "running", "ready"}) {
            instances.remove(world, state);
        }
        for (String state : new String[] {"all", "free", "taken"}) {
            seats.remove(world, state);
        }
        for (Plan.Kind kind : Plan.Kind.values()) {
            limited.remove(world, kind.name());
        }
    }

    private static void set(Gauge gauge, String id, String state, @Nullable Integer value) {
        if (value == null) {
            gauge.remove(id, state); // not known: the last one is none
        } else {
            gauge.labelValues(id, state).set(value);
        }
    }
}
