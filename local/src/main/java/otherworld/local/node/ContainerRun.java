package otherworld.local.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.ClassArchive;
import otherworld.local.process.ProcessSpec;
import otherworld.local.process.Signal;

/**
 * One container: its process, its probes, its log. Owned by the pod's thread; only {@link #log} and
 * {@link #state} may be read by others.
 */
final class ContainerRun {
    /** What a shell reports for a command that cannot be started; kubelets use it too. */
    static final int CANNOT_START = 128;

    /** Reported for a process whose end nobody saw: as if killed. */
    static final int KILLED = 137;

    /** What a fallback message keeps of the log's end, as a kubelet. */
    private static final int MESSAGE_BYTES = 2048;

    private static final int MESSAGE_LINES = 80;

    /** All that a process gets of the node's own environment: what a shell needs, no settings. */
    private static final List<String> INHERITED =
            List.of("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ");

    /** A process that has it in its environment answers probes with it. */
    private static final String POD_UID = "OTHERWORLD_POD_UID";

    private static final Duration LISTEN_LOOK = Duration.ofMillis(20);

    private final Pod pod;
    private final Container container;
    private final PodFolder folder;
    private final InstantSource clock;
    private final ContainerLog log;
    private volatile ContainerState state = new ContainerState.Waiting("ContainerCreating", "");
    private @Nullable ChildProcess process;
    private Optional<ClassArchive.Use> archive = Optional.empty();
    private @Nullable ContainerProbes probes;
    private @Nullable String killReason;
    private Optional<String> answersAs = Optional.empty();

    ContainerRun(Pod pod, Container container, PodFolder folder, InstantSource clock) {
        this.pod = pod;
        this.container = container;
        this.folder = folder;
        this.clock = clock;
        this.log =
                folder.started()
                        ? ContainerLog.finished(folder.log(container.getName()))
                        : new ContainerLog(
                                folder.log(container.getName()),
                                clock,
                                ContainerLog.MAX_FILE_BYTES);
    }

    String name() {
        return container.getName();
    }

    Container spec() {
        return container;
    }

    ContainerState state() {
        return state;
    }

    ContainerLog log() {
        return log;
    }

    boolean isRunning() {
        return state instanceof ContainerState.Running;
    }

    Optional<ContainerProbes> probes() {
        return isRunning() ? Optional.ofNullable(probes) : Optional.empty();
    }

    void waiting(String reason, String message) {
        state = new ContainerState.Waiting(reason, message);
    }

    /** It has no process, whatever its last known state. */
    void lost(Instant now, String reason) {
        state = new ContainerState.Ended(now, now, KILLED, reason, "");
    }

    /** Ends it without a process, because of something the pod's owner should read. */
    void fail(String reason, String message) {
        Instant now = clock.instant();
        state = new ContainerState.Ended(now, now, CANNOT_START, reason, message);
        log.note(reason + ": " + message);
        log.finish();
    }

    /**
     * Starts the process.
     *
     * @param images has the container's image
     * @param onExit called once with the exit code, on another thread
     */
    void start(
            ImageCommands images,
            PodEnvironment.Resolution.Resolved resolved,
            long nowNs,
            IntConsumer onExit) {
        List<String> command = images.of(container.getImage()).orElseThrow();
        List<String> line = new ArrayList<>(JvmLimits.apply(command, container));
        line.addAll(resolved.arguments());
        archive = images.archive(container.getImage()).map(ClassArchive::begin);
        archive.ifPresent(use -> line.addAll(1, use.flags()));
        folder.recordStarting(name());
        ChildProcess started;
        try {
            started =
                    ChildProcess.start(
                            new ProcessSpec(
                                    pod.getMetadata().getName() + "/" + name(),
                                    line,
                                    environment(resolved.variables()),
                                    true,
                                    folder.path(),
                                    new ProcessSpec.Output.Piped()));
        } catch (UncheckedIOException e) {
            archive.ifPresent(ClassArchive.Use::end);
            fail("StartError", String.valueOf(e.getMessage()));
            return;
        }
        folder.recordProcess(name(), started.identity());
        process = started;
        probes = new ContainerProbes(container, nowNs);
        answersAs = Optional.ofNullable(resolved.variables().get(POD_UID));
        state = new ContainerState.Running(clock.instant(), probes.started(), probes.ready());
        // A pipe is read by a system call that would occupy a carrier of virtual threads.
        Thread.ofPlatform()
                .daemon()
                .name("log-" + pod.getMetadata().getName())
                .start(() -> log.pump(started.output()));
        var _ = started.onExit().thenAccept(onExit::accept);
    }

    /**
     * Sends one probe; empty if the process has ended, whose port may be another's by now.
     *
     * @param patient whether it asks again, for the probe's period, while nobody listens there yet:
     *     a kubelet's next try is a second later, which is longer than most starts here take
     */
    Optional<HttpProbe.Result> ask(ProbeSettings settings, boolean patient) {
        long untilNs = System.nanoTime() + (patient ? settings.period().toNanos() : 0);
        Optional<HttpProbe.Result> result = ask(settings);
        try {
            while (result.filter(HttpProbe.Result::refused).isPresent()
                    && System.nanoTime() < untilNs) {
                Thread.sleep(LISTEN_LOOK);
                result = ask(settings);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return result;
    }

    private Optional<HttpProbe.Result> ask(ProbeSettings settings) {
        ChildProcess asked = process;
        if (asked == null || !asked.isAlive()) {
            return Optional.empty();
        }
        HttpProbe.Result result = HttpProbe.send(settings, answersAs);
        return asked.isAlive() ? Optional.of(result) : Optional.empty();
    }

    /** Takes over what the probes say. */
    void probed() {
        if (state instanceof ContainerState.Running running && probes != null) {
            state =
                    new ContainerState.Running(
                            running.startedAt(), probes.started(), probes.ready());
        }
    }

    /**
     * Tells the process that it is about to be asked to end, if it wants to know; as a kubelet goes
     * on whatever comes of it.
     *
     * @return what went wrong
     */
    Optional<String> preStop() {
        return ProbeSettings.of(ProbeSettings.preStop(container), container)
                .flatMap(this::ask)
                .filter(result -> !result.success())
                .map(HttpProbe.Result::message);
    }

    void terminate() {
        if (isRunning() && process != null) {
            if (probes != null) {
                probes.terminating();
            }
            process.signal(Signal.TERMINATE);
            process.signal(Signal.CONTINUE); // a stopped process takes no signal but this
        }
    }

    void kill() {
        if (isRunning() && process != null) {
            process.signal(Signal.KILL);
        }
    }

    /** Why the node itself ends it; part of the final state. */
    void killedBecause(String reason) {
        killReason = reason;
    }

    @Nullable String killReason() {
        return killReason;
    }

    OptionalInt exitCode() {
        return state instanceof ContainerState.Ended ended
                ? OptionalInt.of(ended.exitCode())
                : OptionalInt.empty();
    }

    /** The process has ended; what it started ends with it, as with a container's first process. */
    void exited(int exitCode) {
        if (!(state instanceof ContainerState.Running running) || process == null) {
            return;
        }
        Signal.KILL.toGroup(process.pid());
        archive.ifPresent(ClassArchive.Use::end);
        state =
                new ContainerState.Ended(
                        running.startedAt(),
                        clock.instant(),
                        exitCode,
                        exitCode == 0 ? "Completed" : "Error",
                        killReason != null ? killReason : exitCode == 0 ? "" : lastWords());
    }

    /** The end of the log, for a container that asks for it. */
    private String lastWords() {
        if (!"FallbackToLogsOnError".equals(container.getTerminationMessagePolicy())) {
            return "";
        }
        awaitLog();
        try {
            var out = new java.io.ByteArrayOutputStream();
            LogQuery tail =
                    new LogQuery(
                            false,
                            false,
                            java.util.OptionalLong.of(MESSAGE_LINES),
                            java.util.OptionalLong.empty(),
                            null);
            LogReader.copy(log, tail, out);
            byte[] bytes = out.toByteArray();
            int from = Math.max(0, bytes.length - MESSAGE_BYTES);
            return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    /** The group is gone, so its pipe ends within moments; bounded all the same. */
    private void awaitLog() {
        try {
            for (int i = 0; i < 50 && !log.isFinished(); i++) {
                Thread.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<String, String> environment(Map<String, String> variables) {
        Map<String, String> environment = new HashMap<>();
        for (String name : INHERITED) {
            String value = System.getenv(name);
            if (value != null) {
                environment.put(name, value);
            }
        }
        environment.put("HOSTNAME", pod.getMetadata().getName());
        environment.putAll(variables);
        return environment;
    }

    /** Makes the folder that is the process's working directory. */
    void prepare() {
        try {
            Files.createDirectories(folder.path());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create " + folder.path(), e);
        }
    }
}
