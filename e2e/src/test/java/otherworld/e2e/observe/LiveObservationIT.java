package otherworld.e2e.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import otherworld.e2e.Otherworld;
import otherworld.gateway.GatewayCatalogue;
import otherworld.instance.metrics.InstanceCatalogue;
import otherworld.matchmaker.metrics.MatchmakerCatalogue;
import otherworld.operator.act.OperatorCatalogue;
import otherworld.ops.metric.Catalogue;

/**
 * What is shown of a system that runs and is well: each panel, each rule and each metric has a
 * value in a real Prometheus while players walk and build, break off and come back, over WebRTC,
 * WebSocket and the gateway. What has none is named here, with its reason.
 */
@Tag("heavy")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveObservationIT {
    private static final Duration UP = Duration.ofMinutes(4);
    private static final Duration PLAY = Duration.ofMinutes(5);

    /** In seconds; until the last test, after which they are ended. */
    private static final String STAY = "900";

    /** Rates want two samples, and rules are evaluated every half minute. */
    private static final Duration RECORDED = Duration.ofMinutes(2);

    /** Only there with what this cluster has not, or when something is wrong. */
    private static final Map<String, String> ABSENT_WHEN_WELL =
            Map.of(
                    "otherworld_instance_tls_not_after_seconds",
                    "needs network.tls, whose Secret the local node cannot mount",
                    "otherworld_instance_tls_unusable",
                    "as above",
                    "otherworld_operator_unreadable_world",
                    "there if a World cannot be read",
                    "otherworld_operator_reconcile_errors_total",
                    "there if a reconciliation ended by an exception",
                    "otherworld_operator_api_failures_total",
                    "there if the API server refused or did not answer");

    private Otherworld cluster;
    private Prometheus prometheus;
    private List<Otherworld.Running> players = List.of();

    @BeforeAll
    void play() throws Exception {
        cluster = Otherworld.fresh();
        cluster.run(UP, "up", "--observe", "--gateway").expectSuccess();
        prometheus = new Prometheus(URI.create(cluster.address("prometheus")));
        cluster.kubectl("apply", "-f", "crds/examples/harbour.yaml").expectSuccess();
        provoke();
        players = new ArrayList<>();
        players.add(bots("30", "plaza", 1, "--cut-after", "10", "--seconds", STAY));
        players.add(bots("10", "harbour", 2, "--seconds", STAY));
        // Those who come once Prometheus has looked: an arrival before its first look is no rate.
        await().atMost(RECORDED)
                .until(() -> prometheus.value("sum(otherworld_instance_players) >= 40") >= 40);
        try (Otherworld.Running more = bots("10", "plaza", 3, "--seconds", "10")) {
            more.await(PLAY).expectSuccess();
        }
    }

    private Otherworld.Running bots(String count, String world, int seed, String... more)
            throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of(count, "--world", world, "--seed", Integer.toString(seed)));
        arguments.addAll(List.of(more));
        return cluster.bots(arguments.toArray(String[]::new));
    }

    @AfterAll
    void down() throws Exception {
        for (Otherworld.Running each : players) {
            each.close();
        }
        prometheus.close();
        cluster.close();
    }

    /** A stranger asks an instance for what it has not, and offers it nonsense. */
    private void provoke() throws Exception {
        JsonNode pod = cluster.pods("plaza").getFirst();
        int port = pod.at("/spec/containers/0/ports/0/containerPort").asInt();
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI instance = URI.create("http://127.0.0.1:" + port);
            http.send(
                    HttpRequest.newBuilder(instance.resolve("/nowhere")).build(),
                    HttpResponse.BodyHandlers.discarding());
            http.send(
                    HttpRequest.newBuilder(instance.resolve("/v1/webrtc"))
                            .POST(HttpRequest.BodyPublishers.ofString("nonsense"))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        }
    }

    @Test
    void everyPanelShowsSomething() {
        await().atMost(RECORDED)
                .pollInterval(Duration.ofSeconds(10))
                .untilAsserted(() -> {
                    Map<String, String> empty = new TreeMap<>();
                    for (Observability.Query query : Observability.queries()) {
                        if (!restsOnAbsent(query.plain()) && isEmpty(query.plain())) {
                            empty.put(query.dashboard() + ", " + query.panel(), query.expression());
                        }
                    }
                    assertThat(empty).isEmpty();
                });
    }

    @Test
    void everyRuleThatRecordsHasRecorded() {
        await().atMost(RECORDED)
                .pollInterval(Duration.ofSeconds(10))
                .untilAsserted(() -> {
                    Set<String> empty = new TreeSet<>();
                    for (Observability.Rule rule : Observability.rules()) {
                        if (!rule.isAlert() && isEmpty(rule.name())) {
                            empty.add(rule.name());
                        }
                    }
                    assertThat(empty).isEmpty();
                });
    }

    /**
     * With the very labels it asks for: one that waits for a value that is never there is blind.
     */
    @Test
    void whatAnAlertLooksAtIsThere() {
        await().atMost(RECORDED)
                .pollInterval(Duration.ofSeconds(10))
                .untilAsserted(() -> {
                    Set<String> empty = new TreeSet<>();
                    for (Observability.Rule rule : Observability.alerts()) {
                        for (PromQl.Selector selector : PromQl.of(rule.expression()).selectors()) {
                            if (!ABSENT_WHEN_WELL.containsKey(selector.metric())
                                    && isEmpty(selector.expression())) {
                                empty.add(rule.name() + ": " + selector.expression());
                            }
                        }
                    }
                    assertThat(empty).isEmpty();
                });
    }

    /** Of what is no number, as a quantile of nothing, nothing is drawn. */
    private boolean isEmpty(String expression) throws IOException, InterruptedException {
        for (JsonNode series : prometheus.query(expression)) {
            if (!series.at("/value/1").asText().equals("NaN")) {
                return false;
            }
        }
        return true;
    }

    @Test
    void everyMetricIsEmittedAndEveryOneEmittedIsDeclared() throws Exception {
        Map<String, String> missing = new TreeMap<>();
        missing.putAll(missing(InstanceCatalogue.CATALOGUE, instances()));
        missing.putAll(missing(MatchmakerCatalogue.CATALOGUE, of("matchmaker")));
        missing.putAll(missing(GatewayCatalogue.CATALOGUE, of("gateway")));
        missing.putAll(missing(OperatorCatalogue.CATALOGUE, of("operator")));
        assertThat(missing.keySet()).isSubsetOf(ABSENT_WHEN_WELL.keySet());
    }

    private static Map<String, String> missing(Catalogue its, String exposition) {
        Set<String> shown = LiveMetrics.check(exposition, its);
        Map<String, String> missing = new TreeMap<>();
        its.metrics().stream()
                .filter(metric -> !shown.contains(metric.name()))
                .forEach(metric -> missing.put(metric.name(), its.process()));
        return missing;
    }

    private String instances() throws Exception {
        return cluster.metrics(cluster.pods("plaza").getFirst());
    }

    private String of(String process) throws Exception {
        JsonNode target = prometheus.query("up{process=\"%s\"}".formatted(process)).get(0);
        return cluster.get("http://%s/metrics".formatted(target.at("/metric/instance").asText()));
    }

    private static boolean restsOnAbsent(String expression) {
        return PromQl.of(expression).selectors().stream()
                .allMatch(selector -> ABSENT_WHEN_WELL.containsKey(selector.metric()));
    }
}
