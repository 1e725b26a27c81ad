package otherworld.operator.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.crds.World;
import otherworld.operator.observe.Sources;

/**
 * Who wrote which field of a World last, as {@code metadata.managedFields} has it. That is a name
 * which a client gives itself, {@code kubectl-edit} or {@code helm}; who the user was the API
 * server's own audit log says. Asked for when a World has changed, since the operator's cache keeps
 * none of it.
 *
 * @param entries those that own something of the spec, the newest first
 */
record FieldManagers(List<Entry> entries) {
    static final FieldManagers UNKNOWN = new FieldManagers(List.of());

    private static final Logger log = LoggerFactory.getLogger(FieldManagers.class);
    private static final int ANSWER_WITHIN_SECONDS = 5;
    private static final Pattern PARTS = Pattern.compile("[.\\[]");

    /**
     * @param fields as FieldsV1 has them
     */
    record Entry(String manager, String time, JsonNode fields) {
        /** How many steps of the path it owns. */
        int depth(String path) {
            JsonNode at = fields;
            int depth = 0;
            for (String part : PARTS.splitAsStream(path).toList()) {
                at = at.path("f:" + part);
                if (at.isMissingNode()) {
                    return depth;
                }
                depth++;
            }
            return depth;
        }
    }

    /** What the API server says now; nobody is known if it does not answer. */
    static FieldManagers of(KubernetesClient client, World world) {
        String url =
                "%sapis/%s/namespaces/%s/worlds/%s"
                        .formatted(
                                client.getMasterUrl(),
                                world.getApiVersion(),
                                world.getMetadata().getNamespace(),
                                world.getMetadata().getName());
        var http = client.getHttpClient();
        try {
            HttpResponse<String> answer =
                    http.sendAsync(
                                    http.newHttpRequestBuilder()
                                            .uri(url)
                                            .header("Accept", Sources.METADATA_ALONE)
                                            .build(),
                                    String.class)
                            .get(ANSWER_WITHIN_SECONDS, TimeUnit.SECONDS);
            return answer.isSuccessful()
                    ? read(Serialization.unmarshal(answer.body(), JsonNode.class))
                    : UNKNOWN;
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            log.debug("Who changed {} was not learned", url, e);
            return UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNKNOWN;
        }
    }

    static FieldManagers read(JsonNode object) {
        List<Entry> entries = new ArrayList<>();
        for (JsonNode each : object.path("metadata").path("managedFields")) {
            JsonNode fields = each.path("fieldsV1");
            if (each.path("subresource").asText().isEmpty() && fields.has("f:spec")) {
                entries.add(
                        new Entry(
                                each.path("manager").asText(), each.path("time").asText(), fields));
            }
        }
        entries.sort(Comparator.comparing(Entry::time).reversed());
        return new FieldManagers(List.copyOf(entries));
    }

    /** Who wrote the spec last. */
    Optional<String> newest() {
        return entries.stream().findFirst().map(Entry::manager);
    }

    /** Who owns the most of a path, and of several the newest; of what is gone nobody does. */
    Optional<String> of(String path) {
        int depth = (int) PARTS.splitAsStream(path).count();
        return entries.stream()
                .filter(entry -> entry.depth(path) > 1)
                .max(
                        Comparator.<Entry>comparingInt(entry -> Math.min(depth, entry.depth(path)))
                                .thenComparing(Entry::time))
                .map(Entry::manager);
    }
}
