package otherworld.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import otherworld.crds.World;
import otherworld.operator.stored.UnreadableWorld;

/**
 * The door between the framework and the {@link WorldReconciler}: keeps out what cannot be read,
 * and remembers each World until its last event, so that what is kept of it ends then, whoever took
 * its finalizer away.
 */
@ControllerConfiguration(name = "world", finalizerName = Finalizers.FLEET)
public final class WorldController implements Reconciler<World>, Cleaner<World> {
    private static final Duration CONFLICT_AGAIN = Duration.ofMillis(200);

    private final KubernetesClient client;
    private final WorldReconciler reconciler;
    private final Finalizers finalizers;
    private final Map<ResourceID, World> worlds = new ConcurrentHashMap<>();

    WorldController(KubernetesClient client, WorldReconciler reconciler) {
        this.client = client;
        this.reconciler = reconciler;
        this.finalizers = new Finalizers(client);
    }

    @Override
    public List<EventSource<?, World>> prepareEventSources(EventSourceContext<World> context) {
        return reconciler.prepareEventSources(context);
    }

    @Override
    public UpdateControl<World> reconcile(World world, Context<World> context) {
        OperatorParts parts = reconciler.parts();
        worlds.put(ResourceID.fromResource(world), world);
        parts.metrics().unreadable(world, world instanceof UnreadableWorld);
        parts.worldAudit().seen(world);
        try {
            if (world instanceof UnreadableWorld unreadable) {
                new UnreadableWorlds(client, parts).reconcile(unreadable);
                return UpdateControl.noUpdate();
            }
            return reconciler.reconcile(world, context);
        } catch (RuntimeException e) {
            parts.metrics().failed(e);
            throw e;
        }
    }

    @Override
    public DeleteControl cleanup(World world, Context<World> context) {
        worlds.put(ResourceID.fromResource(world), world);
        try {
            if (!Finalizers.holds(world)) {
                return DeleteControl.noFinalizerRemoval();
            }
            reconciler.parts().worldAudit().deleted(world);
            DeleteControl done = reconciler.cleanup(world, context);
            if (!done.isRemoveFinalizer() || finalizers.remove(world)) {
                return done.isRemoveFinalizer() ? DeleteControl.noFinalizerRemoval() : done;
            }
            return DeleteControl.noFinalizerRemoval().rescheduleAfter(CONFLICT_AGAIN.toMillis());
        } catch (RuntimeException e) {
            reconciler.parts().metrics().failed(e);
            throw e;
        }
    }

    /** The World's last event. */
    void gone(ResourceID id) {
        World last = worlds.remove(id);
        if (last != null) {
            reconciler.parts().forget(last);
        }
    }

    @Override
    public ErrorStatusUpdateControl<World> updateErrorStatus(
            World world, Context<World> context, Exception e) {
        return world instanceof UnreadableWorld || world.isMarkedForDeletion()
                ? ErrorStatusUpdateControl.defaultErrorProcessing()
                : reconciler.updateErrorStatus(world, context, e);
    }
}
