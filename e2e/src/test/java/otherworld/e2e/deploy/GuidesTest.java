package otherworld.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import otherworld.e2e.observe.Catalogues;

/**
 * docs/troubleshooting.md has an entry for everything that the code can tell somebody: found in the
 * sources, so that what is new is missed until it is written down.
 */
class GuidesTest {
    private static final Pattern CONSTANT = Pattern.compile("(?m)^    ([A-Z][A-Z_]+)\\(");
    private static final Pattern WORD = Pattern.compile("\"([A-Z][a-z]+(?:[A-Z][a-z]+)*)\"");

    /** Words of Kubernetes' API that the operator reads or writes, and tells nobody. */
    private static final Set<String> KUBERNETES =
            Set.of(
                    "Accept",
                    "Allow",
                    "Authorization",
                    "Connection",
                    "ContainerCreating",
                    "DeleteOptions",
                    "DisruptionTarget",
                    "DoesNotExist",
                    "Exists",
                    "FallbackToLogsOnError",
                    "False",
                    "Host",
                    "In",
                    "Never",
                    "NotIn",
                    "Opaque",
                    "Pod",
                    "PodInitializing",
                    "PodScheduled",
                    "Ready",
                    "RuntimeDefault",
                    "Succeeded",
                    "True",
                    "Vary",
                    "World");

    /** What the page calls plots and what became of players: in its own guide. */
    private static final Set<String> PAGE = Set.of("Other", "Players", "Resumed", "Seated", "Tick");

    private final String guide = read("docs/troubleshooting.md");

    @Test
    void everyReasonOfAConditionOrEventIsThere() throws IOException {
        Set<String> reasons = new TreeSet<>();
        for (String source : sources("operator")) {
            find(WORD, source, reasons);
        }
        reasons.removeAll(KUBERNETES);
        reasons.removeAll(PAGE);
        assertThat(reasons).contains("InstancesNotReady", "BudgetNameTaken", "IdTaken", "Settled");
        assertThat(reasons).allSatisfy(reason -> assertThat(guide).contains("`" + reason + "`"));
    }

    @Test
    void everyKindOfProblemIsThere() throws IOException {
        Set<String> problems = new TreeSet<>();
        for (String module : List.of("matchmaker", "gateway", "instance-server", "http", "ops")) {
            for (String source : sources(module)) {
                if (source.contains("implements Problem.Kind")) {
                    find(CONSTANT, source, problems);
                }
            }
        }
        assertThat(problems).hasSizeGreaterThan(30);
        assertThat(problems)
                .allSatisfy(problem ->
                        assertThat(guide)
                                .contains(
                                        "`"
                                                + problem.toLowerCase(Locale.ROOT).replace('_', '-')
                                                + "`"));
    }

    @Test
    void everythingThatAPlayerIsToldIsThere() throws IOException {
        for (String kind : List.of("GoodbyeReason", "RefusalReason", "NoticeKind")) {
            Set<String> told = new TreeSet<>();
            find(
                    CONSTANT,
                    read("protocol/src/main/java/otherworld/protocol/%s.java".formatted(kind)),
                    told);
            told.remove("THAWED"); // named with its FROZEN
            assertThat(told).as(kind).hasSizeGreaterThan(3);
            assertThat(told).allSatisfy(it -> assertThat(guide).contains("`" + it + "`"));
        }
        assertThat(guide).contains("`THAWED`");
    }

    @Test
    void everyExitCodeIsThere() {
        Set<String> codes = new TreeSet<>();
        find(
                Pattern.compile("int [A-Z_]+ = (\\d+);"),
                read("ops/src/main/java/otherworld/ops/ExitCode.java"),
                codes);
        assertThat(codes).hasSizeGreaterThan(4);
        assertThat(codes).allSatisfy(code -> assertThat(guide).contains("\n| " + code + " | "));
    }

    /** What is told to look at exists: a metric that was renamed would be looked for in vain. */
    @Test
    void everyMetricOfTheGuidesExists() throws IOException {
        Set<String> there = new TreeSet<>();
        Catalogues.bySeries()
                .forEach((series, metric) -> {
                    there.add(series);
                    there.add(metric.name().replaceAll("_total$", ""));
                    there.add(metric.name());
                });
        Set<String> named = new TreeSet<>();
        try (Stream<Path> documents = Files.walk(DeployFilesTest.ROOT.resolve("docs"))) {
            for (Path document : documents.filter(it -> it.toString().endsWith(".md")).toList()) {
                find(
                        Pattern.compile(
                                "\\b(otherworld_(?:operator|matchmaker|instance|gateway)_[a-z_]+[a-z])"),
                        Files.readString(document),
                        named);
            }
        }
        assertThat(named).hasSizeGreaterThan(100);
        assertThat(there).containsAll(named);
    }

    private static List<String> sources(String module) throws IOException {
        try (Stream<Path> files =
                Files.walk(DeployFilesTest.ROOT.resolve(module).resolve("src/main/java"))) {
            return files.filter(it -> it.toString().endsWith(".java"))
                    .map(DeployFilesTest.ROOT::relativize)
                    .map(it -> read(it.toString()))
                    .toList();
        }
    }

    private static void find(Pattern pattern, String text, Set<String> found) {
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
    }

    private static String read(String file) {
        try {
            return DeployFilesTest.read(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
