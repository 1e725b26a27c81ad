package otherworld.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.crds.World;

/**
 * Lets a World go once its fleet is gone. The patch names the version that was read, so that nobody
 * else's finalizer is lost, and touches nothing but the list of finalizers, so that it works on an
 * object of any content.
 */
final class Finalizers {
    static final String FLEET = "otherworld.dev/fleet";

    private static final Logger log = LoggerFactory.getLogger(Finalizers.class);
    static final int HTTP_UNPROCESSABLE = 422;

    /** Satisfies every rule of the schema. */
    private static final Map<String, Object> SOME_SPEC = Map.of("capacity", 1);

    private final KubernetesClient client;

    Finalizers(KubernetesClient client) {
        this.client = client;
    }

    static boolean holds(World world) {
        return world.getMetadata().getFinalizers().contains(FLEET);
    }

    /** False if the World goes, and has been let go: others' finalizers alone keep it. */
    static boolean concerns(World world) {
        return world.getMetadata().getDeletionTimestamp() == null || holds(world);
    }

    /** Lets the World go. False if it has changed meanwhile: look again. */
    boolean remove(World world) {
        List<String> finalizers = new ArrayList<>(world.getMetadata().getFinalizers());
        finalizers.remove(FLEET);
        Map<String, Object> metadata = metadata(world, finalizers);
        try {
            return patch(world, Map.of("metadata", metadata));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HTTP_UNPROCESSABLE) {
                throw e;
            }
            // What was stored under another schema may be so wrong that no update of it passes,
            // not even this one. It goes: what its spec says is of no matter any more.
            log.warn(
                    "World {}/{} is refused as it is and goes with another spec: {}",
                    world.getMetadata().getNamespace(),
                    world.getMetadata().getName(),
                    e.getMessage());
            patch(
                    world,
                    List.of(
                            Map.of(
                                    "op",
                                    "test",
                                    "path",
                                    "/metadata/resourceVersion",
                                    "value",
                                    world.getMetadata().getResourceVersion()),
                            Map.of(
                                    "op",
                                    "add",
                                    "path",
                                    "/metadata/finalizers",
                                    "value",
                                    finalizers),
                            Map.of("op", "add", "path", "/spec", "value", SOME_SPEC)));
            return true;
        }
    }

    private static Map<String, Object> metadata(World world, List<String> finalizers) {
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("resourceVersion", world.getMetadata().getResourceVersion());
        metadata.put("finalizers", finalizers);
        return metadata;
    }

    private boolean patch(World world, Map<String, Object> merge) {
        try {
            resource(world)
                    .patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(merge));
            return true;
        } catch (KubernetesClientException e) {
            return settled(e);
        }
    }

    private void patch(World world, List<Map<String, Object>> operations) {
        resource(world).patch(PatchContext.of(PatchType.JSON), Serialization.asJson(operations));
    }

    private static boolean settled(KubernetesClientException e) {
        return switch (e.getCode()) {
            case HttpURLConnection.HTTP_NOT_FOUND -> true;
            case HttpURLConnection.HTTP_CONFLICT -> false;
            default -> throw e;
        };
    }

    private Resource<World> resource(World world) {
        return client.resources(World.class)
                .inNamespace(world.getMetadata().getNamespace())
                .withName(world.getMetadata().getName());
    }
}
