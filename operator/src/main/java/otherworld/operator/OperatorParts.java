package otherworld.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.crds.World;
import otherworld.operator.act.Actuator;
import otherworld.operator.act.Budget;
import otherworld.operator.act.EventRecorder;
import otherworld.operator.act.OperatorMetrics;
import otherworld.operator.act.PodFactory;
import otherworld.operator.act.Ports;
import otherworld.operator.act.Prerequisites;
import otherworld.operator.act.Refusal;
import otherworld.operator.act.Setbacks;
import otherworld.operator.audit.PodAudit;
import otherworld.operator.audit.WorldAudit;
import otherworld.operator.config.OperatorSettings;
import otherworld.operator.decisions.DecisionBook;
import otherworld.operator.demand.DemandSource;
import otherworld.operator.demand.FleetClient;
import otherworld.operator.demand.FleetPart;
import otherworld.operator.observe.FleetParts;
import otherworld.operator.observe.Observer;
import otherworld.operator.observe.Sources;
import otherworld.operator.status.StatusReport;
import otherworld.ops.audit.AuditLog;

/** What a reconciliation works with. */
record OperatorParts(
        PodCache pods,
        DemandSource demand,
        Supplier<Stream<World>> everyWorld,
        FleetClient fleet,
        FleetParts fleetParts,
        Observer observer,
        Actuator actuator,
        Setbacks setbacks,
        Budget budget,
        EventRecorder events,
        DecisionBook decisions,
        WorldAudit worldAudit,
        PodAudit podAudit,
        StatusReport status,
        Sources sources,
        OperatorMetrics metrics,
        InstantSource clock,
        Duration letGoAfter)
        implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OperatorParts.class);

    /** Those whose spec can be read. */
    Supplier<Stream<World>> worlds() {
        return readable(everyWorld);
    }

    private static Supplier<Stream<World>> readable(Supplier<Stream<World>> everyWorld) {
        return () -> everyWorld.get().filter(world -> world.getSpec() != null);
    }

    /** Makes the parts once the caches exist. */
    @FunctionalInterface
    interface Factory {
        OperatorParts create(
                PodCache pods,
                BudgetCache budgets,
                DemandSource demand,
                Supplier<Stream<World>> everyWorld);
    }

    static OperatorParts create(
            OperatorSettings settings,
            KubernetesClient client,
            OperatorMetrics metrics,
            InternalPeers peers,
            InstantSource clock,
            AuditLog audit,
            PodCache pods,
            BudgetCache budgets,
            DemandSource demand,
            Supplier<Stream<World>> everyWorld) {
        Supplier<Stream<World>> worlds = readable(everyWorld);
        FleetParts fleetParts = new FleetParts(settings.reach());
        FleetClient fleet =
                new FleetClient(
                        settings.matchmaker(),
                        settings.grpcTokenFile(),
                        peers.matchmaker(),
                        clock,
                        settings.watchNamespaces(),
                        () ->
                                worlds.get()
                                        .filter(world ->
                                                world.getMetadata().getDeletionTimestamp() == null)
                                        .filter(world ->
                                                Identity.refusal(
                                                                world,
                                                                worlds.get(),
                                                                it -> !pods.of(it).isEmpty())
                                                        .isEmpty())
                                        .flatMap(world -> part(fleetParts, world, pods).stream())
                                        .toList(),
                        demand);
        DecisionBook decisions = new DecisionBook(clock);
        WorldAudit worldAudit = new WorldAudit(audit, client);
        PodAudit podAudit = new PodAudit(audit);
        EventRecorder events = new EventRecorder(client, clock, decisions);
        Sources sources = new Sources(client, clock);
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
                        new Prerequisites(
                                settings.reach(),
                                sources::isMissing,
                                namespace -> peers.missing(namespace, sources::isMissing)),
                        (world, action) -> {
                            metrics.acted(world, action);
                            podAudit.acted(world, action);
                            worldAudit.acted(world, action);
                        });
        return new OperatorParts(
                pods,
                demand,
                everyWorld,
                fleet,
                fleetParts,
                observer,
                actuator,
                setbacks,
                new Budget(client, budgets, actuator, events),
                events,
                decisions,
                worldAudit,
                podAudit,
                new StatusReport(),
                sources,
                metrics,
                clock,
                settings.letGoAfter());
    }

    // A World that cannot be told of is left out; the others are not.
    private static Optional<FleetPart> part(FleetParts parts, World world, PodCache pods) {
        try {
            return Optional.of(parts.of(world, pods.of(world)));
        } catch (RuntimeException e) {
            log.error("World {} is not in the matchmaker's snapshot", world.id(), e);
            return Optional.empty();
        }
    }

    /** The World is gone: nothing of it stays in memory. */
    void forget(World world) {
        metrics.forget(world);
        if (world.getSpec() != null && worlds().get().noneMatch(it -> it.id().equals(world.id()))) {
            demand.unfollow(world.id());
            fleet.withdraw(world.id());
        }
        observer.forget(world);
        decisions.forget(world);
        worldAudit.gone(world);
        podAudit.forget(world);
        setbacks.forget(world);
        status.forget(world);
    }

    @Override
    public void close() {
        fleet.close();
    }
}
