package otherworld.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import otherworld.local.process.Await;
import otherworld.local.process.Build;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.ProcessSpec;

/** Starts one of the project's own processes from the built modules and waits until it is ready. */
final class Program {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";
    private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";

    private final Build build;
    private final Path work;
    private final Pinning pinning;

    Program(Path root, Path work, Pinning pinning) {
        this.build = new Build(root);
        this.work = work;
        this.pinning = pinning;
    }

    /**
     * @param port of what answers /readyz
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
        command.addAll(
                build.java(
                        module,
                        mainClass,
                        Stream.concat(flags.stream(), Stream.of(UNSAFE, NATIVE)).toList()));
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
