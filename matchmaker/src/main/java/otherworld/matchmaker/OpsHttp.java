package otherworld.matchmaker;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Supplier;
import otherworld.ops.Health;

/**
 * Serves {@code /healthz} (is the process alive: restart it if not), {@code /readyz} (does it do
 * its work now) and {@code /metrics} (Prometheus text, or OpenMetrics if asked for). The checks run
 * on the request's thread.
 */
final class OpsHttp implements HttpService {
    private static final ExpositionFormats FORMATS = ExpositionFormats.init();

    private final PrometheusRegistry registry;
    private final Supplier<Health> live;
    private final Supplier<Health> ready;

    OpsHttp(PrometheusRegistry registry, Supplier<Health> live, Supplier<Health> ready) {
        this.registry = registry;
        this.live = live;
        this.ready = ready;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/healthz", (request, response) -> answer(response, live.get()))
                .get("/readyz", (request, response) -> answer(response, ready.get()))
                .get("/metrics", this::metrics);
    }

    private static void answer(ServerResponse response, Health health) {
        switch (health) {
            case Health.Up() -> response.send("ok\n");
            case Health.Down(String reason) ->
                    response.status(Status.SERVICE_UNAVAILABLE_503).send(reason + "\n");
        }
    }

    private void metrics(ServerRequest request, ServerResponse response) throws IOException {
        String accepted = request.headers().first(HeaderNames.ACCEPT).orElse("");
        var writer = FORMATS.findWriter(accepted);
        response.header(HeaderNames.CONTENT_TYPE, writer.getContentType());
        try (OutputStream body = response.outputStream()) {
            writer.write(body, registry.scrape());
        }
    }
}
