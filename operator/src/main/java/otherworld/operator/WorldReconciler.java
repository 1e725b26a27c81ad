package otherworld.operator;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.grpc.StatusRuntimeException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.EventSourceStartPriority;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import otherworld.crds.Persistence.DeletionPolicy;
import otherworld.crds.World;
import otherworld.crds.WorldStatus;
import otherworld.operator.act.Actuator;
import otherworld.operator.act.ApiErrors;
import otherworld.operator.act.EventRecorder;
import otherworld.operator.act.Refusal;
import otherworld.operator.demand.DemandSource;
import otherworld.operator.observe.Names;
import otherworld.operator.observe.Ownership;
import otherworld.operator.plan.Observation;
import otherworld.operator.plan.Plan;
import otherworld.operator.plan.Planner;
import otherworld.operator.status.StaleSources;
import otherworld.operator.status.StatusReport;

/** Observe → plan → act → report, for one World at a time. */
final class WorldReconciler implements Reconciler<World> {
    private static final Duration CLEANUP_EVERY = Duration.ofSeconds(2);
    private static final String RECONCILE_FAILED = "ReconcileFailed";
    private static final Duration CONFLICT_EVERY = Duration.ofSeconds(10);

    private final OperatorParts.Factory factory;
    private volatile OperatorParts parts;
    private volatile Predicate<ResourceID> concerns = _ -> false;

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
                                .withSecondaryToPrimaryMapper(Ownership::world)
                                .build(),
                        context);
        pods.setEventSourcePriority(EventSourceStartPriority.RESOURCE_STATE_LOADER);
        InformerEventSource<PodDisruptionBudget, World> budgets =
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(
                                        PodDisruptionBudget.class, World.class)
                                .withName("budgets")
                                .withOnUpdateFilter(WorldReconciler::isEdited)
                                .withSecondaryToPrimaryMapper(budget -> concerned(budget, context))
                                .build(),
                        context);
        budgets.setEventSourcePriority(EventSourceStartPriority.RESOURCE_STATE_LOADER);
        DemandSource demand = new DemandSource();
        concerns = id -> context.getPrimaryCache().get(id).filter(Finalizers::concerns).isPresent();
        parts =
                factory.create(
                        new PodCache(pods),
                        new BudgetCache(budgets),
                        demand,
                        () -> context.getPrimaryCache().list());
        return List.of(pods, budgets, demand);
    }

    // Not if its status alone has changed.
    private static boolean isEdited(PodDisruptionBudget after, PodDisruptionBudget before) {
        ObjectMeta now = after.getMetadata();
        ObjectMeta then = before.getMetadata();
        return !Objects.equals(now.getGeneration(), then.getGeneration())
                || !Objects.equals(now.getLabels(), then.getLabels())
                || !Objects.equals(now.getOwnerReferences(), then.getOwnerReferences())
                || !Objects.equals(now.getDeletionTimestamp(), then.getDeletionTimestamp());
    }

    // A budget of the user's own concerns every World that it may select, or whose name it has; one
    // of ours that lost its owner
    // and label, every World that may miss it.
    private static Set<ResourceID> concerned(
            PodDisruptionBudget budget, EventSourceContext<World> context) {
        Set<ResourceID> worlds = Ownership.world(budget);
        return !worlds.isEmpty()
                ? worlds
                : context.getPrimaryCache()
                        .list(budget.getMetadata().getNamespace())
                        .map(ResourceID::fromResource)
                        .collect(Collectors.toSet());
    }

    OperatorParts parts() {
        return parts;
    }

    /** Whether there is such a World, as far as was heard, and it is still the operator's. */
    boolean concerns(ResourceID id) {
        return concerns.test(id);
    }

    @Override
    public UpdateControl<World> reconcile(World world, Context<World> context) {
        long startNs = System.nanoTime();
        Optional<Identity.Refused> refusal = Identity.refusal(world, parts);
        if (refusal.isPresent()) {
            return refuse(world, refusal.get());
        }
        parts.demand().follow(world.id(), ResourceID.fromResource(world));

        List<Pod> pods = parts.pods().of(world);
        parts.podAudit().seen(world, pods);
        Observation observation = parts.observer().observe(world, pods);
        Plan plan = Planner.plan(observation);
        parts.decisions().planned(world, observation, plan);
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
                .reconciled(
                        world,
                        plan,
                        observation.pods(),
                        outcome.status(),
                        parts.clock().instant(),
                        (System.nanoTime() - startNs) / 1e9);
        return control(
                world,
                outcome,
                earliest(
                        List.of(
                                plan.nextLook(),
                                nextTurn(plan, refusals),
                                parts.setbacks().next(world),
                                parts.status().deadlineIn(world, observation, plan))));
    }

    /**
     * What went wrong is said by the World itself; the framework tries again, less and less often.
     */
    @Override
    public ErrorStatusUpdateControl<World> updateErrorStatus(
            World world, Context<World> context, Exception e) {
        // Once is a conflict or a hiccup; the second attempt is half a second later.
        if (context.getRetryInfo().map(RetryInfo::getAttemptCount).orElse(0) == 0) {
            return ErrorStatusUpdateControl.noStatusUpdate();
        }
        String message =
                "The operator failed to reconcile this World, whose pods go on unattended, and tries again with growing pauses; its log says more: "
                        + ApiErrors.message(e);
        parts.events().record(world, EventRecorder.Type.Warning, RECONCILE_FAILED, message);
        return switch (parts.status()
                .failed(world, RECONCILE_FAILED, message, parts.clock().instant())) {
            case StatusReport.Outcome.Write(WorldStatus status) ->
                    ErrorStatusUpdateControl.patchStatus(withStatus(world, status));
            case StatusReport.Outcome.Later later -> ErrorStatusUpdateControl.noStatusUpdate();
            case StatusReport.Outcome.Unchanged unchanged ->
                    ErrorStatusUpdateControl.noStatusUpdate();
        };
    }

    /**
     * What a turn left undone is planned anew, behind the Worlds that wait; what is refused rests.
     */
    private static Optional<Duration> nextTurn(Plan plan, List<Refusal> refusals) {
        return refusals.isEmpty() && plan.actions().size() > Actuator.MOST_IN_A_TURN
                ? Optional.of(Duration.ZERO)
                : Optional.empty();
    }

    private List<Refusal> act(World world, Plan plan) {
        List<Pod> pods = parts.pods().of(world);
        List<Refusal> refusals = new ArrayList<>(parts.actuator().carryOut(world, plan));
        parts.actuator().repair(world, pods).ifPresent(refusals::add);
        parts.budget().apply(world, plan.desired(), pods).ifPresent(refusals::add);
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
        parts.budget().delete(world);
        if (!pods.isEmpty()) {
            if (!letGo) {
                if (hasLedger) {
                    parts.fleet().publish(parts.fleetParts().of(world, pods));
                }
                return notYet(pods);
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
                    return notYet(pods);
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

    // At once if this turn left pods that are not being deleted yet.
    private static DeleteControl notYet(List<Pod> before) {
        long undeleted =
                before.stream()
                        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                        .count();
        return DeleteControl.noFinalizerRemoval()
                .rescheduleAfter(
                        undeleted > Actuator.MOST_IN_A_TURN ? 1 : CLEANUP_EVERY.toMillis());
    }

    private Duration deletedFor(World world) {
        Instant since = Instant.parse(world.getMetadata().getDeletionTimestamp());
        return Duration.between(since, parts.clock().instant());
    }

    private UpdateControl<World> refuse(World world, Identity.Refused refusal) {
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
        parts.metrics().looked(world, parts.clock().instant());
        parts.metrics().tell(world, outcome.status());
        return control(world, outcome, Optional.of(CONFLICT_EVERY));
    }

    private static UpdateControl<World> control(
            World world, StatusReport.Outcome outcome, Optional<Duration> nextLook) {
        Optional<Duration> next = nextLook;
        UpdateControl<World> control =
                switch (outcome) {
                    case StatusReport.Outcome.Write(WorldStatus status) ->
                            UpdateControl.patchStatus(withStatus(world, status));
                    case StatusReport.Outcome.Later later -> UpdateControl.noUpdate();
                    case StatusReport.Outcome.Unchanged unchanged -> UpdateControl.noUpdate();
                };
        if (outcome instanceof StatusReport.Outcome.Later(WorldStatus status, Duration wait)) {
            next = earliest(List.of(next, Optional.of(wait)));
        }
        next.ifPresent(delay -> control.rescheduleAfter(Math.max(1, delay.toMillis())));
        return control;
    }

    private static Optional<Duration> earliest(List<Optional<Duration>> times) {
        return times.stream().flatMap(Optional::stream).min(Comparator.naturalOrder());
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
