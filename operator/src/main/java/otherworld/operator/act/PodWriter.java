package otherworld.operator.act;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import otherworld.crds.World;
import otherworld.operator.observe.Names;
import otherworld.operator.observe.Names.PodName;
import otherworld.operator.observe.Ownership;
import otherworld.operator.observe.Pods;
import otherworld.operator.plan.Action;

/** Writes a World's own pods, and never anybody else's: each request names the pod's uid. */
final class PodWriter {
    private final KubernetesClient client;
    private final PodFactory factory;
    private final Ports ports;
    private final Actuator.Cache cache;

    PodWriter(KubernetesClient client, PodFactory factory, Ports ports, Actuator.Cache cache) {
        this.client = client;
        this.factory = factory;
        this.ports = ports;
        this.cache = cache;
    }

    /** The pod's name is taken by one that this World did not make. */
    static final class NameTaken extends RuntimeException {
        private static final long serialVersionUID = 1;

        NameTaken(String name, Throwable cause) {
            super("a pod %s exists that this World did not make".formatted(name), cause);
        }
    }

    /**
     * Returns the pod's name, which is a predecessor's if that runs on and had only lost its
     * labels.
     *
     * @throws NameTaken if the name is somebody else's
     */
    String create(World world, Action.Create create) {
        String name = PodFactory.name(world, create);
        Optional<Pod> unseen = unseenPredecessor(world, create);
        if (unseen.isPresent()) {
            cache.created(repair(world, unseen.get()));
            return unseen.get().getMetadata().getName();
        }
        try {
            Pod pod = factory.pod(world, create, ports.take(name, create.avoidPorts()));
            cache.created(client.pods().resource(pod).create());
        } catch (KubernetesClientException e) {
            if (!ApiErrors.isConflict(e)) {
                throw e;
            }
            adopt(world, name, e);
        } finally {
            ports.settled(name);
        }
        return name;
    }

    // A pod without the labels that the watch selects by looks as if it were gone.
    private Optional<Pod> unseenPredecessor(World world, Action.Create create) {
        String namespace = world.getMetadata().getNamespace();
        String name =
                new PodName(world.getMetadata().getName(), create.ordinal(), create.attempt() - 1)
                        .toString();
        if (create.attempt() == 0 || cache.get(namespace, name).isPresent()) {
            return Optional.empty();
        }
        return Optional.ofNullable(client.pods().inNamespace(namespace).withName(name).get())
                .filter(pod -> Pods.ownedBy(world, pod))
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .filter(pod -> !Pods.drift(world, pod).isEmpty());
    }

    // 409: done before, by this operator or its predecessor, unless it is another's.
    private void adopt(World world, String name, KubernetesClientException conflict) {
        Pod there =
                client.pods().inNamespace(world.getMetadata().getNamespace()).withName(name).get();
        if (there == null) {
            throw conflict; // gone meanwhile: the next observation creates it
        }
        if (!Pods.ownedBy(world, there)) {
            throw new NameTaken(name, conflict);
        }
        cache.created(repair(world, there));
    }

    /** Puts back labels and the owner that somebody took from the pod; returns it as it is then. */
    Pod repair(World world, Pod pod) {
        Map<String, String> labels = Pods.drift(world, pod);
        Map<String, Object> metadata = new HashMap<>();
        if (!labels.isEmpty()) {
            metadata.put("labels", labels);
        }
        if (!Ownership.hasReference(world, pod)) {
            metadata.put("ownerReferences", Ownership.repaired(world, pod));
        }
        if (metadata.isEmpty()) {
            return pod;
        }
        metadata.put("uid", pod.getMetadata().getUid());
        Pod after = patch(world, pod.getMetadata().getName(), metadata);
        return after == null ? pod : after;
    }

    void setCordon(World world, String name, String uid, @Nullable String cordon) {
        Map<String, @Nullable Object> annotations = new HashMap<>();
        annotations.put(Names.CORDON, cordon);
        Optional<Pod> before = cache.get(world.getMetadata().getNamespace(), name);
        Pod after = patch(world, name, Map.of("uid", uid, "annotations", annotations));
        if (after != null) {
            before.ifPresentOrElse(it -> cache.updated(after, it), () -> cache.created(after));
        }
    }

    // A JSON merge patch with the uid as its precondition: never the pod of the same name after it.
    private @Nullable Pod patch(World world, String name, Map<String, ?> metadata) {
        return client.pods()
                .inNamespace(world.getMetadata().getNamespace())
                .withName(name)
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        Serialization.asJson(Map.of("metadata", metadata)));
    }

    void delete(World world, String name, String uid) {
        Deletion.delete(
                client,
                "/api/v1/namespaces/%s/pods/%s".formatted(world.getMetadata().getNamespace(), name),
                uid);
    }
}
