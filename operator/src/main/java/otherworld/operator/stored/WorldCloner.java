package otherworld.operator.stored;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.operator.api.config.Cloner;

/** Clones by writing and reading, but for what could not be read: it would not be written whole. */
public final class WorldCloner implements Cloner {
    private final KubernetesSerialization serialization;

    public WorldCloner(KubernetesSerialization serialization) {
        this.serialization = serialization;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <R extends HasMetadata> R clone(R object) {
        return object instanceof UnreadableWorld world
                ? (R) world.copy()
                : serialization.clone(object);
    }
}
