package otherworld.e2e.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The files of observability/, read. */
final class Observability {
    static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("otherworld.root")));
    static final Path FOLDER = ROOT.resolve("observability");

    private Observability() {}

    /** A rule of a file: one that records, or an alert. */
    record Rule(String file, boolean isAlert, String name, String expression, JsonNode node) {}

    /** A query of a dashboard's panel. */
    record Query(String dashboard, String panel, String expression) {
        /** With values in place of Grafana's variables. */
        String plain() {
            return expression
                    .replace("$__rate_interval", "5m")
                    .replaceAll("\\$(namespace|world|pod)", ".*");
        }
    }

    static List<Rule> rules() {
        List<Rule> rules = new ArrayList<>();
        for (Path file : files("rules", ".yaml")) {
            for (JsonNode group : yaml(file).path("groups")) {
                for (JsonNode rule : group.path("rules")) {
                    boolean alert = rule.has("alert");
                    rules.add(
                            new Rule(
                                    file.getFileName().toString(),
                                    alert,
                                    rule.path(alert ? "alert" : "record").asText(),
                                    rule.path("expr").asText(),
                                    rule));
                }
            }
        }
        return rules;
    }

    static List<Rule> alerts() {
        return rules().stream().filter(Rule::isAlert).toList();
    }

    static Map<String, JsonNode> dashboards() {
        Map<String, JsonNode> dashboards = new LinkedHashMap<>();
        for (Path file : files("dashboards", ".json")) {
            try {
                dashboards.put(
                        file.getFileName().toString(),
                        new ObjectMapper().readTree(Files.readString(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return dashboards;
    }

    static List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        dashboards()
                .forEach((name, dashboard) -> {
                    for (JsonNode panel : dashboard.path("panels")) {
                        for (JsonNode target : panel.path("targets")) {
                            queries.add(
                                    new Query(
                                            name,
                                            panel.path("title").asText(),
                                            target.path("expr").asText()));
                        }
                    }
                });
        return queries;
    }

    static List<Path> files(String folder, String suffix) {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode yaml(Path file) {
        try {
            return new ObjectMapper(new YAMLFactory()).readTree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
