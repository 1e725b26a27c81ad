package otherworld.operator.observe;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.crds.EnvVar;
import otherworld.crds.Turn;
import otherworld.crds.World;

/**
 * When the Secrets and ConfigMaps that a World's pods take their environment from were changed
 * last. Asks for their metadata alone, so that no secret reaches the operator, and for each at most
 * once per {@link #ASK_EVERY}: a watch would need the right to list every Secret. Thread-safe.
 */
public final class Sources {
    public static final Duration ASK_EVERY = Duration.ofSeconds(60);

    /** What marks these requests, and no others of the operator. */
    public static final String METADATA_ALONE =
            "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

    private static final int ANSWER_WITHIN_SECONDS = 5;
    private static final Logger log = LoggerFactory.getLogger(Sources.class);

    /**
     * @param plural as in the API's paths
     */
    public record Source(String plural, String namespace, String name) {
        @Override
        public String toString() {
            return (plural.equals("secrets") ? "Secret " : "ConfigMap ") + name;
        }
    }

    private record Answer(Optional<Instant> changed, Instant asked) {}

    private final KubernetesClient client;
    private final InstantSource clock;
    private final Map<Source, Answer> answers = new ConcurrentHashMap<>();

    public Sources(KubernetesClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    /** What a World's pods take their environment from. */
    static Set<Source> of(World world) {
        String namespace = world.getMetadata().getNamespace();
        Set<Source> sources = new LinkedHashSet<>();
        sources.add(
                new Source(
                        "secrets",
                        namespace,
                        world.getSpec().persistence().connectionSecretRef().name()));
        Turn turn = world.getSpec().network().turn();
        if (turn != null && turn.secretRef() != null) {
            sources.add(new Source("secrets", namespace, turn.secretRef().name()));
        }
        for (EnvVar env : world.getSpec().template().env()) {
            if (env.secretKeyRef() != null) {
                sources.add(new Source("secrets", namespace, env.secretKeyRef().name()));
            }
            if (env.configMapKeyRef() != null) {
                sources.add(new Source("configmaps", namespace, env.configMapKeyRef().name()));
            }
        }
        return sources;
    }

    /** When each was changed last; without those that cannot be asked for. */
    public Map<Source, Instant> changed(World world) {
        Map<Source, Instant> changed = new ConcurrentHashMap<>();
        for (Source source : of(world)) {
            ask(source).ifPresent(at -> changed.put(source, at));
        }
        return changed;
    }

    /**
     * Whether the API server says that there is no such object. Asks each time: for when it
     * matters.
     */
    public boolean isMissing(Source source) {
        try {
            return get(source).code() == HttpURLConnection.HTTP_NOT_FOUND;
        } catch (ExecutionException | TimeoutException e) {
            log.debug("{} of {} was not looked for", source, source.namespace(), e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Optional<Instant> ask(Source source) {
        Instant now = clock.instant();
        Answer last = answers.get(source);
        if (last != null && now.isBefore(last.asked().plus(ASK_EVERY))) {
            return last.changed();
        }
        answers.values().removeIf(it -> now.isAfter(it.asked().plus(ASK_EVERY.multipliedBy(10))));
        Optional<Instant> changed = fetch(source);
        answers.put(source, new Answer(changed, now));
        return changed;
    }

    private Optional<Instant> fetch(Source source) {
        try {
            HttpResponse<String> response = get(source);
            return response.isSuccessful()
                    ? lastChange(Serialization.unmarshal(response.body(), JsonNode.class))
                    : Optional.empty();
        } catch (ExecutionException | TimeoutException | DateTimeException e) {
            log.debug("{} of {} was not looked at", source, source.namespace(), e);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private HttpResponse<String> get(Source source)
            throws ExecutionException, TimeoutException, InterruptedException {
        String url =
                "%sapi/v1/namespaces/%s/%s/%s"
                        .formatted(
                                client.getMasterUrl(),
                                source.namespace(),
                                source.plural(),
                                source.name());
        var http = client.getHttpClient();
        return http.sendAsync(
                        http.newHttpRequestBuilder()
                                .uri(url)
                                .header("Accept", METADATA_ALONE)
                                .build(),
                        String.class)
                .get(ANSWER_WITHIN_SECONDS, TimeUnit.SECONDS);
    }

    // Every change is in the managed fields, with its second.
    static Optional<Instant> lastChange(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        return StreamSupport.stream(metadata.path("managedFields").spliterator(), false)
                .map(entry -> entry.path("time").asText(""))
                .filter(time -> !time.isEmpty())
                .map(Instant::parse)
                .max(Instant::compareTo);
    }
}
