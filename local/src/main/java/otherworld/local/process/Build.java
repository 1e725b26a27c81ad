package otherworld.local.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How to run the programs of this checkout as it was last built: on the JDK this JVM runs on, from
 * each module's jar and {@code target/lib}.
 *
 * @param root of the checkout
 */
public record Build(Path root) {
    /**
     * The root that the launcher named, or the build that runs tests, by the system property {@code
     * otherworld.root}.
     */
    public static Build ofThisCheckout() {
        String root = System.getProperty("otherworld.root");
        if (root == null) {
            throw new IllegalStateException(
                    "Start this with ./otherworld or ./mvnw, which set otherworld.root");
        }
        return new Build(Path.of(root));
    }

    /**
     * Of every JVM: one that has run out of memory has lost threads that nobody sees; it ends, and
     * is started again.
     */
    static final List<String> ALWAYS = List.of("-XX:+ExitOnOutOfMemoryError");

    /** Flags of the JVM of {@code process}: one of the files of {@code deploy/jvm}. */
    public List<String> jvmFlags(String process) {
        return JvmFlags.of(root).of(process);
    }

    /** How each process is run. */
    public Processes processes() {
        return Processes.of(root);
    }

    /** A command line without arguments. */
    public List<String> java(String module, String mainClass, List<String> jvmFlags) {
        return javaProgram(classPath(module), mainClass, jvmFlags, List.of());
    }

    /** A command line for the JDK this JVM runs on. */
    public static List<String> javaProgram(
            String classPath, String mainClass, List<String> jvmFlags, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ALWAYS);
        command.addAll(jvmFlags);
        command.add("-cp");
        command.add(classPath);
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }

    /** Sorted, because a cache of loaded classes is good for one order of the class path only. */
    public String classPath(String module) {
        Path target = root.resolve(module).resolve("target");
        List<String> jars = new ArrayList<>();
        jars.addAll(jars(target, module + "-"));
        jars.addAll(jars(target.resolve("lib"), ""));
        if (jars.size() < 2) {
            throw new IllegalStateException(
                    "Module %s is not built in %s: run ./mvnw -DskipTests package"
                            .formatted(module, root));
        }
        return String.join(File.pathSeparator, jars);
    }

    private static List<String> jars(Path folder, String prefix) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::toString)
                    .filter(file -> file.endsWith(".jar"))
                    .filter(file -> Path.of(file).getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Could not list %s: run ./mvnw -DskipTests package".formatted(folder), e);
        }
    }
}
