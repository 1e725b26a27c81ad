package otherworld.local.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A running child with everything it started. Leads a process group of its own where the system has
 * a way to (setsid or Perl), so that signals reach its children and a terminal's Ctrl-C does not
 * reach it. Thread-safe.
 */
public final class ChildProcess implements AutoCloseable {
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(5);

    /** SIGKILL works at once but for a process in the kernel, on a disk that hangs, say. */
    private static final Duration KILLED = Duration.ofSeconds(1);

    private static final List<String> GROUP_PREFIX = groupPrefix();

    private final String name;
    private final Process process;
    private final ProcessIdentity identity;
    private final CompletableFuture<Integer> exit;

    private ChildProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.identity =
                ProcessIdentity.of(process.toHandle())
                        .orElseGet(
                                () -> new ProcessIdentity(process.pid(), java.time.Instant.now()));
        this.exit = process.onExit().thenApply(Process::exitValue);
    }

    /**
     * @throws UncheckedIOException if the program cannot be started; the message names it
     */
    public static ChildProcess start(ProcessSpec spec) {
        List<String> command = new ArrayList<>(GROUP_PREFIX);
        command.addAll(spec.command());
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(spec.directory().toFile())
                        .redirectErrorStream(true);
        if (spec.cleanEnvironment()) {
            builder.environment().clear();
        }
        builder.environment().putAll(spec.environment());
        switch (spec.output()) {
            case ProcessSpec.Output.ToFile(Path file) ->
                    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(file.toFile()));
            case ProcessSpec.Output.Piped() -> {}
        }
        requireProgram(spec);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            ChildProcess child = new ChildProcess(spec.name(), process);
            Guardian guardian = Guardian.get();
            guardian.addGroup(child.identity());
            var _ = process.onExit().thenRun(() -> guardian.removeGroup(child.identity()));
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Could not start %s (%s): %s"
                            .formatted(spec.name(), spec.command().getFirst(), e.getMessage()),
                    e);
        }
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public ProcessIdentity identity() {
        return identity;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Completes with the exit code; 128 + n for a process that signal n ended. */
    public CompletableFuture<Integer> onExit() {
        return exit;
    }

    /** Stdout and stderr of a {@link ProcessSpec.Output.Piped} child. */
    public InputStream output() {
        return process.getInputStream();
    }

    /** Sends {@code signal} to the group and to every descendant that left it. */
    public void signal(Signal signal) {
        if (!process.isAlive()) {
            return;
        }
        // Taken first: a child whose parent is gone is nobody's descendant.
        List<ProcessHandle> descendants = process.descendants().toList();
        signal.toGroup(process.pid());
        signal.toProcess(process.pid());
        descendants.forEach(descendant -> signal.toProcess(descendant.pid()));
    }

    /** Freezes it with all its children; it keeps its ports and connections. */
    public void pause() {
        signal(Signal.STOP);
    }

    public void resume() {
        signal(Signal.CONTINUE);
    }

    /** SIGKILL to it and all its children; returns when they are gone. */
    public void kill() {
        List<ProcessHandle> family = family();
        if (process.isAlive()) {
            Signal.KILL.toGroup(process.pid());
        }
        family.forEach(ProcessHandle::destroyForcibly);
        await(family);
    }

    /**
     * SIGTERM to the group, then SIGKILL after {@code grace}; returns when all are gone.
     *
     * @return the exit code
     */
    public int stop(Duration grace) {
        return stop(Signal.TERMINATE, grace);
    }

    public int stop(Signal polite, Duration grace) {
        List<ProcessHandle> family = family();
        if (process.isAlive()) {
            polite.toGroup(process.pid());
            polite.toProcess(process.pid());
            Signal.CONTINUE.toGroup(process.pid());
        }
        try {
            if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
        Signal.KILL.toGroup(process.pid());
        family.forEach(ProcessHandle::destroyForcibly);
        await(family);
        return exit.join();
    }

    /** Stops it, with a grace of 5 s. */
    @Override
    public void close() {
        stop(CLOSE_GRACE);
    }

    private List<ProcessHandle> family() {
        List<ProcessHandle> family = new ArrayList<>();
        family.add(process.toHandle());
        process.descendants().forEach(family::add);
        return family;
    }

    private void await(List<ProcessHandle> family) {
        exit.join();
        try {
            while (!Endings.await(family, KILLED)) {
                family.forEach(ProcessHandle::destroyForcibly);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // they are killed all the same
        }
    }

    private static void requireProgram(ProcessSpec spec) {
        Path program = Path.of(spec.command().getFirst());
        if (program.isAbsolute() && !Files.isExecutable(program)) {
            throw new UncheckedIOException(
                    new IOException(
                            "Could not start %s: %s is not an executable file"
                                    .formatted(spec.name(), program)));
        }
    }

    /** Linux has setsid(1); macOS does not, but has Perl. Both then exec: the pid stays. */
    static List<String> groupPrefix() {
        return Programs.find("setsid")
                .map(setsid -> List.of(setsid.toString()))
                .or(() ->
                        Programs.find("perl")
                                .map(perl ->
                                        List.of(
                                                perl.toString(),
                                                "-e",
                                                "setpgrp(0,0); exec {$ARGV[0]}"
                                                        + " @ARGV or exit 127")))
                .orElse(List.of());
    }
}
