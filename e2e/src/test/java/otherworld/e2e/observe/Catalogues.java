package otherworld.e2e.observe;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import otherworld.gateway.GatewayCatalogue;
import otherworld.instance.metrics.InstanceCatalogue;
import otherworld.matchmaker.metrics.MatchmakerCatalogue;
import otherworld.operator.act.OperatorCatalogue;
import otherworld.ops.JvmCatalogue;
import otherworld.ops.metric.Catalogue;
import otherworld.ops.metric.MetricSpec;

/** The metrics of every process. */
public final class Catalogues {
    public static final List<Catalogue> ALL =
            List.of(
                    InstanceCatalogue.CATALOGUE,
                    MatchmakerCatalogue.CATALOGUE,
                    GatewayCatalogue.CATALOGUE,
                    OperatorCatalogue.CATALOGUE,
                    JvmCatalogue.CATALOGUE);

    private Catalogues() {}

    /** Each metric by the names of its series; a histogram has three. */
    public static Map<String, MetricSpec> bySeries() {
        Map<String, MetricSpec> series = new TreeMap<>();
        ALL.stream()
                .flatMap(catalogue -> catalogue.metrics().stream())
                .forEach(metric -> names(metric).forEach(name -> series.put(name, metric)));
        return series;
    }

    static List<String> names(MetricSpec metric) {
        String name = metric.name();
        return switch (metric.type()) {
            case "histogram" -> List.of(name + "_bucket", name + "_sum", name + "_count");
            case "summary" -> List.of(name + "_sum", name + "_count");
            default -> List.of(name);
        };
    }
}
