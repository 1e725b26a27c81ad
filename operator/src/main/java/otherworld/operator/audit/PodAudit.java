package otherworld.operator.audit;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import otherworld.crds.World;
import otherworld.operator.observe.Names;
import otherworld.operator.plan.Action;
import otherworld.ops.audit.AuditEvent;
import otherworld.ops.audit.AuditEvent.Kind;
import otherworld.ops.audit.AuditEvent.Subject;
import otherworld.ops.audit.AuditLog;

/**
 * Tells the audit log of pods of instances that somebody else deletes: an administrator, a drain,
 * the scheduler. Each once; of those that were being deleted when the operator came nothing is
 * said. Thread-safe; a World is one thread's at a time.
 */
public final class PodAudit {
    private static final String DISRUPTION = "DisruptionTarget";

    private final AuditLog log;
    private final Map<String, OfWorld> worlds = new ConcurrentHashMap<>();

    /**
     * @param there pods by uid
     * @param settled uids of those whose deletion was told, or is the operator's own
     */
    private record OfWorld(Map<String, Pod> there, Set<String> settled) {
        OfWorld() {
            this(new HashMap<>(), ConcurrentHashMap.newKeySet());
        }
    }

    public PodAudit(AuditLog log) {
        this.log = log;
    }

    /** The operator deletes it, and has said so. */
    public void acted(World world, Action action) {
        switch (action) {
            case Action.Remove it -> settle(world, it.podUid());
            case Action.Replace it -> settle(world, it.podUid());
            case Action.CleanUp it -> settle(world, it.podUid());
            case Action.Create _, Action.Cordon _, Action.Uncordon _ -> {}
        }
    }

    private void settle(World world, String podUid) {
        of(world).settled().add(podUid);
    }

    /** A World's pods now. */
    public void seen(World world, List<Pod> pods) {
        OfWorld before = worlds.get(uid(world));
        OfWorld known = of(world);
        Set<String> now = new HashSet<>();
        for (Pod pod : pods) {
            String uid = pod.getMetadata().getUid();
            now.add(uid);
            boolean goes = pod.getMetadata().getDeletionTimestamp() != null;
            if (goes && before == null) {
                known.settled().add(uid);
            } else if (goes && known.settled().add(uid)) {
                tell(world, pod, "is being deleted");
            }
        }
        known.there()
                .forEach((uid, pod) -> {
                    if (!now.contains(uid) && known.settled().add(uid)) {
                        tell(world, pod, "is gone at once");
                    }
                });
        known.there().clear();
        pods.forEach(pod -> known.there().put(pod.getMetadata().getUid(), pod));
        known.settled().retainAll(now);
    }

    /** The World goes, and all of its pods with it. */
    public void forget(World world) {
        worlds.remove(uid(world));
    }

    private void tell(World world, Pod pod, String what) {
        Optional<String> disruption =
                Optional.ofNullable(pod.getStatus()).stream()
                        .flatMap(status -> status.getConditions().stream())
                        .filter(condition -> condition.getType().equals(DISRUPTION))
                        .map(condition ->
                                "%s, %s".formatted(condition.getReason(), condition.getMessage()))
                        .findFirst();
        log.record(
                new AuditEvent(
                        Kind.INSTANCE_POD_DELETED,
                        disruption.map(it -> it.substring(0, it.indexOf(','))),
                        new Subject(
                                "Pod",
                                world.getMetadata().getNamespace(),
                                pod.getMetadata().getName(),
                                pod.getMetadata().getUid(),
                                OptionalLong.empty(),
                                ordinal(pod)),
                        "it %s, not by the operator%s"
                                .formatted(what, disruption.map(it -> ": " + it).orElse("")),
                        List.of()));
    }

    private static OptionalInt ordinal(Pod pod) {
        String label = pod.getMetadata().getLabels().getOrDefault(Names.ORDINAL, "");
        return label.matches("[0-9]{1,9}")
                ? OptionalInt.of(Integer.parseInt(label))
                : OptionalInt.empty();
    }

    private OfWorld of(World world) {
        return worlds.computeIfAbsent(uid(world), _ -> new OfWorld());
    }

    private static String uid(World world) {
        return world.getMetadata().getUid();
    }
}
