package otherworld.matchmaker.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import otherworld.ledger.RedisSeatLedger;
import otherworld.matchmaker.decisions.SeatDecisions;
import otherworld.tickets.SigningKeys;
import otherworld.tracing.Tracing;

/** The document names exactly the routes that are served, and every reference in it resolves. */
class OpenApiTest {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");

    @Test
    void documentsExactlyTheServedRoutes() throws Exception {
        JsonNode document = document();
        TreeSet<String> documented = new TreeSet<>();
        document.get("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .fieldNames()
                                .forEachRemaining(method -> {
                                    if (METHODS.contains(method)) {
                                        documented.add(method + " " + path.getKey());
                                    }
                                }));
        assertThat(documented).isEqualTo(servedRoutes());
        assertThat(document.get("openapi").asText()).startsWith("3.1");
    }

    @Test
    void everyReferenceResolvesAndEverySchemaIsUsed() throws Exception {
        JsonNode document = document();
        TreeSet<String> used = new TreeSet<>();
        for (String reference : document.findValuesAsText("$ref")) {
            used.add(reference);
            assertThat(document.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
        }
        document.get("components")
                .get("schemas")
                .fieldNames()
                .forEachRemaining(
                        schema -> assertThat(used).contains("#/components/schemas/" + schema));
    }

    private static Set<String> servedRoutes() {
        TreeSet<String> served = new TreeSet<>();
        try (RedisSeatLedger ledger = RedisSeatLedger.connect("redis://127.0.0.1:1", 1)) {
            PlayerApi api =
                    new PlayerApi(
                            ledger,
                            SigningKeys.parse(SigningKeys.generate()),
                            "otherworld",
                            new BearerTokens(
                                    "http://127.0.0.1:1",
                                    URI.create("http://127.0.0.1:1/jwks"),
                                    "otherworld",
                                    "groups",
                                    Instant::now,
                                    new PrometheusRegistry()),
                            Instant::now,
                            new SeatDecisions(ledger, Instant::now),
                            new HttpMetrics(new PrometheusRegistry()),
                            Tracing.OFF);
            for (String route : api.routes().all()) {
                int space = route.indexOf(' ');
                served.add(
                        route.substring(0, space).toLowerCase(Locale.ROOT)
                                + route.substring(space));
            }
        }
        return served;
    }

    static JsonNode document() throws Exception {
        try (InputStream file =
                OpenApiTest.class.getResourceAsStream("/otherworld/matchmaker/openapi.yaml")) {
            return new YAMLMapper().readTree(file);
        }
    }
}
