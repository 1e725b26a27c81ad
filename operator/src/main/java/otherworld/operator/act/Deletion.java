package otherworld.operator.act;

import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;

/**
 * Deletes one object and never the one of its name after it; fabric8's delete() looks at no uid.
 */
final class Deletion {
    private Deletion() {}

    /**
     * @param path of the object, such as {@code /api/v1/namespaces/default/pods/plaza-0-0}
     */
    static void delete(KubernetesClient client, String path, String uid) {
        DeleteOptions options =
                new DeleteOptionsBuilder()
                        .withApiVersion("v1")
                        .withKind("DeleteOptions")
                        .withNewPreconditions()
                        .withUid(uid)
                        .endPreconditions()
                        .build();
        client.raw(path, "DELETE", options);
    }
}
