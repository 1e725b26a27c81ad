package otherworld.operator.act;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import otherworld.crds.World;
import otherworld.crds.WorldCondition;
import otherworld.crds.WorldStatus;
import otherworld.operator.plan.Action;
import otherworld.operator.plan.Plan;
import otherworld.operator.plan.PodView;
import otherworld.ops.metric.Label;

/** The operator's metrics, labelled by World; a World's series end with it. Thread-safe. */
public final class OperatorMetrics {
    private static final String FAULT = "fault";
    private static final String PORT_TAKEN = "port_taken";

    private final Counter actions;
    private final Gauge instances;
    private final Gauge seats;
    private final Gauge limited;
    private final Gauge conditions;
    private final Gauge reconciled;
    private final Gauge failuresInARow;
    private final Counter replaced;
    private final Gauge stream;
    private final Histogram reconcile;
    private final Counter errors;
    private final Gauge unreadable;

    public OperatorMetrics(PrometheusRegistry registry) {
        actions = OperatorCatalogue.ACTIONS.register(registry);
        instances = OperatorCatalogue.FLEET.register(registry);
        seats = OperatorCatalogue.SEAT_COUNT.register(registry);
        limited = OperatorCatalogue.SCALING_LIMITED.register(registry);
        conditions = OperatorCatalogue.WORLD_CONDITION.register(registry);
        reconciled = OperatorCatalogue.LAST_RECONCILE.register(registry);
        failuresInARow = OperatorCatalogue.FAILURES_IN_A_ROW.register(registry);
        replaced = OperatorCatalogue.INSTANCES_REPLACED.register(registry);
        stream = OperatorCatalogue.STREAM_UP.register(registry);
        errors = OperatorCatalogue.RECONCILE_ERRORS.register(registry);
        unreadable = OperatorCatalogue.UNREADABLE.register(registry);
        reconcile = OperatorCatalogue.RECONCILE_SECONDS.register(registry);
    }

    public void acted(World world, Action action) {
        actions.labelValues(namespace(world), name(world), action.getClass().getSimpleName()).inc();
        if (action instanceof Action.Create create) {
            // Both begin with the World's first pod, so that the first failure is an increase.
            replaced(world, FAULT, create.failures() > 0);
            replaced(world, PORT_TAKEN, create.failures() == 0 && create.portsTaken() > 0);
        }
    }

    private void replaced(World world, String end, boolean it) {
        replaced.labelValues(namespace(world), name(world), end).inc(it ? 1 : 0);
    }

    /** The outcome of one reconciliation. */
    public void reconciled(
            World world,
            Plan plan,
            List<PodView> pods,
            WorldStatus status,
            Instant now,
            double tookSeconds) {
        reconcile.observe(tookSeconds);
        looked(world, now);
        set(instances, world, "desired", plan.desired());
        set(instances, world, "running", status.instances());
        set(instances, world, "ready", status.readyInstances());
        set(seats, world, "all", status.seats());
        set(seats, world, "free", status.freeSeats());
        set(seats, world, "taken", status.players());
        for (Plan.Kind kind : Plan.Kind.values()) {
            boolean holds = plan.limits().stream().anyMatch(limit -> limit.kind() == kind);
            set(limited, world, kind.name(), holds ? 1 : 0);
        }
        failuresInARow
                .labelValues(namespace(world), name(world))
                .set(
                        pods.stream()
                                .filter(pod -> pod.phase() != PodView.Phase.READY)
                                .mapToInt(PodView::failures)
                                .max()
                                .orElse(0));
        tell(world, status);
    }

    /** The World was reconciled, whatever came of it. */
    public void looked(World world, Instant now) {
        reconciled.labelValues(namespace(world), name(world)).set(now.toEpochMilli() / 1e3);
    }

    /** What its conditions say. */
    public void tell(World world, WorldStatus status) {
        for (String condition : OperatorCatalogue.CONDITION.values()) {
            boolean is =
                    status.condition(condition)
                            .filter(it -> it.status() == WorldCondition.Status.True)
                            .isPresent();
            set(conditions, world, condition, is ? 1 : 0);
        }
    }

    public void streamUp(boolean up) {
        stream.set(up ? 1 : 0);
    }

    /**
     * @param it whether its spec cannot be read
     */
    public void unreadable(World world, boolean it) {
        if (it) {
            unreadable.labelValues(namespace(world), name(world)).set(1);
        } else {
            unreadable.remove(namespace(world), name(world));
        }
    }

    /** A reconciliation ended by an exception, and is tried again. */
    public void failed(RuntimeException e) {
        errors.labelValues(e.getClass().getSimpleName()).inc();
    }

    /** The World is gone: its series end. */
    public void forget(World world) {
        String namespace = namespace(world);
        String name = name(world);
        unreadable.remove(namespace, name);
        reconciled.remove(namespace, name);
        failuresInARow.remove(namespace, name);
        replaced.remove(namespace, name, FAULT);
        replaced.remove(namespace, name, PORT_TAKEN);
        each(OperatorCatalogue.ACTION, value -> actions.remove(namespace, name, value));
        each(OperatorCatalogue.INSTANCES, value -> instances.remove(namespace, name, value));
        each(OperatorCatalogue.SEATS, value -> seats.remove(namespace, name, value));
        each(OperatorCatalogue.LIMIT, value -> limited.remove(namespace, name, value));
        each(OperatorCatalogue.CONDITION, value -> conditions.remove(namespace, name, value));
    }

    private static void each(Label label, java.util.function.Consumer<String> remove) {
        label.values().forEach(remove);
    }

    private static String namespace(World world) {
        return world.getMetadata().getNamespace();
    }

    private static String name(World world) {
        return world.getMetadata().getName();
    }

    private static void set(Gauge gauge, World world, String value, @Nullable Integer number) {
        if (number == null) {
            gauge.remove(namespace(world), name(world), value); // not known: the last one is none
        } else {
            gauge.labelValues(namespace(world), name(world), value).set(number);
        }
    }
}
