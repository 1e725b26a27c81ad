package otherworld.operator;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.HttpURLConnection;
import otherworld.operator.act.OperatorCatalogue;
import otherworld.operator.observe.Sources;

/** Counts what the API server refuses, and what does not reach it. Thread-safe. */
public final class ApiMetrics implements Interceptor {
    private static final int FIRST_FAILURE = 400;
    private static final String NO_ANSWER = "none";

    private final Counter failures;

    public ApiMetrics(PrometheusRegistry registry) {
        failures = OperatorCatalogue.API_FAILURES.register(registry);
    }

    @Override
    public void after(
            HttpRequest request,
            HttpResponse<?> response,
            AsyncBody.Consumer<java.util.List<java.nio.ByteBuffer>> consumer) {
        // Which Secrets may be looked at is the installation's choice: "not this one" is an answer.
        boolean chosen =
                response.code() == HttpURLConnection.HTTP_FORBIDDEN
                        && Sources.METADATA_ALONE.equals(request.header("Accept"));
        if (response.code() >= FIRST_FAILURE && !chosen) {
            failures.labelValues(request.method(), Integer.toString(response.code())).inc();
        }
    }

    @Override
    public void afterConnectionFailure(HttpRequest request, Throwable failure) {
        failures.labelValues(request.method(), NO_ANSWER).inc();
    }
}
