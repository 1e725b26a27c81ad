package otherworld.e2e.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import otherworld.e2e.observe.Observability.Query;
import otherworld.e2e.observe.Observability.Rule;
import otherworld.ops.metric.Label;
import otherworld.ops.metric.MetricSpec;

/**
 * Rules, alerts and dashboards speak of metrics that there are, by labels and values that these
 * have; every alert has a runbook and tests.
 */
class ObservabilityTest {
    /** Those of Prometheus itself. */
    private static final Set<String> PROMETHEUS = Set.of("up", "ALERTS");

    /** What whoever scrapes adds to each series; docs/metrics.md. */
    private static final Set<String> OF_TARGETS = Set.of("process", "namespace", "pod");

    private static final Set<String> OF_INSTANCES = Set.of("world", "ordinal");

    private static final Set<String> UNITS =
            Set.of("s", "bytes", "Bps", "short", "percentunit", "ops", "reqps");

    private final Map<String, MetricSpec> metrics = Catalogues.bySeries();
    private final Map<String, Set<String>> recorded = new HashMap<>();

    ObservabilityTest() {
        Observability.rules().stream()
                .filter(rule -> !rule.isAlert())
                .forEach(rule ->
                        recorded.put(
                                rule.name(),
                                rule.name().matches("otherworld:(instances|seats):sum")
                                        ? Set.of("namespace", "world", "state")
                                        : Set.of("namespace", "world")));
    }

    @TestFactory
    Stream<DynamicTest> everyRuleSpeaksOfMetricsThatThereAre() {
        return Observability.rules().stream()
                .map(rule ->
                        DynamicTest.dynamicTest(
                                rule.file() + " " + rule.name(),
                                () -> check(rule.expression(), rule.isAlert())));
    }

    @TestFactory
    Stream<DynamicTest> everyPanelSpeaksOfMetricsThatThereAre() {
        List<Query> queries = Observability.queries();
        assertThat(queries).hasSizeGreaterThan(100);
        return queries.stream()
                .map(query ->
                        DynamicTest.dynamicTest(
                                query.dashboard() + " " + query.panel(),
                                () -> check(query.plain(), false)));
    }

    private void check(String expression, boolean alert) {
        PromQl promQl = PromQl.of(expression);
        assertThat(promQl.selectors()).as(expression).isNotEmpty();
        Set<String> labels = new TreeSet<>();
        for (PromQl.Selector selector : promQl.selectors()) {
            Set<String> its = labels(selector.metric());
            labels.addAll(its);
            for (PromQl.Match match : selector.matches()) {
                assertThat(its).as("labels of %s", selector.metric()).contains(match.label());
                checkValue(selector.metric(), match);
            }
        }
        assertThat(labels)
                .as("labels that %s groups by", expression)
                .containsAll(promQl.groupedBy());
        if (alert) {
            assertThat(expression).doesNotContain("$");
        }
    }

    private Set<String> labels(String name) {
        if (recorded.containsKey(name)) {
            return recorded.get(name);
        }
        Set<String> labels = new TreeSet<>(OF_TARGETS);
        if (PROMETHEUS.contains(name)) {
            return labels;
        }
        MetricSpec metric = metrics.get(name);
        assertThat(metric).as("%s is in no catalogue and no recording rule", name).isNotNull();
        metric.about().labels().forEach(label -> labels.add(label.name()));
        if (name.endsWith("_bucket")) {
            labels.add("le");
        }
        boolean ofInstances =
                name.startsWith("otherworld_instance_") || !name.startsWith("otherworld_");
        if (ofInstances) {
            labels.addAll(OF_INSTANCES);
        }
        return labels;
    }

    /** A value that a label never has would keep an alert silent for ever. */
    private void checkValue(String name, PromQl.Match match) {
        MetricSpec metric = metrics.get(name);
        if (metric == null) {
            return;
        }
        if (match.label().equals("le")) {
            double bound = Double.parseDouble(match.value());
            assertThat(match.value()).as("as the exposition writes it").isEqualTo("" + bound);
            assertThat(((MetricSpec.HistogramSpec) metric).buckets().bounds()).contains(bound);
            return;
        }
        List<String> values =
                metric.about().labels().stream()
                        .filter(label -> label.name().equals(match.label()))
                        .map(Label::values)
                        .findFirst()
                        .orElse(List.of());
        if (values.isEmpty()) {
            return;
        }
        for (String alternative : match.value().split("\\|", -1)) {
            boolean literal = match.operator().equals("=") || match.operator().equals("!=");
            assertThat(values)
                    .as("values of %s of %s", match.label(), name)
                    .anyMatch(value ->
                            literal ? value.equals(match.value()) : value.matches(alternative));
        }
    }

    // ---- alerts

    @Test
    void everyAlertSaysWhatItIsAndHowBad() {
        List<Rule> alerts = Observability.alerts();
        assertThat(alerts.stream().map(Rule::name).distinct().count()).isGreaterThanOrEqualTo(15);
        assertThat(alerts)
                .allSatisfy(alert -> {
                    assertThat(alert.name()).startsWith("Otherworld");
                    JsonNode node = alert.node();
                    assertThat(node.at("/labels/severity").asText()).isIn("critical", "warning");
                    assertThat(node.at("/annotations/summary").asText()).isNotBlank();
                    assertThat(node.at("/annotations/description").asText()).isNotBlank();
                    assertThat(node.at("/annotations/runbook_url").asText())
                            .isEqualTo("docs/runbooks/%s.md".formatted(alert.name()));
                });
    }

    @Test
    void everyAlertHasARunbookAndEveryRunbookAnAlert() throws IOException {
        Set<String> alerts =
                Observability.alerts().stream().map(Rule::name).collect(Collectors.toSet());
        Set<String> runbooks;
        Path folder = Observability.ROOT.resolve("docs/runbooks");
        try (Stream<Path> files = Files.list(folder)) {
            runbooks =
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> !name.equals("README.md"))
                            .map(name -> name.replaceAll("\\.md$", ""))
                            .collect(Collectors.toSet());
        }
        assertThat(runbooks).isEqualTo(alerts);
        String index = Files.readString(folder.resolve("README.md"));
        for (String name : runbooks) {
            String text = Files.readString(folder.resolve(name + ".md"));
            assertThat(text)
                    .as(name)
                    .startsWith("# " + name + "\n")
                    .contains(
                            "\n## What players see\n",
                            "\n## How to look\n",
                            "\n```sh\n",
                            "\n## What to do\n",
                            "\n## How to know that it is over\n");
            assertThat(index).contains("(%s.md)".formatted(name));
        }
    }

    /** promtool runs them; this says that there are such of both kinds. */
    @Test
    void everyAlertHasATestThatFiresItAndOneThatKeepsItSilent() {
        Set<String> fires = new HashSet<>();
        Set<String> silent = new HashSet<>();
        for (Path file : Observability.files("tests", ".yaml")) {
            for (JsonNode test : Observability.yaml(file).path("tests")) {
                for (JsonNode alert : test.path("alert_rule_test")) {
                    (alert.path("exp_alerts").isEmpty() ? silent : fires)
                            .add(alert.path("alertname").asText());
                }
            }
        }
        assertThat(Observability.alerts().stream().map(Rule::name))
                .allSatisfy(alert -> {
                    assertThat(fires).contains(alert);
                    assertThat(silent).contains(alert);
                });
    }

    // ---- dashboards

    @Test
    void dashboardsCanBeImportedSideBySide() {
        Map<String, JsonNode> dashboards = Observability.dashboards();
        assertThat(dashboards).hasSizeGreaterThanOrEqualTo(5);
        assertThat(dashboards.values().stream().map(it -> it.path("uid").asText()))
                .doesNotHaveDuplicates()
                .allMatch(uid -> uid.matches("otherworld-[a-z]{1,29}"));
        assertThat(dashboards.values().stream().map(it -> it.path("title").asText()))
                .doesNotHaveDuplicates();
        dashboards.forEach((name, dashboard) -> {
            Set<Integer> ids = new HashSet<>();
            JsonNode variables = dashboard.at("/templating/list");
            assertThat(variables.get(0).path("name").asText()).isEqualTo("datasource");
            assertThat(variables.get(0).path("type").asText()).isEqualTo("datasource");
            for (JsonNode panel : dashboard.path("panels")) {
                String title = name + " " + panel.path("title").asText();
                assertThat(ids.add(panel.path("id").asInt())).as(title).isTrue();
                if (panel.path("type").asText().equals("row")) {
                    continue;
                }
                assertThat(panel.path("description").asText()).as(title).isNotBlank();
                assertThat(panel.at("/datasource/uid").asText())
                        .as(title)
                        .isEqualTo("${datasource}");
                assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(title).isIn(UNITS);
                assertThat(panel.path("targets")).as(title).isNotEmpty();
                panel.path("targets")
                        .forEach(target ->
                                assertThat(target.at("/datasource/uid").asText())
                                        .as(title)
                                        .isEqualTo("${datasource}"));
            }
        });
    }

    @Test
    void whatAProcessMeasuresIsOnADashboardOrInARule() {
        Set<String> shown =
                Stream.concat(
                                Observability.queries().stream().map(Query::plain),
                                Observability.rules().stream().map(Rule::expression))
                        .flatMap(expression -> PromQl.of(expression).selectors().stream())
                        .map(PromQl.Selector::metric)
                        .collect(Collectors.toSet());
        Set<String> unseen = new TreeSet<>();
        Catalogues.ALL.stream()
                .filter(catalogue -> !catalogue.process().equals("every process"))
                .flatMap(catalogue -> catalogue.metrics().stream())
                .filter(metric -> Catalogues.names(metric).stream().noneMatch(shown::contains))
                .forEach(metric -> unseen.add(metric.name()));
        // The operator's own view of its stream; matchmakers tell of all of them.
        assertThat(unseen)
                .containsExactlyInAnyOrderElementsOf(
                        List.of("otherworld_operator_matchmaker_stream_up"));
    }

    // ---- the chart

    @Test
    void theChartsCopiesAreTheOriginals() throws IOException {
        Path chart = Observability.ROOT.resolve("charts/otherworld/files");
        for (String folder : Arrays.asList("rules", "dashboards")) {
            Path copies = chart.resolve(folder);
            List<Path> originals =
                    Observability.files(folder, folder.equals("rules") ? ".yaml" : ".json");
            for (Path original : originals) {
                Path copy = copies.resolve(original.getFileName());
                if (System.getProperty("regenerate") != null) {
                    Files.copy(original, copy, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                }
                assertThat(copy)
                        .as("copy it: cp %s %s", original, copy)
                        .hasSameBinaryContentAs(original);
            }
            try (Stream<Path> files = Files.list(copies)) {
                assertThat(files.map(Path::getFileName).map(Path::toString))
                        .containsExactlyInAnyOrderElementsOf(
                                originals.stream()
                                        .map(file -> file.getFileName().toString())
                                        .toList());
            }
        }
    }
}
