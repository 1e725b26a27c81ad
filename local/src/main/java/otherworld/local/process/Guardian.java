package otherworld.local.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small shell process beside this JVM that reads what to clean up from a pipe. When the JVM ends,
 * however it ends, the pipe closes, and the guardian ends the process groups that are left and
 * deletes the temporary folders. One per JVM; started with the first child. Thread-safe.
 */
public final class Guardian {
    private static @Nullable Guardian instance;

    private final Writer pipe;

    private Guardian(Writer pipe) {
        this.pipe = pipe;
    }

    public static synchronized Guardian get() {
        if (instance == null) {
            instance = start();
        }
        return instance;
    }

    /** Deletes {@code folder} with all it holds when this JVM has ended. */
    public void deleteAtEnd(Path folder) {
        tell("folder " + folder.toAbsolutePath().normalize());
    }

    void addGroup(long groupId) {
        tell("add " + groupId);
    }

    void removeGroup(long groupId) {
        tell("remove " + groupId);
    }

    private synchronized void tell(String line) {
        try {
            pipe.write(line + "\n");
            pipe.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("The guardian of child processes is gone", e);
        }
    }

    private static Guardian start() {
        try (InputStream script = Guardian.class.getResourceAsStream("guardian.sh")) {
            if (script == null) {
                throw new IllegalStateException("guardian.sh is missing on the class path");
            }
            List<String> command = new ArrayList<>();
            Programs.find("setsid").ifPresent(setsid -> command.add(setsid.toString()));
            String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
            command.addAll(List.of("bash", "-c", text, "otherworld-guardian"));
            Process process =
                    new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .directory(Path.of("/").toFile())
                            .start();
            return new Guardian(process.outputWriter(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("Could not start the guardian of child processes", e);
        }
    }
}
