package otherworld.operator.stored;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import otherworld.crds.World;

/**
 * The operator's client of the API server. It reads whatever the API server may store, a World of
 * any content as an {@link UnreadableWorld}, so that one object cannot stop a watch.
 */
public final class OperatorClient {
    private OperatorClient() {}

    /**
     * @param failures hears of requests that failed
     */
    public static KubernetesClient create(Config config, Interceptor failures) {
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(serialization())
                .withHttpClientBuilderConsumer(
                        http -> http.addOrReplaceInterceptor("otherworld-failures", failures))
                .build();
    }

    static KubernetesSerialization serialization() {
        ObjectMapper mapper = new ObjectMapper(Unlimited.FACTORY);
        mapper.addMixIn(ObjectMeta.class, WithoutManagedFields.class);
        mapper.registerModule(
                new SimpleModule().addDeserializer(World.class, new WorldDeserializer()));
        KubernetesSerialization serialization = new KubernetesSerialization(mapper, true);
        serialization.registerKubernetesResource(World.class);
        return serialization;
    }

    /** Nobody here asks who wrote a field; it is half of an object's size, and as deep as that. */
    @JsonIgnoreProperties("managedFields")
    private abstract static class WithoutManagedFields {}
}
