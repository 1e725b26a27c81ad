package otherworld.local.process;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Which process, beyond doubt: a pid alone is given again after the process ended.
 *
 * @param startedAt as the system reports it; survives in a file
 */
public record ProcessIdentity(long pid, Instant startedAt) {
    /** Systems derive the start time from the boot time, which a clock step moves a little. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    /** The process that has {@code pid} now; empty if none has, or its start time is not told. */
    public static Optional<ProcessIdentity> of(long pid) {
        return ProcessHandle.of(pid).flatMap(ProcessIdentity::of);
    }

    public static Optional<ProcessIdentity> of(ProcessHandle handle) {
        return handle.info()
                .startInstant()
                .map(startedAt -> new ProcessIdentity(handle.pid(), startedAt));
    }

    /** The live process this identity is of; empty if it ended, also if its pid was given again. */
    public Optional<ProcessHandle> live() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(handle -> handle.info().startInstant().filter(this::isClose).isPresent());
    }

    public boolean isAlive() {
        return live().isPresent();
    }

    private boolean isClose(Instant other) {
        return Duration.between(startedAt, other).abs().compareTo(TOLERANCE) <= 0;
    }
}
