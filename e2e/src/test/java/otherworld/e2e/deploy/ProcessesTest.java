package otherworld.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import otherworld.base.Settings;
import otherworld.crds.World;
import otherworld.local.process.Build;
import otherworld.local.process.Processes;
import otherworld.operator.act.PodFactory;
import otherworld.operator.config.InstancePorts;
import otherworld.operator.config.OperatorSettings;
import otherworld.operator.config.OperatorSettings.PodDefaults;
import otherworld.operator.config.OperatorSettings.Reach;
import otherworld.operator.plan.Action;

/** Whatever repeats deploy/processes.yaml says the same. */
class ProcessesTest {
    private static final String DOCUMENT = "docs/pod-environment.md";
    private static final Pattern NAME =
            Pattern.compile("\\b(?:OTHERWORLD|DATABASE|REDIS|OTEL)_[A-Z_]*[A-Z]\\b");

    private final Processes processes = new Build(DeployFilesTest.ROOT).processes();

    @Test
    void eachImageStartsItsProcessAndNamesItsPorts() throws Exception {
        Map<String, List<String>> packed = new TreeMap<>();
        NodeList executions =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(DeployFilesTest.ROOT.resolve("images/pom.xml").toFile())
                        .getElementsByTagName("execution");
        for (int i = 0; i < executions.getLength(); i++) {
            Element execution = (Element) executions.item(i);
            List<String> words = texts(execution, "arg");
            words.addAll(new TreeSet<>(texts(execution, "port")));
            packed.put(texts(execution, "id").getFirst(), words);
        }
        Map<String, List<String>> asTheyAreRun = new TreeMap<>();
        processes
                .processes()
                .forEach((name, program) -> {
                    if (program.image().equals(name)) {
                        List<String> words = new ArrayList<>(List.of("java"));
                        program.jvm().forEach(file -> words.add("@/jvm/%s.args".formatted(file)));
                        words.add("@/start/start.args"); // the class path, by tools/images/stage
                        words.add(program.main());
                        program.ports().values().stream()
                                .map(port -> port.port() + "/tcp")
                                .sorted()
                                .forEach(words::add);
                        asTheyAreRun.put(name, words);
                    }
                });
        assertThat(packed).isEqualTo(asTheyAreRun);
    }

    @Test
    void everyFileOfFlagsIsAProcesssAndEveryMainClassExists() throws IOException {
        Set<String> used = new TreeSet<>(Set.of("supervisor.args")); // of no container
        for (Processes.Program program : processes.processes().values()) {
            program.jvm().forEach(file -> used.add(file + ".args"));
            String source = program.main().replace('.', '/') + ".java";
            assertThat(
                            Stream.of(program.module(), "persistence")
                                    .map(it -> DeployFilesTest.ROOT.resolve(it + "/src/main/java"))
                                    .filter(it -> Files.exists(it.resolve(source))))
                    .as(source)
                    .isNotEmpty();
        }
        try (Stream<java.nio.file.Path> files =
                Files.list(DeployFilesTest.ROOT.resolve("deploy/jvm"))) {
            assertThat(files.map(it -> it.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(used);
        }
    }

    // ---- settings
    // -----------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "operator, otherworld.operator.config.OperatorSettings",
        "matchmaker, otherworld.matchmaker.MatchmakerSettings",
        "gateway, otherworld.gateway.GatewaySettings",
        "instance-server, otherworld.instance.config.InstanceSettings",
    })
    void eachProcessReadsItsSettingsAndNoOthers(String process, String settings) throws Exception {
        Asked asked = new Asked();
        Settings reading = new Settings(asked);
        read(Class.forName(settings), reading);
        assertThat(asked.names).containsExactlyElementsOf(processes.readBy(process));
        processes
                .get(process)
                .ports()
                .values()
                .forEach(port ->
                        assertThat(reading.describe())
                                .as("default of %s", port.setting())
                                .contains("%s=%d\n".formatted(port.setting(), port.port())));
    }

    @Test
    void aNameThatAProcessDoesNotReadIsRefused() {
        processes.check("operator", Set.of("OTHERWORLD_KEYS_URL", "OTHERWORLD_LOG_LEVEL"));
        assertThatThrownBy(() -> processes.check("operator", Set.of("OTHERWORLD_KEY_URL")))
                .hasMessageContaining("operator has no setting [OTHERWORLD_KEY_URL]");
    }

    @ParameterizedTest
    @CsvSource({
        "operator, Operator",
        "matchmaker, Matchmaker",
        "gateway, Gateway",
        "instance-server, Instance pod (set by the operator)",
        "trial-issuer, Trial issuer (the chart's `trial.issuer`)",
    })
    void eachSettingIsInTheTableOfItsProcess(String process, String title) throws IOException {
        String text = DeployFilesTest.read(DOCUMENT);
        String section =
                text.substring(text.indexOf("\n## " + title + "\n") + 1).split("\n## ", -1)[0];
        assertThat(section).startsWith("## " + title);
        Set<String> documented = new TreeSet<>();
        section.lines()
                .filter(line -> line.startsWith("| `"))
                .forEach(line -> names(line.split("\\|", -1)[1], documented));
        Processes.Names names = processes.get(process).settings();
        Set<String> own = new TreeSet<>(names.own());
        own.addAll(names.forImagesOfYourOwn());
        processes.get(process).ports().values().forEach(port -> own.add(port.setting()));
        Set<String> withGroups = new TreeSet<>(own);
        withGroups.addAll(processes.readBy(process));
        assertThat(documented).containsAll(own).isSubsetOf(withGroups);
    }

    @Test
    void whatSeveralProcessesReadIsDocumented() throws IOException {
        Set<String> documented = new TreeSet<>();
        names(DeployFilesTest.read(DOCUMENT), documented);
        for (Processes.Group group : processes.settings().values()) {
            assertThat(documented)
                    .containsAll(group.required())
                    .containsAll(group.optional())
                    .containsAll(group.plain());
        }
        assertThat(documented).containsAll(processes.everyProcess());
    }

    /** Ports, and where SQL and Redis are, come from the file itself. */
    @ParameterizedTest
    @CsvSource({
        "operator, operator",
        "matchmaker, matchmaker",
        "gateway, gateway",
        "trial, trial-issuer",
    })
    void theChartTypesNoSettingThatItsProcessDoesNotRead(String template, String process)
            throws IOException {
        Set<String> typed = new TreeSet<>();
        Matcher matcher =
                Pattern.compile("\\{name: (OTHERWORLD_[A-Z_]+)")
                        .matcher(
                                DeployFilesTest.read(
                                        "charts/otherworld/templates/%s.yaml".formatted(template)));
        while (matcher.find()) {
            typed.add(matcher.group(1));
        }
        assertThat(typed).hasSizeGreaterThan(1).isSubsetOf(processes.readBy(process));
    }

    // ---- pods
    // ---------------------------------------------------------------------------------------

    @Test
    void theOperatorsPodsAreGivenWhatInstancesReadAndNothingElse() {
        Set<String> given = new TreeSet<>();
        for (String network :
                List.of(
                        "{}",
                        "{tls: {secretRef: {name: tls}}, turn: {urls: ['turn:t'], secretRef: {name: t}}}",
                        "{mode: Gateway}")) {
            instance(network).getEnv().stream().map(EnvVar::getName).forEach(given::add);
        }
        Set<String> known = new HashSet<>(processes.readBy("instance-server"));
        List<String> forOthers = processes.get("instance-server").settings().forImagesOfYourOwn();
        known.addAll(forOthers);
        assertThat(given).isSubsetOf(known).containsAll(forOthers);
    }

    @Test
    void theOperatorsPodsFindSqlAndRedisByTheNamesOfTheSecret() {
        List<EnvVar> env = instance("{}").getEnv();
        for (String group : processes.get("instance-server").settings().of()) {
            Processes.Group names = processes.group(group);
            assertThat(fromSecret(env, false)).containsAll(names.required());
            assertThat(fromSecret(env, true)).containsAll(names.optional());
        }
    }

    private static List<String> fromSecret(List<EnvVar> env, boolean optional) {
        return env.stream()
                .filter(it -> it.getValueFrom() != null)
                .filter(it -> it.getValueFrom().getSecretKeyRef() != null)
                .filter(it ->
                        Boolean.TRUE.equals(it.getValueFrom().getSecretKeyRef().getOptional())
                                == optional)
                .map(EnvVar::getName)
                .toList();
    }

    @Test
    void theOperatorsPodsAreProbedAsTheirProcessSays() {
        Processes.Program program = processes.get("instance-server");
        Container container = instance("{}");
        Map<String, Processes.Probe> probes = new HashMap<>();
        probes.put("startup", probe(container.getStartupProbe()));
        probes.put("readiness", probe(container.getReadinessProbe()));
        probes.put("liveness", probe(container.getLivenessProbe()));
        assertThat(probes).isEqualTo(processes.probes().get(program.probes()));
        int management = program.ports().values().iterator().next().port();
        assertThat(InstancePorts.DEFAULT.managementPort()).isEqualTo(management);
        assertThat(container.getPorts())
                .filteredOn(it -> it.getName().equals("management"))
                .singleElement()
                .satisfies(it -> assertThat(it.getContainerPort()).isEqualTo(management));
    }

    @Test
    void theChartsDefaultManagementPortIsTheInstances() throws IOException {
        int port = processes.get("instance-server").ports().values().iterator().next().port();
        assertThat(DeployFilesTest.read("charts/otherworld/values.yaml"))
                .contains("\n  managementPort: %d\n".formatted(port));
    }

    private static Processes.Probe probe(io.fabric8.kubernetes.api.model.Probe probe) {
        HTTPGetAction get = probe.getHttpGet();
        return new Processes.Probe(
                get.getPath(),
                get.getPort().getStrVal(),
                probe.getPeriodSeconds(),
                probe.getTimeoutSeconds(),
                probe.getFailureThreshold());
    }

    private static Container instance(String network) {
        World world =
                Serialization.unmarshal(
                        """
                        apiVersion: otherworld.dev/v1alpha1
                        kind: World
                        metadata: {name: plaza, namespace: default, uid: u-1}
                        spec: {capacity: 9, scene: {url: "https://example.org/a.glb"}, network: %s}
                        """
                                .formatted(network),
                        World.class);
        PodDefaults defaults =
                new PodDefaults(
                        "image",
                        Optional.empty(),
                        URI.create("http://matchmaker/v1/keys"),
                        "otherworld",
                        false);
        Reach reach =
                new Reach(
                        Optional.empty(),
                        true,
                        Optional.of(URI.create("https://play.example.org")));
        return new PodFactory(defaults, reach, InstancePorts.DEFAULT)
                .pod(world, new Action.Create(0, 1, 0, 0, Set.of(), "test"), 20_001)
                .getSpec()
                .getContainers()
                .getFirst();
    }

    // ---- helpers
    // ------------------------------------------------------------------------------------

    /** An environment that remembers what it was asked for. */
    private static final class Asked extends HashMap<String, String> {
        private static final long serialVersionUID = 1;

        final Set<String> names = new TreeSet<>();

        Asked() {
            // Without a database a matchmaker looks no further.
            put("DATABASE_URL", "jdbc:postgresql://localhost/otherworld");
            put("DATABASE_USER", "otherworld");
        }

        @Override
        public @Nullable String get(@Nullable Object name) {
            names.add(String.valueOf(name));
            return super.get(name);
        }
    }

    /** Records of settings are their processes' own; what is missing is an error at the end. */
    private static void read(Class<?> type, Settings settings) throws Exception {
        boolean operator = type.equals(OperatorSettings.class);
        Method read =
                operator
                        ? type.getDeclaredMethod("read", Settings.class, Map.class)
                        : type.getDeclaredMethod("read", Settings.class);
        read.setAccessible(true);
        assertThatThrownBy(
                        () -> {
                            if (operator) {
                                read.invoke(null, settings, Map.of());
                            } else {
                                read.invoke(null, settings);
                            }
                        })
                .isInstanceOf(InvocationTargetException.class)
                .hasCauseInstanceOf(Settings.InvalidSettings.class);
    }

    private static List<String> texts(Element parent, String tag) {
        NodeList found = parent.getElementsByTagName(tag);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            texts.add(found.item(i).getTextContent().strip());
        }
        return texts;
    }

    private static void names(String text, Set<String> found) {
        found.addAll(
                NAME.matcher(text).results().map(it -> it.group()).collect(Collectors.toSet()));
    }
}
