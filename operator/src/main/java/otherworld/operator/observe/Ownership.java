package otherworld.operator.observe;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import otherworld.crds.World;

/**
 * Which objects are the operator's: those that it made for a World, as their controller reference
 * says, or, where somebody took that away, its own annotation. Nothing else is written or deleted.
 */
public final class Ownership {
    private Ownership() {}

    /** True if the object was made for this very World, not for an earlier one of the same name. */
    public static boolean owns(World world, HasMetadata object) {
        String uid = world.getMetadata().getUid();
        return controller(object.getMetadata())
                .map(owner -> owner.getUid().equals(uid))
                .orElseGet(() -> uid.equals(annotation(object)));
    }

    /** True if the object was made for a World, of which {@code owns} may say that it is gone. */
    public static boolean isMadeForAWorld(HasMetadata object) {
        return controller(object.getMetadata())
                .map(owner ->
                        owner.getKind().equals("World")
                                && owner.getApiVersion().startsWith(World.GROUP + "/"))
                .orElse(!annotation(object).isEmpty());
    }

    /** The World of an object, by name; for events. */
    public static Set<ResourceID> world(HasMetadata object) {
        if (!isMadeForAWorld(object)) {
            return Set.of();
        }
        ObjectMeta meta = object.getMetadata();
        Optional<String> name =
                controller(meta)
                        .map(OwnerReference::getName)
                        .or(() -> Optional.ofNullable(labels(meta).get(Names.WORLD)))
                        // A pod that lost both still has its name.
                        .or(() -> object instanceof Pod ? podsWorld(meta) : Optional.empty());
        return name.map(it -> Set.of(new ResourceID(it, meta.getNamespace()))).orElse(Set.of());
    }

    private static Optional<String> podsWorld(ObjectMeta pod) {
        return Names.PodName.parse(pod.getName()).map(Names.PodName::world);
    }

    public static OwnerReference reference(World world) {
        return new OwnerReferenceBuilder()
                .withApiVersion(world.getApiVersion())
                .withKind(world.getKind())
                .withName(world.getMetadata().getName())
                .withUid(world.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }

    /** The object's owners, with the World as its controller, as it should be. */
    public static List<OwnerReference> repaired(World world, HasMetadata object) {
        List<OwnerReference> owners = new ArrayList<>();
        for (OwnerReference owner : object.getMetadata().getOwnerReferences()) {
            if (!owner.getUid().equals(world.getMetadata().getUid())) {
                owners.add(owner);
            }
        }
        owners.add(reference(world));
        return owners;
    }

    /** False if somebody took the World's controller reference away. */
    public static boolean hasReference(World world, HasMetadata object) {
        return controller(object.getMetadata())
                .filter(owner -> owner.getUid().equals(world.getMetadata().getUid()))
                .isPresent();
    }

    private static Optional<OwnerReference> controller(ObjectMeta meta) {
        return meta.getOwnerReferences().stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                .findFirst();
    }

    private static String annotation(HasMetadata object) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(Names.WORLD_UID, "");
    }

    private static Map<String, String> labels(ObjectMeta meta) {
        return meta.getLabels() == null ? Map.of() : meta.getLabels();
    }
}
