package otherworld.e2e.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import otherworld.ops.JvmCatalogue;
import otherworld.ops.metric.Catalogue;
import otherworld.ops.metric.MetricSpec;

/** What a process answers at /metrics, against its catalogue: both ways. */
public final class LiveMetrics {
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern SAMPLE = Pattern.compile("([a-z0-9_]+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private LiveMetrics() {}

    /**
     * Each series is declared, with its type, labels and their values; and whatever is always there
     * is there.
     *
     * @return names of all metrics that it shows
     */
    public static Set<String> check(String exposition, Catalogue its) {
        Map<String, MetricSpec> series = new HashMap<>();
        Stream.of(its, JvmCatalogue.CATALOGUE)
                .flatMap(catalogue -> catalogue.metrics().stream())
                .forEach(metric ->
                        Catalogues.names(metric).forEach(name -> series.put(name, metric)));
        Map<String, String> types = new HashMap<>();
        Set<String> shown = new TreeSet<>();
        exposition
                .lines()
                .forEach(line -> {
                    Matcher type = TYPE.matcher(line);
                    Matcher sample = SAMPLE.matcher(line);
                    if (type.matches()) {
                        types.put(type.group(1), type.group(2));
                    } else if (!line.startsWith("#") && sample.matches()) {
                        MetricSpec metric = series.get(sample.group(1));
                        assertThat(metric).as("declared: %s", line).isNotNull();
                        checkLabels(line, metric, sample.group(2) == null ? "" : sample.group(2));
                        shown.add(metric.name());
                    }
                });
        for (String name : shown) {
            MetricSpec metric =
                    Stream.of(its, JvmCatalogue.CATALOGUE)
                            .flatMap(catalogue -> catalogue.metrics().stream())
                            .filter(it -> it.name().equals(name))
                            .findFirst()
                            .orElseThrow();
            assertThat(types.get(name)).as(name).isEqualTo(metric.type());
        }
        Set<String> always = new TreeSet<>();
        its.metrics().stream()
                .filter(metric -> metric.about().when().isEmpty())
                .forEach(metric -> always.add(metric.name()));
        assertThat(shown).as("what %s always shows", its.process()).containsAll(always);
        return shown;
    }

    private static void checkLabels(String line, MetricSpec metric, String labels) {
        Map<String, String> given = new HashMap<>();
        Matcher label = LABEL.matcher(labels);
        while (label.find()) {
            given.put(label.group(1), label.group(2));
        }
        if (metric.type().equals("histogram")) {
            given.remove("le");
        }
        Set<String> names = new TreeSet<>();
        metric.about()
                .labels()
                .forEach(declared -> {
                    names.add(declared.name());
                    if (!declared.isOpen()) {
                        assertThat(declared.values())
                                .as(line)
                                .contains(given.getOrDefault(declared.name(), ""));
                    }
                });
        assertThat(given.keySet()).as(line).isEqualTo(names);
    }
}
