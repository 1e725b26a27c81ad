package otherworld.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart brings for Prometheus and Grafana, by both Helms; no cluster is asked. */
@Tag("heavy")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChartMetricsIT {
    private static final String ISSUER = "oidc.issuer=https://id.example.org";
    private static final Path FOLDER = DeployFilesTest.ROOT.resolve("observability");
    private final ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
    private final List<Tool> helms = new ArrayList<>();

    @BeforeAll
    void findHelm(@TempDir Path nothing) throws Exception {
        helms.add(Tool.helm(3, nothing.resolve("none")));
        helms.add(Tool.helm(4, nothing.resolve("none")));
    }

    @Test
    void withoutBeingAskedItBringsNone() throws Exception {
        for (Tool helm : helms) {
            assertThat(render(helm, ISSUER).keySet())
                    .noneMatch(
                            name -> name.matches("(PodMonitor|ServiceMonitor|PrometheusRule)/.*"))
                    .noneMatch(name -> name.contains("dashboard"));
        }
    }

    @Test
    void rulesAndDashboardsArriveAsTheyAre() throws Exception {
        for (Tool helm : helms) {
            Map<String, JsonNode> objects =
                    render(
                            helm,
                            ISSUER
                                    + ",metrics.prometheusRule.enabled=true,metrics.prometheusRule.labels.release=kps,metrics.dashboards.enabled=true");
            try (Stream<Path> files = Files.list(FOLDER.resolve("rules"))) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString().replace(".yaml", "");
                    JsonNode rule = of(objects, "PrometheusRule/ow-otherworld-" + name);
                    assertThat(rule.at("/metadata/labels/release").asText()).isEqualTo("kps");
                    assertThat(rule.at("/spec/groups"))
                            .isEqualTo(yaml.readTree(Files.readString(file)).path("groups"));
                }
            }
            try (Stream<Path> files = Files.list(FOLDER.resolve("dashboards"))) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString();
                    JsonNode map =
                            of(
                                    objects,
                                    "ConfigMap/ow-otherworld-dashboard-"
                                            + name.replace(".json", ""));
                    assertThat(map.at("/metadata/labels/grafana_dashboard").asText())
                            .isEqualTo("1");
                    assertThat(map.path("data").path("otherworld-" + name).asText())
                            .isEqualTo(Files.readString(file).strip());
                }
            }
        }
    }

    @Test
    void alertsLinkToWhereTheirRunbooksAre() throws Exception {
        for (Tool helm : helms) {
            JsonNode rules =
                    of(
                            render(
                                    helm,
                                    ISSUER
                                            + ",metrics.prometheusRule.enabled=true,metrics.prometheusRule.runbookUrl=https://git.example.org/docs/runbooks/"),
                            "PrometheusRule/ow-otherworld-worlds");
            assertThat(rules.findValuesAsText("runbook_url"))
                    .isNotEmpty()
                    .allMatch(url ->
                            url.matches("https://git\\.example\\.org/docs/runbooks/\\w+\\.md"));
        }
    }

    /** The labels that docs/metrics.md promises. */
    @ParameterizedTest
    @ValueSource(strings = {"podMonitor", "serviceMonitor"})
    void targetsHaveTheirLabels(String kind) throws Exception {
        for (Tool helm : helms) {
            Map<String, JsonNode> objects =
                    render(
                            helm,
                            ISSUER
                                    + ",metrics.%1$s.enabled=true,metrics.%1$s.labels.release=kps,metrics.%1$s.interval=5s"
                                            .formatted(kind));
            boolean pods = kind.equals("podMonitor");
            JsonNode processes =
                    of(
                            objects,
                            (pods ? "PodMonitor" : "ServiceMonitor") + "/ow-otherworld-processes");
            JsonNode endpoint =
                    processes.at(pods ? "/spec/podMetricsEndpoints/0" : "/spec/endpoints/0");
            assertThat(endpoint.path("honorLabels").asBoolean()).isTrue();
            assertThat(endpoint.path("interval").asText()).isEqualTo("5s");
            assertThat(endpoint.findValuesAsText("targetLabel")).containsExactly("process");
            JsonNode instances = of(objects, "PodMonitor/ow-otherworld-instances");
            assertThat(instances.at("/metadata/labels/release").asText()).isEqualTo("kps");
            assertThat(instances.at("/spec/namespaceSelector/any").asBoolean()).isTrue();
            assertThat(instances.findValuesAsText("targetLabel"))
                    .containsExactly("process", "world", "ordinal");
            if (!pods) {
                JsonNode service = of(objects, "Service/ow-otherworld-metrics");
                processes
                        .at("/spec/selector/matchLabels")
                        .properties()
                        .forEach(label ->
                                assertThat(service.at("/metadata/labels").path(label.getKey()))
                                        .isEqualTo(label.getValue()));
                assertThat(service.at("/spec/ports/0/name").asText()).isEqualTo("management");
            }
        }
    }

    /** Else every scrape would fail. */
    @Test
    void theNetworkPoliciesLetPrometheusIn() throws Exception {
        Map<String, JsonNode> objects =
                render(
                        helms.getFirst(),
                        ISSUER
                                + ",gateway.enabled=true,gateway.host=play.example.org,worldNamespaces[0].name=worlds");
        for (String policy : List.of("operator", "matchmaker", "gateway", "instances")) {
            JsonNode ingress =
                    of(objects, "NetworkPolicy/ow-otherworld-" + policy).at("/spec/ingress/0");
            assertThat(ingress.at("/ports/0/port").asText()).as(policy).isEqualTo("management");
            assertThat(ingress.path("from").toString()).as(policy).contains("monitoring");
        }
    }

    private static JsonNode of(Map<String, JsonNode> objects, String name) {
        return Objects.requireNonNull(objects.get(name), name);
    }

    private Map<String, JsonNode> render(Tool helm, String values) throws Exception {
        String text =
                helm.run("template", "ow", "charts/otherworld", "-n", "ow", "--set", values).ok();
        Map<String, JsonNode> objects = new LinkedHashMap<>();
        for (String document : text.split("\n---\n", -1)) {
            JsonNode object = yaml.readTree(document);
            if (object != null && object.has("kind")) {
                objects.put(
                        object.path("kind").asText() + "/" + object.at("/metadata/name").asText(),
                        object);
            }
        }
        return objects;
    }
}
