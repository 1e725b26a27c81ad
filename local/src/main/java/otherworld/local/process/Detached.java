package otherworld.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts a process that outlives this JVM and its terminal: no guardian, a session of its own. */
public final class Detached {
    private Detached() {}

    /**
     * @param output stdout and stderr are appended here
     * @throws UncheckedIOException if the program cannot be started
     */
    public static Process start(
            List<String> command, Map<String, String> environment, Path directory, Path output) {
        List<String> all = new ArrayList<>(ChildProcess.groupPrefix());
        all.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(all)
                        .directory(directory.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not start " + command.getFirst(), e);
        }
    }
}
