package otherworld.local.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the node asks of the API server for its pods. Blocking; thread-safe. */
final class NodeApi implements PodEnvironment.Objects {
    private static final PatchContext STRATEGIC = PatchContext.of(PatchType.STRATEGIC_MERGE);

    private static final List<String> CONDITION_TEXTS = List.of("reason", "message");

    private final KubernetesClient client;
    private final ObjectMapper json = new ObjectMapper();

    NodeApi(KubernetesClient client) {
        this.client = client;
    }

    /** What became of a write. */
    sealed interface Outcome {
        record Done() implements Outcome {}

        /** There is no pod of that name any more. */
        record Gone() implements Outcome {}

        /** The API server refused or could not be reached; worth another try. */
        record Failed(String message) implements Outcome {}
    }

    /**
     * Merges {@code status} into the pod's, as a kubelet does: conditions by type, for this UID
     * only.
     */
    Outcome writeStatus(Pod pod, PodStatus status) {
        ObjectNode patch = json.createObjectNode();
        patch.putObject("metadata").put("uid", pod.getMetadata().getUid());
        ObjectNode fields = json.valueToTree(status);
        // A merge keeps what is not named: the reason of a condition that has none any more.
        for (JsonNode condition : fields.path("conditions")) {
            for (String field : CONDITION_TEXTS) {
                if (!condition.has(field)) {
                    ((ObjectNode) condition).putNull(field);
                }
            }
        }
        patch.set("status", fields);
        return outcome(() ->
                client.pods()
                        .inNamespace(pod.getMetadata().getNamespace())
                        .withName(pod.getMetadata().getName())
                        .subresource("status")
                        .patch(STRATEGIC, patch.toString()));
    }

    /** Removes the pod's object for good: the second step of a deletion, for this UID only. */
    Outcome deleteNow(Pod pod) {
        ObjectMeta meta = pod.getMetadata();
        DeleteOptions options =
                new DeleteOptionsBuilder()
                        .withApiVersion("v1")
                        .withKind("DeleteOptions")
                        .withGracePeriodSeconds(0L)
                        .withNewPreconditions(null, meta.getUid())
                        .build();
        return outcome(() ->
                client.raw(
                        "/api/v1/namespaces/%s/pods/%s"
                                .formatted(meta.getNamespace(), meta.getName()),
                        "DELETE",
                        text(options)));
    }

    @Override
    public Optional<Map<String, String>> configMap(String namespace, String name) {
        ConfigMap found = client.configMaps().inNamespace(namespace).withName(name).get();
        if (found == null) {
            return Optional.empty();
        }
        return Optional.of(found.getData() == null ? Map.of() : found.getData());
    }

    @Override
    public Optional<Map<String, String>> secret(String namespace, String name) {
        Secret found = client.secrets().inNamespace(namespace).withName(name).get();
        if (found == null) {
            return Optional.empty();
        }
        Map<String, String> data = new HashMap<>();
        if (found.getData() != null) {
            found.getData()
                    .forEach((key, value) ->
                            data.put(
                                    key,
                                    new String(
                                            Base64.getDecoder().decode(value),
                                            StandardCharsets.UTF_8)));
        }
        return Optional.of(data);
    }

    private String text(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Outcome outcome(Runnable write) {
        try {
            write.run();
            return new Outcome.Done();
        } catch (KubernetesClientException e) {
            // A conflict is worth another try: if another pod took the name, the watch says so.
            return e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                    ? new Outcome.Gone()
                    : new Outcome.Failed(String.valueOf(e.getMessage()));
        }
    }
}
