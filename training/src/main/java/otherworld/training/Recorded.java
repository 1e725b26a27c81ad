package otherworld.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.ProcessSpec;
import otherworld.local.process.StartFailed;

/** One program of the training: runs so that its JVM records what it loads, then makes a cache. */
final class Recorded {
    private static final Duration END_LIMIT = Duration.ofSeconds(60);
    private static final Duration CREATE_LIMIT = Duration.ofMinutes(3);

    private final String name;
    private final Trained program;
    private final Keeps keeps;
    private final Path work;

    /** What a cache has of a run. */
    enum Keeps {
        /** Classes, loaded and linked. */
        CLASSES,

        /**
         * How often which way was taken (JEP 515), too: compilers begin with that, and are done
         * sooner. What they make of a short run's profile is not what they would make of an hour's.
         */
        CLASSES_AND_PROFILES;

        private List<String> flags() {
            return this == CLASSES
                    ? List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTRecordTraining")
                    : List.of();
        }
    }

    /**
     * @param work a folder that {@code program} sees, too
     */
    Recorded(String name, Trained program, Keeps keeps, Path work) {
        this.name = name;
        this.program = program;
        this.keeps = keeps;
        this.work = work;
    }

    boolean isTrained() {
        return Files.isRegularFile(program.cache());
    }

    Path log() {
        return work.resolve(name + ".log");
    }

    ChildProcess start(Map<String, String> environment) {
        List<String> flags =
                new ArrayList<>(
                        List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + configuration()));
        flags.addAll(keeps.flags());
        List<String> command = program.command(flags);
        return ChildProcess.start(
                ProcessSpec.of(name, work, log(), command).withEnvironment(environment));
    }

    /**
     * Ends the process, which writes what it recorded, and makes the cache, which appears whole.
     */
    void finish(ChildProcess process) throws IOException {
        process.stop(END_LIMIT);
        if (!Files.exists(configuration())) {
            throw StartFailed.withLog("The JVM of " + name + " recorded nothing", log());
        }
        Path cache = program.cache();
        Files.createDirectories(cache.getParent());
        Path unfinished = work.resolve(name + ".aot");
        create(unfinished);
        Files.move(
                Files.copy(
                        unfinished,
                        cache.resolveSibling(cache.getFileName() + ".unfinished"),
                        StandardCopyOption.REPLACE_EXISTING),
                cache,
                StandardCopyOption.ATOMIC_MOVE);
        program.deleteOlder();
    }

    private void create(Path cache) throws IOException {
        List<String> command =
                program.command(
                        List.of(
                                "-XX:AOTMode=create",
                                "-XX:AOTConfiguration=" + configuration(),
                                "-XX:AOTCache=" + cache));
        try (ChildProcess creating =
                ChildProcess.start(ProcessSpec.of("cache of " + name, work, log(), command))) {
            int exit =
                    creating.onExit().orTimeout(CREATE_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
            if (exit != 0 || !Files.exists(cache)) {
                throw StartFailed.withLog(
                        "The JVM made no cache for %s (exit code %d)".formatted(name, exit), log());
            }
        }
    }

    private Path configuration() {
        return work.resolve(name + ".aotconf");
    }
}
