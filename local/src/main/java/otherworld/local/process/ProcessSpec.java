package otherworld.local.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How to start a child process.
 *
 * @param name of the part, for messages
 * @param environment added to this JVM's own, or the whole of it if {@code cleanEnvironment}
 * @param output where stdout and stderr go
 */
public record ProcessSpec(
        String name,
        List<String> command,
        Map<String, String> environment,
        boolean cleanEnvironment,
        Path directory,
        Output output) {

    public ProcessSpec {
        if (command.isEmpty()) {
            throw new IllegalArgumentException("Process " + name + " needs a command");
        }
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** In {@code directory}, with this JVM's environment, writing to {@code log}. */
    public static ProcessSpec of(String name, Path directory, Path log, List<String> command) {
        return new ProcessSpec(name, command, Map.of(), false, directory, new Output.ToFile(log));
    }

    public ProcessSpec withEnvironment(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(more);
        return new ProcessSpec(name, command, all, cleanEnvironment, directory, output);
    }

    public ProcessSpec withOutput(Output other) {
        return new ProcessSpec(name, command, environment, cleanEnvironment, directory, other);
    }

    /** The same process, started through {@code prefix}, such as a change of user. */
    public ProcessSpec withPrefix(List<String> prefix) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(command);
        return new ProcessSpec(name, all, environment, cleanEnvironment, directory, output);
    }

    /** Where a child's stdout and stderr go, merged. */
    public sealed interface Output {
        /** Appended to {@code file}, whose folder exists. */
        record ToFile(Path file) implements Output {}

        /** To {@link ChildProcess#output()}; somebody must read it, or the child blocks. */
        record Piped() implements Output {}
    }
}
