package otherworld.local.process;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;

/**
 * Which process, beyond doubt: a pid alone is given again after the process ended.
 *
 * @param startedAt as the system reports it; survives in a file
 */
public record ProcessIdentity(long pid, Instant startedAt) {
    /** Systems derive the start time from the boot time, which a clock step moves a little. */
    private static final Duration TOLERANCE = Duration.ofSeconds(2);

    public ProcessIdentity {
        Objects.requireNonNull(startedAt, "startedAt");
    }

    /** The process that has {@code pid} now; empty if none has, or its start time is not told. */
    public static Optional<ProcessIdentity> of(long pid) {
        return ProcessHandle.of(pid).flatMap(ProcessIdentity::of);
    }

    public static Optional<ProcessIdentity> of(ProcessHandle handle) {
        return handle.info()
                .startInstant()
                .map(startedAt -> new ProcessIdentity(handle.pid(), startedAt));
    }

    /** From {@link #toString}; empty for any other text. */
    public static Optional<ProcessIdentity> parse(String text) {
        String[] words = text.strip().split(" ", -1);
        try {
            return words.length == 2
                    ? Optional.of(
                            new ProcessIdentity(Long.parseLong(words[0]), Instant.parse(words[1])))
                    : Optional.empty();
        } catch (NumberFormatException | DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** {@code PID START}: survives in a file. */
    @Override
    public String toString() {
        return pid + " " + startedAt;
    }

    /**
     * The live process this identity is of; empty if it ended, also if nobody has asked for its
     * exit code yet, or its pid was given again.
     */
    public Optional<ProcessHandle> live() {
        return ProcessHandle.of(pid)
                .filter(Endings::isRunning)
                .filter(handle -> handle.info().startInstant().filter(this::isClose).isPresent());
    }

    public boolean isAlive() {
        return live().isPresent();
    }

    private boolean isClose(Instant other) {
        return Duration.between(startedAt, other).abs().compareTo(TOLERANCE) <= 0;
    }
}
