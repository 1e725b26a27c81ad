package otherworld.local.process;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How each process is run, as {@code deploy/processes.yaml} has it: the chart renders the same
 * file, and what runs from a checkout reads it here.
 *
 * @param settings names of settings that several processes have
 * @param everyProcess names of settings that each process has
 * @param probes by their names, and in each by startup, readiness and liveness
 */
public record Processes(
        Map<String, Group> settings,
        List<String> everyProcess,
        Map<String, Map<String, Probe>> probes,
        Map<String, Program> processes) {

    /** Settings that come together. */
    public record Group(
            List<String> required, List<String> optional, List<String> files, List<String> plain) {
        public Group {
            required = orNone(required);
            optional = orNone(optional);
            files = orNone(files);
            plain = orNone(plain);
        }

        Stream<String> names() {
            return Stream.of(required, optional, files, plain).flatMap(List::stream);
        }
    }

    /**
     * @param port by its name
     */
    public record Probe(
            String path,
            String port,
            int periodSeconds,
            @Nullable Integer timeoutSeconds,
            @Nullable Integer failureThreshold) {}

    /**
     * @param setting that has the number
     */
    public record Port(int port, String setting) {}

    /**
     * @param of names of groups
     * @param forImagesOfYourOwn what the operator gives, and our own image does not read
     */
    public record Names(List<String> of, List<String> own, List<String> forImagesOfYourOwn) {
        public Names {
            of = orNone(of);
            own = orNone(own);
            forImagesOfYourOwn = orNone(forImagesOfYourOwn);
        }
    }

    /**
     * One process.
     *
     * @param module whose class path it has
     * @param image that holds it
     * @param main its main class
     * @param jvm files of {@code deploy/jvm}
     * @param ports by their names
     * @param probes which of them; null: it answers none
     */
    public record Program(
            String module,
            String image,
            String main,
            List<String> jvm,
            Map<String, Port> ports,
            @Nullable String probes,
            Names settings) {
        public Program {
            ports = Objects.requireNonNullElse(ports, Map.of());
        }
    }

    /** Of the checkout. */
    static Processes of(Path root) {
        Path file = root.resolve("deploy/processes.yaml");
        try {
            return Serialization.unmarshal(Files.readString(file), Processes.class);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + file, e);
        }
    }

    public Program get(String process) {
        Program program = processes.get(process);
        if (program == null) {
            throw new IllegalArgumentException(
                    "deploy/processes.yaml has no process %s, only %s"
                            .formatted(process, new TreeSet<>(processes.keySet())));
        }
        return program;
    }

    /** Names of all settings that {@code process} reads by itself. */
    public Set<String> readBy(String process) {
        Program program = get(process);
        Set<String> names = new TreeSet<>(program.settings().own());
        program.settings().of().forEach(group -> group(group).names().forEach(names::add));
        program.ports().values().forEach(port -> names.add(port.setting()));
        return names;
    }

    public Group group(String name) {
        return Objects.requireNonNull(settings.get(name), name);
    }

    /**
     * @throws IllegalArgumentException if one of {@code names} is nothing that {@code process}
     *     reads: what is mistyped would be lost
     */
    public void check(String process, Set<String> names) {
        Set<String> unknown = new HashSet<>(names);
        unknown.removeAll(readBy(process));
        unknown.removeAll(everyProcess);
        unknown.remove("KUBECONFIG"); // the Kubernetes client's own
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "Process %s has no setting %s: deploy/processes.yaml says which it reads"
                            .formatted(process, new TreeSet<>(unknown)));
        }
    }

    private static List<String> orNone(@Nullable List<String> list) {
        return list == null ? List.of() : list;
    }
}
