package otherworld.benchmarks;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import otherworld.local.process.Await;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.ProcessSpec;

/** Starts one of the project's own processes from the built modules and waits until it is ready. */
final class Program {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path root;
    private final Path work;
    private final Pinning pinning;

    Program(Path root, Path work, Pinning pinning) {
        this.root = root;
        this.work = work;
        this.pinning = pinning;
    }

    /**
     * @param port its HTTP port, for /readyz
     */
    ChildProcess start(
            String name,
            String module,
            String mainClass,
            List<String> flags,
            Map<String, String> environment,
            int port,
            HttpClient http) {
        List<String> command = new ArrayList<>(pinning.serverPrefix());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-cp");
        command.add(classPath(module));
        command.add(mainClass);
        Path log = work.resolve(name + ".log");
        ChildProcess process =
                ChildProcess.start(
                        ProcessSpec.of(name, work, log, command).withEnvironment(environment));
        try {
            URI ready = URI.create("http://127.0.0.1:" + port + "/readyz");
            Await.ready(process, log, START_LIMIT, () -> answers(http, ready));
            return process;
        } catch (RuntimeException e) {
            process.kill();
            throw e;
        }
    }

    private String classPath(String module) {
        Path target = root.resolve(module).resolve("target");
        Path libraries = target.resolve("lib");
        try (Stream<Path> own = Files.list(target)) {
            String jar =
                    own.filter(file -> file.getFileName().toString().startsWith(module + "-"))
                            .filter(file -> file.toString().endsWith(".jar"))
                            .map(Path::toString)
                            .findFirst()
                            .orElseThrow(() -> new IOException("no jar"));
            if (!Files.isDirectory(libraries)) {
                throw new IOException("no lib folder");
            }
            return jar + File.pathSeparator + libraries + "/*";
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Module %s is not built: run ./mvnw -q -DskipTests package".formatted(module),
                    e);
        }
    }

    private static boolean answers(HttpClient http, URI uri) {
        try {
            return http.send(
                                    HttpRequest.newBuilder(uri)
                                            .timeout(Duration.ofSeconds(2))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
