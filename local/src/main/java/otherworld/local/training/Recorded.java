package otherworld.local.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import otherworld.local.process.Build;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.ProcessSpec;
import otherworld.local.process.StartFailed;
import otherworld.local.process.TrainedCaches;

/** One program of the training: runs so that its JVM records what it loads, then makes a cache. */
final class Recorded {
    private static final Duration END_LIMIT = Duration.ofSeconds(60);
    private static final Duration CREATE_LIMIT = Duration.ofMinutes(3);

    private final String program;
    private final String mainClass;
    private final Build build;
    private final TrainedCaches caches;
    private final List<String> flags;
    private final String classPath;
    private final Path work;

    Recorded(String program, Build build, Path work) {
        this.program = program;
        this.mainClass = build.processes().get(program).main();
        this.build = build;
        this.caches = TrainedCaches.of(build);
        this.flags = build.jvmFlags(program);
        this.classPath = build.classPath(program);
        this.work = work;
    }

    boolean isTrained() {
        return caches.find(program, classPath, flags).isPresent();
    }

    Path log() {
        return work.resolve(program + ".log");
    }

    ChildProcess start(Map<String, String> environment) {
        List<String> all = new ArrayList<>(flags);
        all.add("-XX:AOTMode=record");
        all.add("-XX:AOTConfiguration=" + configuration());
        return ChildProcess.start(
                ProcessSpec.of(program, work, log(), build.java(program, mainClass, all))
                        .withEnvironment(environment));
    }

    /**
     * Ends the process, which writes what it recorded, and makes the cache, which appears whole.
     */
    void finish(ChildProcess process) throws IOException {
        process.stop(END_LIMIT);
        if (!Files.exists(configuration())) {
            throw StartFailed.withLog("The JVM of " + program + " recorded nothing", log());
        }
        Path cache = caches.file(program, classPath, flags);
        Files.createDirectories(caches.folder());
        Path unfinished = work.resolve(cache.getFileName());
        create(unfinished);
        Files.move(
                Files.copy(
                        unfinished,
                        cache.resolveSibling(cache.getFileName() + ".unfinished"),
                        StandardCopyOption.REPLACE_EXISTING),
                cache,
                StandardCopyOption.ATOMIC_MOVE);
        caches.keepOnly(program, cache);
    }

    private void create(Path cache) throws IOException {
        List<String> all = new ArrayList<>(flags);
        all.add("-XX:AOTMode=create");
        all.add("-XX:AOTConfiguration=" + configuration());
        all.add("-XX:AOTCache=" + cache);
        try (ChildProcess creating =
                ChildProcess.start(
                        ProcessSpec.of(
                                "cache of " + program,
                                work,
                                log(),
                                build.java(program, mainClass, all)))) {
            int exit =
                    creating.onExit().orTimeout(CREATE_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
            if (exit != 0 || !Files.exists(cache)) {
                throw StartFailed.withLog(
                        "The JVM made no cache for %s (exit code %d)".formatted(program, exit),
                        log());
            }
        }
    }

    private Path configuration() {
        return work.resolve(program + ".aotconf");
    }
}
