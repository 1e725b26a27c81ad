package otherworld.operator.audit;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import otherworld.crds.World;
import otherworld.crds.WorldSpec;
import otherworld.operator.plan.Action;
import otherworld.ops.audit.AuditEvent;
import otherworld.ops.audit.AuditEvent.Change;
import otherworld.ops.audit.AuditEvent.Kind;
import otherworld.ops.audit.AuditEvent.Subject;
import otherworld.ops.audit.AuditLog;

/**
 * Tells the audit log what became of Worlds: each generation that the operator works with, against
 * the one before. Only the replica that leads has one that hears of anything. Thread-safe; a World
 * is one thread's at a time.
 */
public final class WorldAudit {
    /** Our own writes. */
    static final String OPERATOR = "otherworld-operator";

    private static final String PERMISSIONS = "spec.permissions.";

    private final AuditLog log;
    private final Function<World, FieldManagers> managers;
    private final Map<String, Seen> worlds = new ConcurrentHashMap<>();

    /**
     * @param spec null if it could not be read
     */
    private record Seen(long generation, @Nullable WorldSpec spec, boolean deleted) {}

    public WorldAudit(AuditLog log, KubernetesClient client) {
        this(log, world -> FieldManagers.of(client, world));
    }

    WorldAudit(AuditLog log, Function<World, FieldManagers> managers) {
        this.log = log;
        this.managers = managers;
    }

    /** A World as it is to be from now on. */
    public void seen(World world) {
        Seen before = worlds.get(uid(world));
        Seen now = new Seen(generation(world), world.getSpec(), before != null && before.deleted());
        if (before == null) {
            firstSeen(world);
        } else if (before.generation() != now.generation()) {
            changed(world, before);
        }
        worlds.put(uid(world), now);
    }

    /** Its deletion was asked for. */
    public void deleted(World world) {
        Seen before = worlds.get(uid(world));
        if (before == null || !before.deleted()) {
            worlds.put(uid(world), new Seen(generation(world), world.getSpec(), true));
            tell(
                    world,
                    Kind.WORLD_DELETED,
                    Optional.empty(),
                    "its deletion was asked for at %s; deletionPolicy is %s"
                            .formatted(
                                    world.getMetadata().getDeletionTimestamp(),
                                    world.getSpec() == null
                                            ? "unknown"
                                            : world.getSpec().persistence().deletionPolicy()),
                    List.of());
        }
    }

    /** There is no such World any more. */
    public void gone(World world) {
        worlds.remove(uid(world));
        tell(world, Kind.WORLD_GONE, Optional.of(OPERATOR), "its last event was heard", List.of());
    }

    /** What the operator itself did to an instance. */
    public void acted(World world, Action action) {
        switch (action) {
            case Action.Create _ -> {} // making pods takes nothing from anybody
            case Action.Cordon it -> pod(world, Kind.INSTANCE_CORDONED, it);
            case Action.Uncordon it -> pod(world, Kind.INSTANCE_UNCORDONED, it);
            case Action.Remove it -> pod(world, Kind.INSTANCE_POD_DELETED, it);
            case Action.Replace it -> pod(world, Kind.INSTANCE_POD_DELETED, it);
            case Action.CleanUp it -> pod(world, Kind.INSTANCE_POD_DELETED, it);
        }
    }

    private void firstSeen(World world) {
        Long observed = world.getStatus() == null ? null : world.getStatus().observedGeneration();
        if (observed == null) {
            tell(
                    world,
                    Kind.WORLD_CREATED,
                    managers.apply(world).newest(),
                    "made at " + world.getMetadata().getCreationTimestamp(),
                    List.of());
        } else if (observed < generation(world)) {
            tell(
                    world,
                    Kind.WORLD_CHANGED,
                    managers.apply(world).newest(),
                    "an operator that begins finds it changed since generation %d, of which its status tells: which fields is not known"
                            .formatted(observed),
                    List.of());
        }
    }

    private void changed(World world, Seen before) {
        FieldManagers by = managers.apply(world);
        WorldSpec then = before.spec();
        if (then == null || world.getSpec() == null) {
            String which = world.getSpec() == null ? "its spec" : "the spec before it";
            tell(
                    world,
                    Kind.WORLD_CHANGED,
                    by.newest(),
                    which + " cannot be read: which fields is not known",
                    List.of());
            return;
        }
        List<Change> all = SpecDiff.between(then, world.getSpec(), by);
        List<Change> permissions =
                all.stream().filter(it -> it.field().startsWith(PERMISSIONS)).toList();
        List<Change> others =
                all.stream().filter(it -> !it.field().startsWith(PERMISSIONS)).toList();
        String from = "from generation " + before.generation();
        if (!permissions.isEmpty()) {
            tell(world, Kind.WORLD_PERMISSIONS_CHANGED, actor(permissions, by), from, permissions);
        }
        if (!others.isEmpty() || permissions.isEmpty()) {
            tell(world, Kind.WORLD_CHANGED, actor(others, by), from, others);
        }
    }

    /** The one who wrote all of it; of several, or of what is gone, who wrote last. */
    private static Optional<String> actor(List<Change> changes, FieldManagers by) {
        List<String> who =
                changes.stream().flatMap(it -> it.manager().stream()).distinct().toList();
        return who.size() == 1 ? Optional.of(who.getFirst()) : by.newest();
    }

    private void tell(
            World world, Kind kind, Optional<String> actor, String reason, List<Change> changes) {
        ObjectMeta metadata = world.getMetadata();
        log.record(
                new AuditEvent(
                        kind,
                        actor,
                        new Subject(
                                "World",
                                metadata.getNamespace(),
                                metadata.getName(),
                                uid(world),
                                OptionalLong.of(generation(world)),
                                OptionalInt.empty()),
                        reason,
                        changes));
    }

    private void pod(World world, Kind kind, Action.OfPod action) {
        log.record(
                new AuditEvent(
                        kind,
                        Optional.of(OPERATOR),
                        new Subject(
                                "Pod",
                                world.getMetadata().getNamespace(),
                                action.podName(),
                                action.podUid(),
                                OptionalLong.empty(),
                                OptionalInt.of(action.ordinal())),
                        action.why(),
                        List.of()));
    }

    private static String uid(World world) {
        return world.getMetadata().getUid();
    }

    private static long generation(World world) {
        Long generation = world.getMetadata().getGeneration();
        return generation == null ? 0 : generation;
    }
}
