package otherworld.benchmarks;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import otherworld.local.process.Await;
import otherworld.local.process.Build;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.Probe;
import otherworld.local.process.ProcessSpec;

/** Starts one of the project's own processes from the built modules and waits until it is ready. */
final class Program {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Build build;
    private final Path work;
    private final Pinning pinning;

    Program(Path root, Path work, Pinning pinning) {
        this.build = new Build(root);
        this.work = work;
        this.pinning = pinning;
    }

    /**
     * @param port its management port, for /readyz
     */
    ChildProcess start(
            String name,
            String module,
            String mainClass,
            List<String> flags,
            Map<String, String> environment,
            int port) {
        List<String> command = new ArrayList<>(pinning.serverPrefix());
        command.addAll(build.java(module, mainClass, flags));
        Path log = work.resolve(name + ".log");
        ChildProcess process =
                ChildProcess.start(
                        ProcessSpec.of(name, work, log, command).withEnvironment(environment));
        try {
            URI ready = URI.create("http://127.0.0.1:" + port + "/readyz");
            Await.ready(process, log, START_LIMIT, () -> Probe.answers(ready));
            return process;
        } catch (RuntimeException e) {
            process.kill();
            throw e;
        }
    }
}
