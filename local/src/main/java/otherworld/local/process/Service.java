package otherworld.local.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A child that can be started again the same way. Thread-safe; one start or stop at a time. */
public final class Service implements AutoCloseable {
    private final ProcessSpec spec;
    private final Path log;
    private final Limits limits;
    private final BooleanSupplier ready;
    private final BooleanSupplier responsive;
    private volatile @Nullable ChildProcess child;

    /**
     * @param start how long it may take until it is ready
     * @param stopSignal what asks it to end
     * @param stop how long it may take to end before SIGKILL
     */
    public record Limits(Duration start, Signal stopSignal, Duration stop) {
        public static Limits usual() {
            return new Limits(Duration.ofSeconds(60), Signal.TERMINATE, Duration.ofSeconds(10));
        }
    }

    /** One that is alive as long as it is ready. */
    public Service(ProcessSpec spec, Path log, Limits limits, BooleanSupplier ready) {
        this(spec, log, limits, ready, ready);
    }

    /**
     * @param ready whether what needs it may start
     * @param responsive whether it says anything at all; false for long means that it hangs
     */
    public Service(
            ProcessSpec spec,
            Path log,
            Limits limits,
            BooleanSupplier ready,
            BooleanSupplier responsive) {
        this.spec = spec;
        this.log = log;
        this.limits = limits;
        this.ready = ready;
        this.responsive = responsive;
    }

    public String name() {
        return spec.name();
    }

    public Path log() {
        return log;
    }

    /**
     * Starts it and returns when it is ready.
     *
     * @throws StartFailed with the reason and the end of its log; it is then not running
     */
    public synchronized Service start() {
        if (isAlive()) {
            return this;
        }
        LogFiles.bound(log);
        ChildProcess started = ChildProcess.start(spec);
        child = started;
        try {
            Await.ready(started, log, limits.start(), ready);
            return this;
        } catch (RuntimeException e) {
            started.kill();
            throw e;
        }
    }

    /** Its present or last process; empty before the first start. */
    public Optional<ChildProcess> process() {
        return Optional.ofNullable(child);
    }

    public boolean isAlive() {
        return process().filter(ChildProcess::isAlive).isPresent();
    }

    /** Asks it now; blocks for a few seconds at most. */
    public boolean isResponsive() {
        return responsive.getAsBoolean();
    }

    public void kill() {
        process().ifPresent(ChildProcess::kill);
    }

    public void pause() {
        process().ifPresent(ChildProcess::pause);
    }

    public void resume() {
        process().ifPresent(ChildProcess::resume);
    }

    public synchronized void restart() {
        stop();
        start();
    }

    public synchronized void stop() {
        process().ifPresent(running -> running.stop(limits.stopSignal(), limits.stop()));
    }

    @Override
    public void close() {
        stop();
    }
}
