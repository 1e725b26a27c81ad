package otherworld.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.stream.Stream;
import otherworld.crds.World;
import otherworld.operator.act.Actuator;
import otherworld.operator.act.Budget;
import otherworld.operator.act.EventRecorder;
import otherworld.operator.act.OperatorMetrics;
import otherworld.operator.act.PodFactory;
import otherworld.operator.act.Ports;
import otherworld.operator.act.Refusal;
import otherworld.operator.act.Setbacks;
import otherworld.operator.config.OperatorSettings;
import otherworld.operator.demand.DemandSource;
import otherworld.operator.demand.FleetClient;
import otherworld.operator.observe.FleetParts;
import otherworld.operator.observe.Observer;
import otherworld.operator.status.StatusReport;

/** What a reconciliation works with. */
record OperatorParts(
        PodCache pods,
        DemandSource demand,
        Supplier<Stream<World>> worlds,
        FleetClient fleet,
        FleetParts fleetParts,
        Observer observer,
        Actuator actuator,
        Setbacks setbacks,
        Budget budget,
        EventRecorder events,
        StatusReport status,
        OperatorMetrics metrics,
        InstantSource clock,
        Duration letGoAfter)
        implements AutoCloseable {

    /** Makes the parts once the caches exist. */
    @FunctionalInterface
    interface Factory {
        OperatorParts create(
                PodCache pods,
                BudgetCache budgets,
                DemandSource demand,
                Supplier<Stream<World>> worlds);
    }

    static OperatorParts create(
            OperatorSettings settings,
            KubernetesClient client,
            OperatorMetrics metrics,
            InstantSource clock,
            PodCache pods,
            BudgetCache budgets,
            DemandSource demand,
            Supplier<Stream<World>> worlds) {
        FleetParts fleetParts = new FleetParts(settings.reach());
        FleetClient fleet =
                new FleetClient(
                        settings.matchmaker(),
                        settings.grpcTokenFile(),
                        clock,
                        settings.watchNamespaces(),
                        () ->
                                worlds.get()
                                        .filter(world ->
                                                world.getMetadata().getDeletionTimestamp() == null)
                                        .filter(world ->
                                                Identity.holder(world, worlds.get()).isEmpty())
                                        .map(world -> fleetParts.of(world, pods.of(world)))
                                        .toList(),
                        demand);
        EventRecorder events = new EventRecorder(client, clock);
        Setbacks setbacks = new Setbacks(clock);
        Observer observer =
                new Observer(
                        fleet::demandOf, world -> setbacks.of(world, Refusal.Change.CREATE), clock);
        Actuator actuator =
                new Actuator(
                        client,
                        new PodFactory(settings.pods(), settings.reach(), settings.ports()),
                        new Ports(settings.ports(), pods::portsInUse, settings.watchNamespaces()),
                        pods,
                        observer::nameTaken,
                        events,
                        setbacks,
                        metrics);
        return new OperatorParts(
                pods,
                demand,
                worlds,
                fleet,
                fleetParts,
                observer,
                actuator,
                setbacks,
                new Budget(client, budgets, actuator, events),
                events,
                new StatusReport(),
                metrics,
                clock,
                settings.letGoAfter());
    }

    /** The World is gone: nothing of it stays in memory. */
    void forget(World world) {
        demand.unfollow(world.id());
        observer.forget(world);
        setbacks.forget(world);
        status.forget(world);
        metrics.forget(world);
    }

    @Override
    public void close() {
        fleet.close();
    }
}
