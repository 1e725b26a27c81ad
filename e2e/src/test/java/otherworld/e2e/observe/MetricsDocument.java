package otherworld.e2e.observe;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import otherworld.instance.config.Limit;
import otherworld.ops.metric.Catalogue;
import otherworld.ops.metric.Label;
import otherworld.ops.metric.MetricSpec;

/** docs/metrics.md, as the catalogues say. */
final class MetricsDocument {
    private static final int FEW = 8;

    private static final String HEAD =
            """
            # Metrics
            Generated from each process' catalogue; `./mvnw -q -pl e2e -am test -Dtest=MetricsDocumentTest -Dsurefire.failIfNoSpecifiedTests=false -Dregenerate` writes it anew.

            Every process answers `GET /metrics` on its management port, in Prometheus' text format or OpenMetrics. What is not listed here is not registered: the registry refuses it.
            Names and labels are kept from release to release; what changes is in CHANGELOG.md. Rules, alerts and dashboards are in [observability/](../observability/README.md).

            **Labels of the target.** Whoever scrapes adds these, as the chart's monitors and `./otherworld up --observe` do:

            | label | says |
            |---|---|
            | `process` | `operator`, `matchmaker`, `gateway` or `instance` |
            | `namespace`, `pod` | where it runs |
            | `world`, `ordinal` | which instance of which World; of instances alone |

            Metrics of operator and matchmakers that speak of a World have its `namespace` and `world` themselves, which come before the target's (`honorLabels`). The matchmaker knows
            ids alone: with `persistence.id`, its `world` is what follows the namespace there.

            **How many series.** A label has the values named here, or as many as its column says. Series that speak of a World end with it. A counter whose labels are all known begins at 0.
            An instance has about 230 series of its own, an operator 17 for each World, a matchmaker 17 for each World; with its JVM's, an instance shows about 330 (measured), an operator 200, a matchmaker 140. *Agones'* is the metric of Agones that means the same.
            """;

    private MetricsDocument() {}

    static String text() {
        StringBuilder text = new StringBuilder(HEAD);
        for (Catalogue catalogue : Catalogues.ALL) {
            text.append("\n## ").append(title(catalogue.process())).append('\n');
            text.append("| metric | type | labels | says |\n|---|---|---|---|\n");
            catalogue.metrics().forEach(metric -> text.append(row(metric)));
        }
        text.append(
                """

                ## Buckets
                | metric | upper bounds | why |
                |---|---|---|
                """);
        Catalogues.ALL.stream()
                .flatMap(catalogue -> catalogue.metrics().stream())
                .filter(MetricSpec.HistogramSpec.class::isInstance)
                .map(MetricSpec.HistogramSpec.class::cast)
                .forEach(metric ->
                        text.append(
                                "| `%s` | %s s | %s |\n"
                                        .formatted(
                                                metric.name(),
                                                Arrays.stream(metric.buckets().bounds())
                                                        .mapToObj(MetricsDocument::number)
                                                        .collect(Collectors.joining(", ")),
                                                metric.buckets().reason())));
        text.append(
                """

                ## Labels with many values
                | metric | label | values |
                |---|---|---|
                """);
        Catalogues.ALL.stream()
                .flatMap(catalogue -> catalogue.metrics().stream())
                .forEach(metric ->
                        metric.about().labels().stream()
                                .filter(label -> label.values().size() > FEW)
                                .forEach(label ->
                                        text.append(
                                                "| `%s` | `%s` | `%s` |\n"
                                                        .formatted(
                                                                metric.name(),
                                                                label.name(),
                                                                String.join(
                                                                        "`, `", label.values())))));
        return text.append(limits()).toString();
    }

    private static String limits() {
        StringBuilder text =
                new StringBuilder(
                        """

                        ## Limits of an instance
                        What a value of `limit` stands for: so much is allowed; what goes beyond is refused, waits, ends or is replaced by something shorter.

                        | limit | allowed | beyond | the client is told |
                        |---|---|---|---|
                        """);
        for (Limit limit : Limit.values()) {
            String full = limit.full().name().toLowerCase(Locale.ROOT);
            text.append(
                    "| `%s` | %s %s | %s | %s |\n"
                            .formatted(
                                    limit.label(),
                                    number(limit.bound()),
                                    limit.of(),
                                    limit.how().isEmpty() ? full : full + ": " + limit.how(),
                                    limit.told()));
        }
        return text.toString();
    }

    private static String title(String process) {
        return switch (process) {
            case "every process" -> "Every process: its JVM";
            case "instance" -> "Instance";
            default -> Character.toUpperCase(process.charAt(0)) + process.substring(1);
        };
    }

    private static String row(MetricSpec metric) {
        MetricSpec.About about = metric.about();
        StringBuilder says = new StringBuilder(about.help()).append('.');
        String unit = metric.unit().words();
        if (!unit.isEmpty() && !Set.of("0 or 1").contains(unit)) {
            says.append(" In ").append(unit).append('.');
        }
        if (!about.when().isEmpty()) {
            says.append(" There if ").append(about.when()).append('.');
        }
        if (!about.like().isEmpty()) {
            says.append(" Agones': `").append(about.like()).append("`.");
        }
        return "| `%s` | %s | %s | %s |\n"
                .formatted(metric.name(), metric.type(), labels(about.labels()), says);
    }

    private static String labels(List<Label> labels) {
        return labels.stream()
                .map(label -> "`%s`: %s".formatted(label.name(), values(label)))
                .collect(Collectors.joining("; "));
    }

    private static String values(Label label) {
        if (label.isOpen()) {
            return label.bound();
        }
        List<String> values = label.values();
        String first =
                values.stream()
                        .limit(FEW)
                        .map(value -> "`" + value + "`")
                        .collect(Collectors.joining(", "));
        return values.size() <= FEW
                ? first
                : "%s and %d more, below".formatted(first, values.size() - FEW);
    }

    private static String number(double bound) {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }
}
