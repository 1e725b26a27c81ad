package otherworld.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/security.md speaks of what there is: code, tests that break it, every entrance. */
class SecurityModelTest {
    private static final Pattern QUOTED = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern TEST =
            Pattern.compile("([A-Z]\\w*(?:Test|IT|E2E))(?:\\.([a-z]\\w*))?");
    private static final Pattern CODE = Pattern.compile("[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*");

    /** As routes are declared, and what a listener of the JDK's server has. */
    private static final List<Pattern> ROUTES =
            List.of(
                    Pattern.compile("\\.add\\(\\s*\"[A-Z]+\",\\s*\"(/[^\"]*)\""),
                    Pattern.compile("serve\\(\\s*\"(/[^\"]*)\""),
                    Pattern.compile("createContext\\(\\s*\"(/[^\"]*)\""),
                    Pattern.compile("case \"(/api/[^\"]*)\""),
                    Pattern.compile("String HAND_OVER = \"(/[^\"]*)\""));

    private final String model = read("docs/security.md");
    private final Map<String, List<Path>> classes = classes();

    @Test
    void eachThreatNamesCodeThatThereIsAndATestThatBreaksItOnPurpose() throws IOException {
        List<String[]> threats = threats();
        assertThat(threats).hasSizeGreaterThan(40);
        for (String[] row : threats) {
            String threat = row[2];
            List<String> tests = quoted(row[4]);
            assertThat(tests).as("tests of: %s", threat).isNotEmpty();
            for (String test : tests) {
                assertThat(test).as(threat).matches(TEST);
            }
            for (String code : quoted(row[3])) {
                if (CODE.matcher(code).matches()) {
                    assertThat(sources(code, "src/main"))
                            .as("%s, of: %s", code, threat)
                            .isNotEmpty();
                }
            }
        }
    }

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Set<String> named = new TreeSet<>();
        for (String document : List.of(model, read("SECURITY.md"), read("docs/audit.md"))) {
            for (String quoted : quoted(document)) {
                Matcher test = TEST.matcher(quoted);
                if (test.matches()) {
                    named.add(quoted);
                    List<Path> its = sources(test.group(1), "src/test");
                    assertThat(its).as(quoted).hasSize(1);
                    if (test.group(2) != null) {
                        assertThat(Files.readString(its.getFirst()))
                                .as(quoted)
                                .contains(" " + test.group(2) + "(");
                    }
                }
            }
        }
        assertThat(named).hasSizeGreaterThan(60);
    }

    @Test
    void everyEndpointThatIsDocumentedIsAnEntranceOfTheModel() {
        Set<String> documented = new TreeSet<>();
        for (String line : read("docs/endpoints.md").lines().toList()) {
            if (line.startsWith("| `") || line.startsWith("| HTTP")) {
                quoted(line.split("\\|", -1)[1]).forEach(it -> path(it).ifPresent(documented::add));
            }
        }
        assertThat(documented).hasSizeGreaterThan(18);
        assertThat(entrances()).containsAll(documented);
    }

    @Test
    void everyPathThatTheCodeServesIsAnEntranceOfTheModel() throws IOException {
        Set<String> served = new TreeSet<>();
        for (String module :
                List.of("matchmaker", "gateway", "instance-server", "operator", "ops")) {
            for (Path file : files(DeployFilesTest.ROOT.resolve(module).resolve("src/main/java"))) {
                String source = Files.readString(file);
                for (Pattern route : ROUTES) {
                    Matcher found = route.matcher(source);
                    while (found.find()) {
                        served.add(found.group(1));
                    }
                }
            }
        }
        assertThat(served).contains("/v1/keys", "/metrics", "/api/why", "/hand-over");
        assertThat(entrances()).containsAll(served);
    }

    /** A heap has every key, password and token that the process has. */
    @Test
    void noProcessWritesItsMemoryToADisk() throws IOException {
        try (Stream<Path> files = Files.list(DeployFilesTest.ROOT.resolve("deploy/jvm"))) {
            List<Path> all = files.toList();
            assertThat(all).hasSizeGreaterThan(5);
            for (Path file : all) {
                assertThat(Files.readString(file))
                        .as(file.toString())
                        .doesNotContainIgnoringCase("HeapDump")
                        .doesNotContain("OnOutOfMemoryError=", "-agentlib", "jmxremote");
            }
        }
        assertThat(read("deploy/jvm/common.args")).contains("-XX:+ExitOnOutOfMemoryError");
    }

    @Test
    void whatTheOperatorMayDoIsWhatIsWritten() {
        String rules = read("operator/src/main/resources/otherworld/operator/rbac.yaml");
        Matcher rule =
                Pattern.compile("resources: \\[([^]]+)][^\\n]*\\n\\s+verbs: \\[([^]]+)]")
                        .matcher(rules);
        List<String> allowed = new ArrayList<>();
        while (rule.find()) {
            allowed.add(rule.group(1) + " | " + rule.group(2));
        }
        assertThat(allowed).hasSizeGreaterThan(6);
        assertThat(allowed)
                .allSatisfy(it -> assertThat(model.replace("; ", ", ")).contains("| " + it + " |"));
    }

    /** Rows of the tables whose last column says what breaks it. */
    private List<String[]> threats() {
        List<String[]> rows = new ArrayList<>();
        boolean inside = false;
        for (String line : model.lines().toList()) {
            inside = line.startsWith("|") && (inside || line.contains("broken on purpose by"));
            if (inside && !line.contains("broken on purpose by") && !line.startsWith("|---")) {
                rows.add(line.split("\\|", -1));
            }
        }
        return rows;
    }

    private Set<String> entrances() {
        String section =
                model.substring(model.indexOf("## Every entrance"), model.indexOf("## B1"));
        Set<String> paths = new TreeSet<>();
        quoted(section).forEach(it -> path(it).ifPresent(paths::add));
        return paths;
    }

    /** Of {@code GET /path?query}. */
    private static Optional<String> path(String text) {
        Matcher path = Pattern.compile("(?:[A-Z]+ )?(/[^? ]*).*").matcher(text);
        return path.matches() ? Optional.of(path.group(1)) : Optional.empty();
    }

    private static List<String> quoted(String text) {
        List<String> quoted = new ArrayList<>();
        Matcher matcher = QUOTED.matcher(text);
        while (matcher.find()) {
            quoted.add(matcher.group(1));
        }
        return quoted;
    }

    private List<Path> sources(String name, String below) {
        return classes.getOrDefault(name, List.of()).stream()
                .filter(path -> path.toString().contains(below))
                .toList();
    }

    private static Map<String, List<Path>> classes() {
        Map<String, List<Path>> classes = new TreeMap<>();
        try (Stream<Path> modules = Files.list(DeployFilesTest.ROOT)) {
            for (Path module : modules.toList()) {
                for (String below : List.of("src/main/java", "src/test/java")) {
                    for (Path file : files(module.resolve(below))) {
                        classes.computeIfAbsent(
                                        file.getFileName().toString().replaceAll("\\.java$", ""),
                                        _ -> new ArrayList<>())
                                .add(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return classes;
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(it -> it.toString().endsWith(".java")).toList();
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
