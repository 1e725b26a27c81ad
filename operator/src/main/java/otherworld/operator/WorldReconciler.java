package otherworld.operator;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.grpc.StatusRuntimeException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.EventSourceStartPriority;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.Mappers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import otherworld.crds.Persistence.DeletionPolicy;
import otherworld.crds.World;
import otherworld.crds.WorldStatus;
import otherworld.operator.act.EventRecorder;
import otherworld.operator.act.Refusal;
import otherworld.operator.demand.DemandSource;
import otherworld.operator.observe.Names;
import otherworld.operator.plan.Observation;
import otherworld.operator.plan.Plan;
import otherworld.operator.plan.Planner;
import otherworld.operator.status.StaleSources;
import otherworld.operator.status.StatusReport;

/** Observe → plan → act → report, for one World at a time. */
final class WorldReconciler implements Reconciler<World> {
    private static final Duration CLEANUP_EVERY = Duration.ofSeconds(2);
    private static final Duration CONFLICT_EVERY = Duration.ofSeconds(10);
    private static final Duration REFUSED_EVERY = Duration.ofSeconds(5);

    private final OperatorParts.Factory factory;
    private volatile OperatorParts parts;

    @SuppressWarnings("NullAway.Init") // prepareEventSources runs before any reconciliation
    WorldReconciler(OperatorParts.Factory factory) {
        this.factory = factory;
    }

    @Override
    public List<EventSource<?, World>> prepareEventSources(EventSourceContext<World> context) {
        InformerEventSource<Pod, World> pods =
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(Pod.class, World.class)
                                .withName("pods")
                                .withLabelSelector(Names.ALL_PODS)
                                .withSecondaryToPrimaryMapper(
                                        Mappers.fromOwnerReferences(World.class))
                                .build(),
                        context);
        pods.setEventSourcePriority(EventSourceStartPriority.RESOURCE_STATE_LOADER);
        DemandSource demand = new DemandSource();
        parts =
                factory.create(
                        new PodCache(pods),
                        demand,
                        () ->
                                context.getPrimaryCache()
                                        .list()
                                        .filter(world -> world.getSpec() != null));
        return List.of(pods, demand);
    }

    OperatorParts parts() {
        return parts;
    }

    @Override
    public UpdateControl<World> reconcile(World world, Context<World> context) {
        long startNs = System.nanoTime();
        Optional<Refusal> refusal = Identity.refusal(world, parts);
        if (refusal.isPresent()) {
            return refuse(world, refusal.get());
        }
        parts.demand().follow(world.id(), ResourceID.fromResource(world));

        Observation observation = parts.observer().observe(world, parts.pods().of(world));
        Plan plan = Planner.plan(observation);
        List<Refusal> refusals = act(world, plan);
        parts.fleet().publish(parts.fleetParts().of(world, parts.pods().of(world)));
        StatusReport.Outcome outcome =
                parts.status()
                        .report(
                                world,
                                observation,
                                plan,
                                refusals,
                                StaleSources.message(
                                        world, observation.pods(), parts.sources().changed(world)));

        parts.metrics().streamUp(parts.fleet().isOpen());
        parts.metrics()
                .reconciled(world, plan, outcome.status(), (System.nanoTime() - startNs) / 1e9);
        return control(world, outcome, plan.nextLook(), !refusals.isEmpty());
    }

    private List<Refusal> act(World world, Plan plan) {
        List<Refusal> refusals = new ArrayList<>(parts.actuator().carryOut(world, plan));
        try {
            parts.budget().apply(world, plan.desired());
        } catch (KubernetesClientException e) {
            refusals.add(new Refusal("BudgetRefused", "PodDisruptionBudget: " + e.getMessage()));
        }
        return refusals;
    }

    /**
     * @param world may be one that cannot be read
     */
    DeleteControl cleanup(World world, Context<World> context) {
        boolean hasLedger = world.getSpec() != null && Identity.refusal(world, parts).isEmpty();
        // The finalizer gives notice to players, and then lets go whatever is left.
        boolean letGo = deletedFor(world).compareTo(parts.letGoAfter()) >= 0;
        List<Pod> pods = parts.pods().of(world);
        parts.actuator().deleteAll(world, pods);
        if (!pods.isEmpty()) {
            if (!letGo) {
                if (hasLedger) {
                    parts.fleet().publish(parts.fleetParts().of(world, pods));
                }
                return notYet();
            }
            warn(
                    world,
                    "%d pods still stop after %d s; they end with their grace period"
                            .formatted(pods.size(), parts.letGoAfter().toSeconds()));
        }
        if (!hasLedger) {
            return DeleteControl.defaultDelete();
        }
        parts.fleet().withdraw(world.id());
        if (world.getSpec().persistence().deletionPolicy() == DeletionPolicy.Delete) {
            try {
                parts.fleet().forget(world.id());
            } catch (StatusRuntimeException e) {
                if (!letGo) {
                    return notYet();
                }
                warn(
                        world,
                        "the seat ledger of %s was not forgotten: %s"
                                .formatted(world.id(), e.getMessage()));
            }
        }
        return DeleteControl.defaultDelete();
    }

    private void warn(World world, String message) {
        parts.events().record(world, EventRecorder.Type.Warning, "FinalizerLetGo", message);
    }

    private static DeleteControl notYet() {
        return DeleteControl.noFinalizerRemoval().rescheduleAfter(CLEANUP_EVERY.toMillis());
    }

    private Duration deletedFor(World world) {
        Instant since = Instant.parse(world.getMetadata().getDeletionTimestamp());
        return Duration.between(since, parts.clock().instant());
    }

    private UpdateControl<World> refuse(World world, Refusal refusal) {
        // It may have had the id for a moment, or under an earlier rule.
        parts.actuator().deleteAll(world, parts.pods().of(world));
        parts.events()
                .record(world, EventRecorder.Type.Warning, refusal.reason(), refusal.message());
        StatusReport.Outcome outcome =
                parts.status()
                        .refused(
                                world,
                                refusal.reason(),
                                refusal.message(),
                                parts.clock().instant());
        return control(world, outcome, Optional.of(CONFLICT_EVERY), false);
    }

    private static UpdateControl<World> control(
            World world,
            StatusReport.Outcome outcome,
            Optional<Duration> nextLook,
            boolean refused) {
        Optional<Duration> next =
                refused
                        ? Optional.of(
                                nextLook.filter(it -> it.compareTo(REFUSED_EVERY) < 0)
                                        .orElse(REFUSED_EVERY))
                        : nextLook;
        UpdateControl<World> control =
                switch (outcome) {
                    case StatusReport.Outcome.Write(WorldStatus status) ->
                            UpdateControl.patchStatus(withStatus(world, status));
                    case StatusReport.Outcome.Later later -> UpdateControl.noUpdate();
                    case StatusReport.Outcome.Unchanged unchanged -> UpdateControl.noUpdate();
                };
        if (outcome instanceof StatusReport.Outcome.Later(WorldStatus status, Duration wait)) {
            next = Optional.of(next.filter(it -> it.compareTo(wait) < 0).orElse(wait));
        }
        next.ifPresent(delay -> control.rescheduleAfter(Math.max(1, delay.toMillis())));
        return control;
    }

    // Server-side apply of the status alone.
    private static World withStatus(World world, WorldStatus status) {
        World patch = new World();
        patch.setMetadata(
                new ObjectMetaBuilder()
                        .withName(world.getMetadata().getName())
                        .withNamespace(world.getMetadata().getNamespace())
                        .build());
        patch.setStatus(status);
        return patch;
    }
}
