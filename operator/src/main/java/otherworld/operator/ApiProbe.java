package otherworld.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import otherworld.operator.act.OperatorCatalogue;

/**
 * Asks the API server something of what it stores now and then. A fleet that needs nothing asks
 * nothing of it, and a watch of one that is away is merely silent: without this it would be missed
 * only when an instance is to be started or replaced.
 */
final class ApiProbe implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final NamespacedKubernetesClient client;
    private final Consumer<KubernetesClient> question;
    private final Duration every;
    private final RequestConfig once;
    private final Thread asking;
    private volatile boolean answers;

    /**
     * @param question throws what the client does if it is not answered
     */
    ApiProbe(
            KubernetesClient client,
            PrometheusRegistry registry,
            Consumer<KubernetesClient> question) {
        this(client, registry, question, EVERY, PATIENCE);
    }

    ApiProbe(
            KubernetesClient client,
            PrometheusRegistry registry,
            Consumer<KubernetesClient> question,
            Duration every,
            Duration patience) {
        this.client = client.adapt(NamespacedKubernetesClient.class);
        this.question = question;
        this.every = every;
        // What this finds out is whether one question is answered: it is not asked again at once.
        this.once =
                new RequestConfigBuilder()
                        .withRequestTimeout(Math.toIntExact(patience.toMillis()))
                        .withRequestRetryBackoffLimit(0)
                        .build();
        OperatorCatalogue.API_SERVER_UP.register(registry, gauge -> gauge.call(answers ? 1 : 0));
        this.asking = Thread.ofVirtual().name("api-probe").start(this::ask);
    }

    private void ask() {
        try {
            while (true) {
                answers = isAnswered();
                TimeUnit.MILLISECONDS.sleep(every.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isAnswered() {
        try {
            client.withRequestConfig(once)
                    .call(asked -> {
                        question.accept(asked);
                        return true;
                    });
            return true;
        } catch (KubernetesClientException e) {
            // Refused is answered: another alert is about that.
            return e.getCode() > 0 && e.getCode() < HttpURLConnection.HTTP_INTERNAL_ERROR;
        } catch (RuntimeException e) {
            return false; // whatever it was, this goes on asking
        }
    }

    @Override
    public void close() {
        asking.interrupt();
    }
}
